"""Ways in which a file of articles goes wrong, by accident and on purpose."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable, Sequence
from functools import cache

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]

_WORDS = b"The harbour bridge opened on Monday after four years of work. "
_ODD = (
    b"\x00", b"\xed\xa0\x80", b"\xff\xfe", b"\xef\xbf\xbe", "\u202e".encode(), "\u200b".encode(), b"\x1b$B", b"<", b">",
    b"&", b"]]>", b"-->", b"<!--", b"<![CDATA[", b"'", b"{", b"[", b"\\u", b"%%EOF", b"endstream", b"\r", b"#" * 50,
    b"&#x110000;", b"&#0;", b"&nbsp;", b"\xf4\x90\x80\x80", "\u0301".encode() * 200, b"9" * 400, b"-" * 5000,
)  # fmt: skip


def _flip(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 30, 300))):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _remove(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.choice((1, 10, 1000, 20_000)) :]


def _splice(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others)
    start, end = sorted((chance.randrange(len(other) + 1), chance.randrange(len(other) + 1)))
    at = chance.randrange(len(data) + 1)
    return data[:at] + other[start:end] + data[at:]


def _repeat(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    start = chance.randrange(len(data) + 1)
    part = data[start : start + chance.choice((10, 100, 2000))]
    return data[:start] + part * chance.choice((2, 50, 400)) + data[start:]


def _insert(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    for _ in range(chance.choice((1, 5, 50))):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.choice(_ODD) + data[at:]
    return data


def _nest(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    opening = chance.choice((b"<div>", b"<b>", b"<table><tr><td>", b"<ul><li>", b"[", b'{"a":', b"<a><b>", b"> ", b"*"))
    at = chance.randrange(len(data) + 1)
    return data[:at] + opening * chance.choice((300, 5_000, 100_000)) + data[at:]


def _attribute(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + b'<p title="' + b"x" * chance.choice((10_000, 2_000_000)) + b'">' + data[at:]


def _laugh(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    item = b"<item><title>&l9;</title></item>"
    return b'<!DOCTYPE rss [<!ENTITY l0 "ha">' + entities + b"]><rss><channel>" + item + b"</channel></rss>"


def _steal(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    address = chance.choice((b"file:///etc/passwd", b"http://127.0.0.1:1/", b"file:///dev/zero"))
    return b'<!DOCTYPE rss [<!ENTITY x SYSTEM "' + address + b'">]><rss><channel><title>&x;</title>' + data


def _bomb(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    packed = _packed(chance.choice((b"\0", b"<p>", _WORDS)))
    return chance.choice((packed, gzip.compress(packed), packed[:-9], b"\x1f\x8b\x08" + data[:3000]))


@cache
def _packed(filling: bytes) -> bytes:
    return gzip.compress(filling * (30_000_000 // len(filling)), 1)


@cache
def _deflated(numbers: int) -> bytes:
    return zlib.compress(b"0 " * numbers, 1)


def _pdf(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    stream = _deflated(chance.choice((10, 5_000_000)))
    length = b"<</Filter/FlateDecode/Length %d>>stream\n" % len(stream)
    return b"%PDF-1.7\n1 0 obj" + length + stream + b"endstream endobj\n" + data[:20_000] + b"\nstartxref\n9\n%%EOF"


def _nothing(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    return chance.choice((b"", b" ", b"\n" * 5_000, bytes(5_000), chance.randbytes(5_000), b"\xff" * 5_000, _WORDS))


MUTATIONS: tuple[Mutation, ...] = (
    _flip, _flip, _flip, _cut, _cut, _remove, _splice, _splice, _repeat, _insert, _insert, _nest, _attribute, _laugh,
    _steal, _bomb, _pdf, _nothing,
)  # fmt: skip


def mutated(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """`data` after one to three mishaps; at most some 8 MB."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        data = chance.choice(MUTATIONS)(chance, data, others)[:8_000_000]
    return data
