"""Answers and hits as JSON, the same on every surface. Offsets are Unicode code points of the article's text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from byline.types import Answer, ArticleRef, Hit, Quote, Sentence


def answer_json(answer: Answer, row_id: str | None = None) -> dict[str, Any]:
    """`{id, question, standalone, answered, reason, as_of, stale, warning, sentences, sources, timing_ms}`."""
    return {
        "id": row_id,
        "question": answer.question.text,
        "standalone": answer.question.standalone,
        "answered": answer.answered,
        "reason": answer.reason,
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "stale": answer.stale,
        "warning": answer.warning,
        "sentences": [_sentence(sentence) for sentence in answer.sentences],
        "sources": [_source(ref) for ref in answer.sources],
        "timing_ms": dict(answer.timing_ms),
    }


def refused_json(row_id: str | None, question: str, reason: str, error: str) -> dict[str, Any]:
    """A row of a batch that could not be asked: the shape of an answer, with the `error`."""
    return {
        "id": row_id,
        "question": question,
        "standalone": question,
        "answered": False,
        "reason": reason,
        "as_of": None,
        "stale": False,
        "warning": None,
        "sentences": [],
        "sources": [],
        "timing_ms": {},
        "error": error,
    }


def hits_json(hits: Sequence[Hit], row_id: str | None = None) -> dict[str, Any]:
    """`{id, hits: [{passage_id, article_id, start, end, text, score, ranks}]}`; `ranks` has each retriever's view."""
    return {"id": row_id, "hits": [_hit(hit) for hit in hits]}


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "passage_id": hit.passage.id,
        "article_id": hit.passage.article.id,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
        "score": round(hit.score, 6),
        "ranks": {name: {"rank": rank.rank, "score": round(rank.score, 6)} for name, rank in hit.ranks.items()},
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "supported": sentence.supported,
        "quotes": [_quote(quote) for quote in sentence.quotes],
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {"article_id": quote.passage.article.id, "start": quote.start, "end": quote.end, "text": quote.text}


def _source(ref: ArticleRef) -> dict[str, Any]:
    return {
        "article_id": ref.id,
        "title": ref.title,
        "url": ref.url,
        "publisher": ref.publisher,
        "published": ref.published.isoformat() if ref.published else None,
    }
