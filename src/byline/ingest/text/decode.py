"""Bytes → text, in whatever encoding they came, or None when that cannot be told.

In order: a byte order mark; UTF-8, when the bytes are that; what the server said; what the document says of itself;
detection.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

import charset_normalizer

from byline.ingest.text.encodings import DETECTED, SEVEN_BIT, WIDER, declared, known_encoding

_MARKS = (  # UTF-32's mark begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿŒœŠšŽž“”‘’‚„‹›«»–—…•€£¥©®™°§·¿¡½¼¾×ªº¢\xa0\xad"
)
_SPARSE = 0.03
_DAMAGED = 0.01
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\v\x1b")


@dataclass(frozen=True, slots=True)
class Decoded:
    """`note` is None for plain UTF-8, else what was done to read the bytes."""

    text: str
    note: str | None = None


def decode(data: bytes, charset: str | None = None) -> Decoded | None:
    """The text of `data`; `charset` is what came with it, such as a server's header. None for binary data."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding)
    zeros = data.count(0)
    if zeros * 20 > len(data):
        return _detected(data, ("utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be", "utf_16", "utf_32"))
    named = list(_named(data, charset))
    if b"\x1b" in data or b"~{" in data:
        for encoding in SEVEN_BIT.intersection(named):
            if found := _strict(data, encoding):
                return found
    try:
        return _readable(Decoded(data.decode("utf-8")))
    except UnicodeDecodeError:
        if zeros:
            return None
        return _as_named(data, named) or _damaged(data) or _western(data) or _detected(data, DETECTED)


def _named(data: bytes, charset: str | None) -> Iterator[str]:
    for label in (charset, declared(data)):
        encoding = known_encoding(label) if label else None
        if encoding and encoding != "utf-8":
            yield encoding


def _as_named(data: bytes, encodings: list[str]) -> Decoded | None:
    """As one of the encodings that somebody said it is; failing that, as the first one that loses next to nothing."""
    for encoding in encodings:
        if found := _strict(data, encoding):
            return found
    for encoding in encodings:
        text = data.decode(encoding, "replace")
        lost = text.count("\ufffd")
        if lost <= _DAMAGED * len(text):
            return _readable(Decoded(text, f"{lost} damaged characters in {encoding} text, shown as \ufffd"))
    return None


def _strict(data: bytes, encoding: str) -> Decoded | None:
    try:
        return _readable(Decoded(data.decode(encoding), f"decoded from {encoding}"))
    except UnicodeDecodeError:
        return None


def _marked(data: bytes, encoding: str) -> Decoded | None:
    try:
        return _readable(Decoded(data.decode(encoding), None if encoding == "utf-8" else f"decoded from {encoding}"))
    except UnicodeDecodeError:
        return None


def _readable(decoded: Decoded) -> Decoded | None:
    strange = sum(map(decoded.text.count, _CONTROLS))
    return None if strange * 100 > len(decoded.text) else decoded


def _damaged(data: bytes) -> Decoded | None:
    """UTF-8 with a few broken bytes, which a detector would take for some other encoding and garble throughout."""
    text = data.decode("utf-8", "replace")
    lost, intact = text.count("\ufffd"), sum(not char.isascii() for char in text)
    if lost > _DAMAGED * len(text) or intact - lost < 3 * lost:
        return None
    return Decoded(text, f"{lost} damaged characters in UTF-8 text, shown as \ufffd")


def _western(data: bytes) -> Decoded | None:
    """Detection needs letters to go by; with hardly any beyond ASCII, Western European is the best reading by far."""
    beyond = sum(byte > 127 for byte in data)
    if beyond > _SPARSE * len(data):
        return None
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    if any(not char.isascii() and char not in _WESTERN for char in text):
        return None
    if "õ" in text and "û" in text and "ã" not in text:
        return None  # no Western language has both: they are ő and ű of Hungarian
    return _readable(Decoded(text, "decoded from cp1252, a guess"))


def _detected(data: bytes, among: tuple[str, ...]) -> Decoded | None:
    best = charset_normalizer.from_bytes(data).best()
    if best is not None and best.encoding not in among:
        # What it likes best is an encoding nobody writes articles in: ask for the best of those that people do.
        best = charset_normalizer.from_bytes(data, cp_isolation=list(among)).best()
    if best is None:
        return None
    wider = WIDER.get(best.encoding, best.encoding)
    try:
        return _readable(Decoded(data.decode(wider), f"decoded from {wider}, a guess"))
    except UnicodeDecodeError:
        return _readable(Decoded(str(best), f"decoded from {best.encoding}, a guess"))
