"""Answers and hits as JSON, the same on every surface. Offsets are Unicode code points of the article's text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from byline.answer.receipt import Checked, Receipt
from byline.answer.standing import Notice, Standing
from byline.library.saved import SavedAnswer
from byline.retrieve.search import Found
from byline.types import Answer, ArticleRef, Disagreement, Hit, Premise, Question, Quote, Sentence


def answer_json(answer: Answer, row_id: str | None = None) -> dict[str, Any]:
    """The shape that the README describes; every article that is quoted is among `sources`.

    `struck` is for who evaluates a model: what it wrote and the articles did not bear out. No reader is shown it.
    """
    return {
        "id": row_id,
        "question": answer.question.text,
        "standalone": answer.question.standalone,
        "answered": answer.answered,
        "reason": answer.reason,
        "confidence": round(answer.confidence, 4),
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "stale": answer.stale,
        "warning": answer.warning,
        "fallback": answer.fallback,
        "model": answer.model,
        "usage": asdict(answer.usage) if answer.usage else None,
        "struck": [{"text": sentence.text, "faults": list(sentence.faults)} for sentence in answer.struck],
        "premise": _premise(answer.premise) if answer.premise else None,
        "sentences": [_sentence(sentence) for sentence in answer.sentences],
        "disagreements": [_disagreement(disagreement) for disagreement in answer.disagreements],
        "nearest": [_quote(quote) for quote in answer.nearest],
        "newer": [source_json(ref) for ref in answer.newer],
        "sources": [
            {**source_json(ref), "also_in": [source_json(other) for other in answer.also_in.get(ref.id, ())]}
            for ref in dict.fromkeys((*answer.sources, *(quote.passage.article for quote in answer.quotes)))
        ],
        "fingerprints": asdict(answer.fingerprints) if answer.fingerprints else None,
        "timing_ms": dict(answer.timing_ms),
    }


def refused_json(row_id: str | None, question: str, reason: str, error: str) -> dict[str, Any]:
    """A row of a batch that could not be asked: the shape of an answer, with the `error`."""
    unasked = answer_json(Answer(Question(question, question), (), (), answered=False), row_id)
    return {**unasked, "reason": reason, "error": error}


def hits_json(hits: Sequence[Hit], row_id: str | None = None, question: Question | None = None) -> dict[str, Any]:
    """`{id, question, standalone, hits: [{passage_id, article_id, start, end, text, score, ranks, also_in}]}`.

    `ranks` has each retriever's view; `also_in` are articles with the same words, in the shape of a source.
    """
    asked = {"question": question.text, "standalone": question.standalone} if question else {}
    return {"id": row_id, **asked, "hits": [_hit(hit) for hit in hits]}


def found_json(found: Found, row_id: str | None = None, question: Question | None = None) -> dict[str, Any]:
    """`hits_json` with `explain: {parts: [{part, start, end, text, publishers, dates, names, quoted}], serves}`.

    `serves` has, for each hit in order, the number of the part it was found for, null when the question is one part.
    """
    nothing: dict[str, list[str]] = {"publishers": [], "dates": [], "names": [], "quoted": []}
    parts = [
        {"part": number, "start": part.span.start, "end": part.span.end, "text": part.text, **nothing, **part.named()}
        for number, part in enumerate(found.parts, 1)
    ]
    serves = [None if hit.part is None else hit.part + 1 for hit in found.hits]
    return hits_json(found.hits, row_id, question) | {"explain": {"parts": parts, "serves": serves}}


def saved_json(saved: SavedAnswer, stands: Standing) -> dict[str, Any]:
    """`answer_json` as it was saved, with `saved_at` and a notice for every quote in order.

    Words and titles of articles that readers may no longer see are null.
    """
    shown = dict(saved.shown)
    shown["sentences"] = [_still_shown(sentence, stands.unseen) for sentence in saved.shown["sentences"]]
    shown["disagreements"] = [_differing(found, stands.unseen) for found in shown.get("disagreements", ())]
    if stands.unseen:  # what a model made of words that may not be seen any more
        shown["struck"] = [{"text": None, "faults": None} for _ in saved.shown.get("struck", ())]
    shown["nearest"] = _without(shown.get("nearest", []), stands.unseen)
    if (premise := shown.get("premise")) and premise["quote"]["article_id"] in stands.unseen:
        shown["premise"] = None
    for listed in ("sources", "newer"):
        shown[listed] = [
            {**source, "title": None, "url": None} if source["article_id"] in stands.unseen else source
            for source in shown.get(listed, ())
        ]
    shown |= {"id": saved.id, "saved_at": saved.saved_at.isoformat()}
    return shown | {"notices": [_notice(notice) for notice in stands.notices]}


def verified_json(receipt: Receipt, found: Sequence[Checked]) -> dict[str, Any]:
    """`{question, saved_at, whole, exact, quotes: [{article_id, revision, start, end, match, notice}]}`."""
    quotes = [
        {
            "article_id": checked.quote.article_id,
            "revision": checked.quote.digest,
            "start": checked.quote.start,
            "end": checked.quote.end,
            "match": checked.match,
            "notice": _notice(checked.notice) if checked.notice else None,
        }
        for checked in found
    ]
    return {
        "question": receipt.question,
        "saved_at": receipt.saved_at.isoformat(),
        "whole": receipt.whole,
        "exact": receipt.whole and all(checked.match == "exact" for checked in found),
        "quotes": quotes,
    }


def _still_shown(sentence: Mapping[str, Any], unseen: Collection[str]) -> dict[str, Any]:
    """An answer that was saved by an earlier Byline has fewer keys, and gets none that it had not."""
    shown: dict[str, Any] = _without(sentence, unseen)
    if any(quote["text"] is None for quote in shown["quotes"]):
        shown |= {key: None for key in ("text", "speaker") if key in shown}
    return shown


def _without(shown: Any, unseen: Collection[str]) -> Any:
    """The same with the words of every quote of an unseen article null, however deep it stands."""
    if isinstance(shown, Mapping):
        kept = {key: _without(value, unseen) for key, value in shown.items()}
        return kept | {"text": None} if kept.get("article_id") in unseen and "text" in kept else kept
    return [_without(value, unseen) for value in shown] if isinstance(shown, list) else shown


def _differing(disagreement: Mapping[str, Any], unseen: Collection[str]) -> dict[str, Any]:
    shown: dict[str, Any] = _without(disagreement, unseen)
    shown["values"] = [
        None if quote["text"] is None else value for quote, value in zip(shown["quotes"], shown["values"], strict=True)
    ]
    return shown


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
        "also_in": [source_json(ref) for ref in hit.also_in],
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "supported": sentence.supported,
        "speaker": sentence.speaker,
        "quotes": [_quote(quote) for quote in sentence.quotes],
        "leads": [_quote(quote) for quote in sentence.leads],
        "correction": _quote(sentence.correction) if sentence.correction else None,
    }


def _premise(premise: Premise) -> dict[str, Any]:
    return {"asserted": premise.asserted, "said": premise.said, "quote": _quote(premise.quote)}


def _disagreement(disagreement: Disagreement) -> dict[str, Any]:
    return {
        "about": disagreement.about,
        "values": list(disagreement.values),
        "quotes": [_quote(quote) for quote in disagreement.quotes],
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {"article_id": quote.passage.article.id, "start": quote.start, "end": quote.end, "text": quote.text}


def source_json(ref: ArticleRef) -> dict[str, Any]:
    return {
        "article_id": ref.id,
        "title": ref.title,
        "url": ref.url,
        "publisher": ref.publisher,
        "published": ref.published.isoformat() if ref.published else None,
        "kind": ref.kind,
        "authors": list(ref.authors),
    }
