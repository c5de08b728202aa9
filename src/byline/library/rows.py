"""Between rows and nouns; vectors as bytes. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Row, func, select

from byline.library.schema import articles, passages, revisions
from byline.protocols import PassageVectors, Vector
from byline.types import Article, ArticleRef, Passage, Span

REF_COLUMNS = [c for c in revisions.c if c.name not in ("id", "text", "stored_at", "digest", "signature")]

# the text is cut by the database, so that a passage cannot differ from its article
PASSAGES = (
    select(
        passages.c.id.label("passage_id"),
        passages.c.start,
        passages.c.end,
        passages.c.heading,
        passages.c.tokens,
        passages.c.sentences,
        func.substr(revisions.c.text, passages.c.start + 1, passages.c.end - passages.c.start).label("slice"),
        *REF_COLUMNS,
    )
    .join_from(passages, revisions, revisions.c.id == passages.c.revision_id)
    .join(articles, articles.c.live_revision == revisions.c.id)
)

_OWN = 7
"""Columns of PASSAGES before those of its article."""


def article_ref(row: Row[Any]) -> ArticleRef:
    return ref_of(*(getattr(row, column.name) for column in REF_COLUMNS))


@lru_cache(maxsize=4096)
def ref_of(
    article_id: str,
    title: str,
    url: str | None,
    authors: str,
    publisher: str | None,
    section: str | None,
    kind: str | None,
    language: str | None,
    published: str | None,
    modified: str | None,
) -> ArticleRef:
    """Of REF_COLUMNS as they are stored; the passages of one article share it."""
    return ArticleRef(
        id=article_id,
        title=title,
        url=url,
        authors=tuple(json.loads(authors)),
        publisher=publisher,
        section=section,
        kind=kind,
        language=language,
        published=_date(published),
        modified=_date(modified),
    )


def revision_row(article: Article) -> dict[str, object]:
    ref = article.ref
    return {
        "article_id": ref.id,
        "digest": article.digest,
        "title": ref.title,
        "url": ref.url,
        "authors": json.dumps(ref.authors, ensure_ascii=False),
        "publisher": ref.publisher,
        "section": ref.section,
        "kind": ref.kind,
        "language": ref.language,
        "published": instant(ref.published) if ref.published else None,
        "modified": instant(ref.modified) if ref.modified else None,
        "text": article.text,
    }


def passage_row(passage: Passage, revision: int, rules: str) -> dict[str, object]:
    spans = np.array([(s.start, s.end) for s in passage.sentences], dtype="<i4")
    return {
        "id": passage.id,
        "revision_id": revision,
        "rules": rules,
        "start": passage.start,
        "end": passage.end,
        "heading": passage.heading,
        "tokens": passage.tokens,
        "sentences": spans.tobytes(),
    }


def passage(row: Sequence[Any]) -> Passage:
    """Of a row that begins with the columns of PASSAGES."""
    passage_id, start, end, heading, tokens, sentences, text = row[:_OWN]
    spans = np.frombuffer(sentences, dtype="<i4").reshape(-1, 2).tolist()
    return Passage(
        id=passage_id,
        article=ref_of(*row[_OWN : _OWN + len(REF_COLUMNS)]),
        start=start,
        end=end,
        text=text,
        heading=heading,
        tokens=tokens,
        sentences=tuple(Span(first, last) for first, last in spans),
    )


def embedding_row(passage_id: str, embedder: str, vectors: PassageVectors) -> dict[str, object]:
    return {
        "passage_id": passage_id,
        "embedder": embedder,
        "passage": vectors.passage.astype("<f4").tobytes(),
        "sentences": quantize(vectors.sentences).tobytes(),
    }


def quantize(vectors: Vector) -> npt.NDArray[np.int8]:
    """Each row scaled to ±127; only its direction is kept. (n, dimension)."""
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-9)
    scaled: npt.NDArray[np.int8] = np.rint(vectors * (127.0 / largest)).astype(np.int8)
    return scaled


def unpack_sentences(packed: Mapping[str, bytes], dimension: int) -> dict[str, Vector]:
    """int8 rows back to unit length, all at once; id → (n, dimension)."""
    if not packed:
        return {}
    flat = np.frombuffer(b"".join(packed.values()), dtype=np.int8).reshape(-1, dimension).astype(np.float32)
    flat /= np.maximum(np.sqrt(np.einsum("ij,ij->i", flat, flat)), 1e-9)[:, None]
    found, start = {}, 0
    for passage_id, stored in packed.items():
        end = start + len(stored) // dimension
        found[passage_id] = flat[start:end]
        start = end
    return found


def unpack_passages(packed: Sequence[bytes]) -> Vector:
    """(n, dimension)"""
    if not packed:
        return np.zeros((0, 0), dtype=np.float32)
    return np.frombuffer(b"".join(packed), dtype="<f4").reshape(len(packed), -1)


def instant(moment: datetime) -> str:
    """Dates are stored in one zone so that they sort as text; the reader's zone is a matter of display."""
    return moment.astimezone(UTC).isoformat()


def _date(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None
