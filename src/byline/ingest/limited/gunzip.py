"""Unpacking gzip with a limit on what comes out: 10 GB of zeros pack into 10 MB."""

from __future__ import annotations

import zlib

from byline.ingest.formats.parsed import Unreadable

UNPACKED_LIMIT = 10_000_000
_RATIO = 100
_ANY_RATIO = 1_000_000
"""Below this many bytes any ratio will do: a short page of blanks is no bomb."""
_MEMBERS = 100
_START = 65_536


def is_gzip(data: bytes) -> bool:
    return data.startswith(b"\x1f\x8b")


def unpacked_start(data: bytes) -> bytes:
    """The first bytes inside, to tell what it is; none when it is broken."""
    try:
        return zlib.decompressobj(wbits=31).decompress(data, _START)
    except zlib.error:
        return b""


def gunzip(data: bytes, limit: int = UNPACKED_LIMIT) -> bytes:
    """The bytes inside; holds at most `limit` of them. Raises Unreadable for a bomb or a broken file."""
    allowed = min(limit, max(_ANY_RATIO, _RATIO * len(data)))
    parts: list[bytes] = []
    size = 0
    while is_gzip(data) and len(parts) < _MEMBERS:
        unpacker = zlib.decompressobj(wbits=31)
        try:
            part = unpacker.decompress(data, allowed - size + 1)
        except zlib.error as error:
            raise Unreadable(f"is not valid gzip: {error}", "save it again") from None
        size += len(part)
        if size > allowed:
            raise Unreadable(
                f"unpacks to more than {allowed // 1_000_000} MB, {_RATIO} times its size or {limit // 1_000_000} MB",
                "unpack it and look at what is in it",
            )
        parts.append(part)
        if not unpacker.eof:
            raise Unreadable("is gzip that was cut off", "save it again")
        data = unpacker.unused_data
    return b"".join(parts)
