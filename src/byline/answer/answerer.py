"""The one way from a question to an answer: a stream of events that every surface reads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from byline.answer.extract import extract
from byline.answer.kind import asks_for_number
from byline.answer.refuse import RefusalRule, Verdict, signals
from byline.answer.warn import staleness
from byline.answer.weigh import Candidate, inverse_frequencies, weigh
from byline.errors import BylineError
from byline.library.database import Library
from byline.library.freshness import Freshness
from byline.models.terms import query_terms
from byline.retrieve.search import Searcher, Searches
from byline.retrieve.select import within_budget
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
    Quote,
    Sentence,
    SentenceChecked,
    Started,
    TextDelta,
)

READ_TOKENS = 1_000
"""cl100k tokens of the best passages that are read for sentences: five full ones."""

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
        question = understand(question.text, question.history, question.as_of)
        yield Started(question)
        try:
            yield from self._answer(question)
        except BylineError as error:
            yield Failed(str(error), error.retryable)

    def answer(self, question: Question) -> Answer:
        """The last word of `stream`. Raises BylineError where the stream would end in `Failed`."""
        question = understand(question.text, question.history, question.as_of)
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
        sentences, verdict, nearest = self._sentences(searcher, question, hits)
        for index, sentence in enumerate(sentences):
            yield TextDelta(sentence.text if index == 0 else " " + sentence.text)
            yield SentenceChecked(index, sentence)
        done = time.perf_counter()
        generation = searcher.opened.generation
        sources = _cited(sentences) if sentences else _closest(hits)
        yield Done(
            Answer(
                question=question,
                sentences=tuple(sentences),
                sources=sources,
                answered=bool(sentences),
                reason=verdict.reason,
                confidence=verdict.confidence,
                nearest=nearest,
                as_of=_newest(sources) if sentences else None,
                also_in=_also_in(hits, sources),
                warning=staleness(question, self._freshness) if self._freshness else None,
                fingerprints=Fingerprints(generation.fingerprint, generation.embedder),
                timing_ms={
                    "search": round((found - started) * 1e3, 1),
                    "answer": round((done - found) * 1e3, 1),
                },
            )
        )

    def _sentences(
        self, searcher: Searcher, question: Question, hits: Sequence[Hit]
    ) -> tuple[list[Sentence], Verdict, tuple[Quote, ...]]:
        """What is shown, why nothing is, and the quotes nearest to a question that is not answered."""
        candidates, evidence = _evidence(searcher, question, hits)
        if not candidates:
            return [], Verdict(0.0, "not_in_articles" if self._library.counts().articles else "no_articles"), ()
        verdict = self._rule.judge(evidence)
        sentences = [] if verdict.reason == "not_in_articles" else extract(candidates)
        if verdict.reason:
            return [], verdict, tuple(quote for sentence in sentences for quote in sentence.quotes)
        return sentences, verdict, ()

    @property
    def rule(self) -> RefusalRule:
        return self._rule

    def evidence(self, question: Question, hits: Sequence[Hit]) -> tuple[list[Candidate], dict[str, float]]:
        """The weighed sentences, and the signals that the refusal is decided on."""
        with self._searches.lease() as searcher:
            return _evidence(searcher, question, hits)


def _evidence(searcher: Searcher, question: Question, hits: Sequence[Hit]) -> tuple[list[Candidate], dict[str, float]]:
    asked = query_terms(question.standalone)
    lexical = searcher.opened.lexical
    frequencies, passages = lexical.document_frequencies(asked), lexical.count()
    idf = inverse_frequencies(frequencies, passages)
    read = within_budget(hits, max_tokens=READ_TOKENS)
    candidates = weigh(read, idf, number=asks_for_number(question.standalone))
    return candidates, signals(question.standalone, read, candidates, frequencies, passages)


def _cited(sentences: Sequence[Sentence]) -> tuple[ArticleRef, ...]:
    return tuple(dict.fromkeys(quote.passage.article for sentence in sentences for quote in sentence.quotes))


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
