"""Answers and hits as JSON, the same on every surface. Offsets are Unicode code points of the article's text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from byline.answer.standing import Notice, Standing
from byline.library.saved import SavedAnswer
from byline.types import Answer, ArticleRef, Hit, Question, Quote, Sentence


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
        "sources": [
            {**_source(ref), "also_in": [_source(other) for other in answer.also_in.get(ref.id, ())]}
            for ref in answer.sources
        ],
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


def hits_json(hits: Sequence[Hit], row_id: str | None = None, question: Question | None = None) -> dict[str, Any]:
    """`{id, question, standalone, hits: [{passage_id, article_id, start, end, text, score, ranks, also_in}]}`.

    `ranks` has each retriever's view; `also_in` are articles with the same words, in the shape of a source.
    """
    asked = {"question": question.text, "standalone": question.standalone} if question else {}
    return {"id": row_id, **asked, "hits": [_hit(hit) for hit in hits]}


def saved_json(saved: SavedAnswer, stands: Standing) -> dict[str, Any]:
    """`answer_json` as it was saved, with `saved_at` and a notice for every quote in order.

    Words and titles of articles that readers may no longer see are null.
    """
    shown = dict(saved.shown)
    shown["sentences"] = [_still_shown(sentence, stands.unseen) for sentence in saved.shown["sentences"]]
    shown["sources"] = [
        {**source, "title": None, "url": None} if source["article_id"] in stands.unseen else source
        for source in saved.shown["sources"]
    ]
    shown |= {"id": saved.id, "saved_at": saved.saved_at.isoformat()}
    return shown | {"notices": [_notice(notice) for notice in stands.notices]}


def _still_shown(sentence: Mapping[str, Any], unseen: Collection[str]) -> dict[str, Any]:
    quotes = [quote | {"text": None} if quote["article_id"] in unseen else quote for quote in sentence["quotes"]]
    gone = any(quote["text"] is None for quote in quotes)
    return {**sentence, "text": None if gone else sentence["text"], "quotes": quotes}


def _notice(notice: Notice) -> dict[str, Any]:
    found = notice.correction
    return {
        "article_id": notice.quote.article_id,
        "state": notice.state,
        "since": notice.since.isoformat() if notice.since else None,
        "why": notice.why,
        "old": found.old if found else None,
        "new": found.new if found else None,
        "changes": [{"kind": change.kind, "text": change.text} for change in found.changes] if found else [],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "passage_id": hit.passage.id,
        "article_id": hit.passage.article.id,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
        "score": round(hit.score, 6),
        "ranks": {name: {"rank": rank.rank, "score": round(rank.score, 6)} for name, rank in hit.ranks.items()},
        "also_in": [_source(ref) for ref in hit.also_in],
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
