"""The one way from a question to an answer: a stream of events that every surface reads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime

from byline.answer.considered import Considered
from byline.answer.decide import decide, evidence_of
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
    Done,
    Failed,
    Hit,
    PassagesFound,
    Question,
    SentenceChecked,
    Started,
    TextDelta,
)


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
        question = understood(question)
        yield Started(question)
        try:
            yield from self._answer(question)
        except BylineError as error:
            yield Failed(str(error), error.retryable)

    def answer(self, question: Question) -> Answer:
        """The last word of `stream`. Raises BylineError where the stream would end in `Failed`."""
        question = understood(question)
        for event in self._answer(question):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("the stream ended without an answer")

    def _answer(self, question: Question) -> Iterator[PassagesFound | TextDelta | SentenceChecked | Done]:
        with self.lease() as searcher:
            started = time.perf_counter()
            hits = self.find(searcher, question)
            yield PassagesFound(hits)
            considered = self.consider(searcher, question, hits, started)
            answer = considered.answer(considered.decision.sentences)
            for index, sentence in enumerate(answer.sentences):
                yield TextDelta(sentence.text if index == 0 else " " + sentence.text)
                yield SentenceChecked(index, sentence)
            yield Done(answer)

    def lease(self) -> AbstractContextManager[Searcher]:
        """One generation for all of an answer."""
        return self._searches.lease()

    def find(self, searcher: Searcher, question: Question) -> tuple[Hit, ...]:
        return tuple(searcher.search(question, self._limit))

    def consider(self, searcher: Searcher, question: Question, hits: tuple[Hit, ...], started: float) -> Considered:
        """Whether it is answered, and with which sentences. `started`: `perf_counter` when these hits were sought."""
        found = time.perf_counter()
        when = WhenAsked.of(question, datetime.now(UTC))
        decision = decide(self._library, searcher, question, hits, when, self._rule)
        timing_ms = {
            "search": round((found - started) * 1e3, 1),
            "answer": round((time.perf_counter() - found) * 1e3, 1),
        }
        stale = staleness(question, self._freshness) if self._freshness else None
        return Considered(question, hits, when, decision, searcher.opened.generation, stale, timing_ms)

    @property
    def rule(self) -> RefusalRule:
        return self._rule

    def evidence(self, question: Question, hits: Sequence[Hit]) -> tuple[list[Candidate], dict[str, float]]:
        """The weighed sentences, and the signals that the refusal is decided on."""
        with self.lease() as searcher:
            return evidence_of(searcher, question, hits)


def understood(question: Question) -> Question:
    """Raises QuestionError when it cannot be used."""
    read = understand(question.text, question.history, question.as_of)
    return replace(read, filters=question.filters)
