"""Not reading again what was read before: the bytes of an article are compared before anything is made of them.

Cleaning 609 articles costs 2 CPU-s, hashing them 0.01.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from byline.types import Article, Rejected

READER_VERSION = b"r2"
"""Changes whenever the same bytes would be read as another article: all are read anew then."""


@dataclass(frozen=True, slots=True)
class Known:
    """A live article, under the origin it was read from; `raw` is the digest of its bytes there."""

    id: str
    url: str | None
    raw: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An article whose bytes are those of the last sync."""

    origin: str
    id: str
    url: str | None


Item = Article | Rejected | Unchanged


def raw_digest(data: bytes) -> str:
    return hashlib.blake2b(READER_VERSION + data, digest_size=16).hexdigest()


def unchanged(origin: str, raw: str, known: Mapping[str, Known]) -> Unchanged | None:
    before = known.get(origin)
    return Unchanged(origin, before.id, before.url) if before and before.raw == raw else None
