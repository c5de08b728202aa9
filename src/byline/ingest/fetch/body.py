"""The bytes of a response, taken only as far as they are wanted, whatever they unpack to.

zlib is asked for so many bytes at a time: HTTP clients unpack a whole chunk at once, and 64 kB of gzip can be 66 MB.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

SIZE_LIMIT = 10_000_000
"""Bytes of an answer after unpacking."""
RATIO_LIMIT = 100
RATIO_FLOOR = 1_000_000  # below this the ratio does not matter: a short table of zeros packs well too

_STEP = 65_536
_GZIP = b"\x1f\x8b"
_WINDOWS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class BodyError(Exception):
    """Reads as the rest of a sentence that starts with the URL."""


def take(chunks: Iterable[bytes], encoding: str | None, limit: int = SIZE_LIMIT) -> bytes:
    """All of the body, unpacked. Raises BodyError for too much of it, or for what cannot be unpacked."""
    body = _Body(limit)
    encoding = (encoding or "").strip().lower()
    if encoding in ("", "identity"):
        for chunk in chunks:
            body.add(chunk)
        return bytes(body.taken)
    if encoding not in _WINDOWS:
        raise BodyError(f"is packed in a way that was not asked for: {encoding[:40]!r}")
    _unpack(chunks, encoding, body)
    return bytes(body.taken)


class _Body:
    def __init__(self, limit: int) -> None:
        self.taken = bytearray()
        self.received = 0
        self._limit = limit

    def add(self, data: bytes) -> None:
        self.taken += data
        if len(self.taken) > self._limit:
            raise BodyError(f"is larger than {self._limit / 1_000_000:g} MB")
        if self.received and len(self.taken) > max(RATIO_FLOOR, RATIO_LIMIT * self.received):
            raise BodyError(f"unpacks to more than {RATIO_LIMIT} times its size")


def _unpack(chunks: Iterable[bytes], encoding: str, body: _Body) -> None:
    inflater = None
    for chunk in chunks:
        body.received += len(chunk)
        while chunk:
            if inflater is None:
                inflater = _inflater(encoding, chunk)
            elif inflater.eof:
                if not chunk.startswith(_GZIP):
                    return  # padding behind the end
                inflater = _inflater(encoding, chunk)
            try:
                body.add(inflater.decompress(chunk, _STEP))
            except zlib.error as error:
                raise BodyError(f"cannot be unpacked ({error})") from None
            chunk = inflater.unconsumed_tail or inflater.unused_data
    if inflater is not None and not inflater.eof:
        raise BodyError("ended before it was complete")


def _inflater(encoding: str, start: bytes) -> zlib._Decompress:
    if encoding == "deflate" and (start[0] & 0x0F != 8 or start[0] >> 4 > 7):
        return zlib.decompressobj(-zlib.MAX_WBITS)  # some servers send deflate without its header
    return zlib.decompressobj(_WINDOWS[encoding])
