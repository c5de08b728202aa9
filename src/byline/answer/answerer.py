"""The one way from a question to an answer: a stream of events that every surface reads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from byline.answer.decide import decide, evidence_of
from byline.answer.examine import examine
from byline.answer.newer import newer_articles
from byline.answer.refuse import RefusalRule
from byline.answer.warn import staleness
from byline.answer.weigh import Candidate
from byline.errors import BylineError
from byline.library.database import Library
from byline.library.freshness import Freshness
from byline.retrieve.near_time import WhenAsked
from byline.retrieve.search import Searcher, Searches
from byline.retrieve.understand import understand
from byline.types import (
    Answer,
    AnswerEvent,
    ArticleRef,
    Done,
    Failed,
    Fingerprints,
    Hit,
    PassagesFound,
    Question,
    Sentence,
    SentenceChecked,
    Started,
    TextDelta,
)

CLOSEST = 3
"""Articles named beside a refusal."""


class ExtractiveAnswerer:
    """Answers in the articles' own sentences; no language model is involved."""

    def __init__(
        self,
        library: Library,
        searches: Searches,
        rule: RefusalRule,
        *,
        limit: int = 10,
        freshness: Callable[[], Freshness] | None = None,
    ) -> None:
        """Without `freshness` no answer carries a warning."""
        self._library = library
        self._searches = searches
        self._rule = rule
        self._limit = limit
        self._freshness = freshness

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        """Ends with exactly one `Done` or `Failed`; a question that cannot be used raises QuestionError first."""
        question = _understood(question)
        yield Started(question)
        try:
            yield from self._answer(question)
        except BylineError as error:
            yield Failed(str(error), error.retryable)

    def answer(self, question: Question) -> Answer:
        """The last word of `stream`. Raises BylineError where the stream would end in `Failed`."""
        question = _understood(question)
        for event in self._answer(question):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("the stream ended without an answer")

    def _answer(self, question: Question) -> Iterator[PassagesFound | TextDelta | SentenceChecked | Done]:
        with self._searches.lease() as searcher:  # one generation for all of an answer
            yield from self._answer_from(searcher, question)

    def _answer_from(
        self, searcher: Searcher, question: Question
    ) -> Iterator[PassagesFound | TextDelta | SentenceChecked | Done]:
        started = time.perf_counter()
        hits = searcher.search(question, self._limit)
        yield PassagesFound(tuple(hits))
        found = time.perf_counter()
        when = WhenAsked.of(question, datetime.now(UTC))
        decision = decide(self._library, searcher, question, hits, when, self._rule)
        examined = examine(question, decision.candidates, decision.sentences)
        sentences = examined.sentences
        for index, sentence in enumerate(sentences):
            yield TextDelta(sentence.text if index == 0 else " " + sentence.text)
            yield SentenceChecked(index, sentence)
        done = time.perf_counter()
        generation = searcher.opened.generation
        beside = examined.articles
        sources = _once((*_cited(sentences), *beside) if sentences else (*_closest(hits), *beside))
        yield Done(
            Answer(
                question=question,
                sentences=sentences,
                sources=sources,
                answered=bool(sentences),
                reason=decision.reason,
                confidence=decision.confidence,
                nearest=decision.nearest,
                as_of=_newest(sources) if sentences else None,
                also_in=_also_in(hits, sources),
                newer=newer_articles(when, hits, sentences),
                warning=decision.missed or (staleness(question, self._freshness) if self._freshness else None),
                fingerprints=Fingerprints(generation.fingerprint, generation.embedder),
                timing_ms={
                    "search": round((found - started) * 1e3, 1),
                    "answer": round((done - found) * 1e3, 1),
                },
                disagreements=examined.disagreements,
                premise=examined.premise,
            )
        )

    @property
    def rule(self) -> RefusalRule:
        return self._rule

    def evidence(self, question: Question, hits: Sequence[Hit]) -> tuple[list[Candidate], dict[str, float]]:
        """The weighed sentences, and the signals that the refusal is decided on."""
        with self._searches.lease() as searcher:
            return evidence_of(searcher, question, hits)


def _understood(question: Question) -> Question:
    understood = understand(question.text, question.history, question.as_of)
    return replace(understood, filters=question.filters)


def _cited(sentences: Sequence[Sentence]) -> tuple[ArticleRef, ...]:
    return tuple(dict.fromkeys(quote.passage.article for sentence in sentences for quote in sentence.quotes))


def _once(articles: Iterable[ArticleRef]) -> tuple[ArticleRef, ...]:
    return tuple(dict.fromkeys(articles))


def _closest(hits: Sequence[Hit]) -> tuple[ArticleRef, ...]:
    """The articles of the best hits, copies aside."""
    found: dict[ArticleRef, None] = {}
    for hit in hits:
        if found.keys().isdisjoint(hit.also_in):
            found[hit.passage.article] = None
    return tuple(found)[:CLOSEST]


def _also_in(hits: Sequence[Hit], sources: Sequence[ArticleRef]) -> dict[str, tuple[ArticleRef, ...]]:
    families = {hit.passage.article: hit.also_in for hit in hits}
    others = {ref.id: tuple(o for o in families.get(ref, ()) if o not in sources) for ref in sources}
    return {source: refs for source, refs in others.items() if refs}


def _newest(sources: Sequence[ArticleRef]) -> datetime | None:
    return max((ref.modified or ref.published for ref in sources if ref.published), default=None)
