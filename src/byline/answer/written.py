"""Answers that a language model words: the same search and the same refusals, its sentences checked, and the articles'
own where it fails.

A question that is refused costs no call. Nor does one on whose subject the articles report without answering it: asked
for an answer a model writes one, and "true, but about something else" is what no check finds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from byline.answer.answerer import ExtractiveAnswerer, understood
from byline.answer.cleaned import Cleaned
from byline.answer.considered import Considered
from byline.answer.cut import Cutter
from byline.answer.fallback import FALLBACKS, Why
from byline.answer.judge import Judge
from byline.answer.leaving import ClosableStream, Leaving
from byline.answer.listen import Listening
from byline.answer.pending import Pending
from byline.answer.prompt import Nonces
from byline.answer.told import Told, tell
from byline.answer.write import Draft, verdict
from byline.errors import BylineError
from byline.library.database import Library
from byline.models.tokens import count_tokens
from byline.protocols import ChatModel, Checker, Embedder
from byline.retrieve.search import Searcher
from byline.types import (
    Answer,
    AnswerEvent,
    Done,
    Failed,
    PassagesFound,
    Question,
    Sentence,
    SentenceChecked,
    Started,
    TextDelta,
    Usage,
)

logger = logging.getLogger(__name__)

WITHDRAWN = "the articles' own sentences stand in its place"
"""Said of a sentence that was supported, when the model failed after it."""


@dataclass(frozen=True, slots=True)
class WritingLimits:
    """Seconds for a whole answer; cl100k tokens of the quotes that are shown, and of what may be written."""

    budget_s: float = 30.0
    quote_tokens: int = 300
    answer_tokens: int = 300


class WrittenAnswerer:
    """`checker_of` gives the checker for the embedder whose vectors the articles have."""

    def __init__(
        self,
        extractive: ExtractiveAnswerer,
        library: Library,
        model: ChatModel,
        checker_of: Callable[[Embedder], Checker],
        nonces: Nonces,
        limits: WritingLimits | None = None,
    ) -> None:
        self._extractive = extractive
        self._library = library
        self._model = model
        self._checker_of = checker_of
        self._nonces = nonces
        self._limits = limits or WritingLimits()
        self._checkers: dict[str, Checker] = {}

    def stream(self, question: Question) -> ClosableStream:
        """Ends with exactly one `Done` or `Failed`; a question that cannot be used raises QuestionError first.

        The last `SentenceChecked` of an index counts: one that was supported is struck when the model fails after it.
        """
        return ClosableStream(lambda leaving: self._stream(question, leaving))

    def answer(self, question: Question) -> Answer:
        """The last word of `stream`. Raises BylineError where the stream would end in `Failed`."""
        question = understood(question)
        for event in self._answer(question, Leaving()):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("the stream ended without an answer")

    def checker_for(self, embedder: Embedder) -> Checker:
        """Made once, which may load a model. Raises ModelError."""
        made = self._checkers.get(embedder.fingerprint)
        if made is None:
            made = self._checkers[embedder.fingerprint] = self._checker_of(embedder)
        return made

    def _stream(self, question: Question, leaving: Leaving) -> Iterator[AnswerEvent]:
        question = understood(question)
        yield Started(question)
        try:
            yield from self._answer(question, leaving)
        except BylineError as error:
            yield Failed(str(error), error.retryable)

    def _answer(self, question: Question, leaving: Leaving) -> Iterator[AnswerEvent]:
        with self._extractive.lease() as searcher:
            started, edition = time.perf_counter(), self._library.edition()
            hits = self._extractive.find(searcher, question)
            yield PassagesFound(hits)
            considered = self._extractive.consider(searcher, question, hits, started)
            if considered.decision.sentences:
                yield from self._write(searcher, considered, edition, leaving)
            else:
                yield Done(considered.answer(()))

    def _write(
        self, searcher: Searcher, considered: Considered, edition: int, leaving: Leaving
    ) -> Iterator[TextDelta | SentenceChecked | Done]:
        begun, limits = time.perf_counter(), self._limits
        told = tell(self._library, searcher, considered, self._nonces, limits.quote_tokens, count_tokens)
        checker = self.checker_for(searcher.embedder)
        stream = self._model.stream(told.messages, limits.answer_tokens)
        draft = _draft(leaving.listen(Listening(stream, limits.budget_s)), considered, told, checker)
        yield from draft.events()
        if leaving.gone:
            return
        seconds = time.perf_counter() - begun
        usage = Usage(told.tokens(count_tokens), draft.tokens(count_tokens), *draft.reported)
        own = [quote for sentence in considered.decision.sentences for quote in sentence.quotes]
        why = verdict(draft, told.choice.quotes, own) or self._changed(edition, draft)
        if why is None:
            answer = replace(considered.answer(tuple(draft.kept.values())), model=self._model.name)
        else:
            self._log(why, draft, seconds)
            answer = self._own_words(considered, why)
            yield from _in_their_place(draft, answer)
        fingerprints = answer.fingerprints and replace(answer.fingerprints, checker=checker.fingerprint)
        timing_ms = {**answer.timing_ms, "write": round(seconds * 1e3, 1)}
        struck = tuple(draft.struck.values())
        yield Done(replace(answer, usage=usage, struck=struck, fingerprints=fingerprints, timing_ms=timing_ms))

    def _own_words(self, considered: Considered, why: Why) -> Answer:
        """Sought again where articles changed, so that nothing is quoted that was withdrawn meanwhile."""
        question = considered.question
        own = (
            self._extractive.answer(question) if why == "changed" else considered.answer(considered.decision.sentences)
        )
        return replace(own, question=question, fallback=FALLBACKS[why])

    def _changed(self, edition: int, draft: Draft) -> Why | None:
        """A model takes its time: what was withdrawn since is not quoted any more."""
        if self._library.edition() == edition:
            return None
        quoted = {quote.passage.id for sentence in draft.kept.values() for quote in sentence.quotes}
        return None if quoted <= self._library.live_passages(sorted(quoted)).keys() else "changed"

    def _log(self, why: Why, draft: Draft, seconds: float) -> None:
        """For an operator: which model, what and when; no word of a reader's, an article's or the model's."""
        if draft.error:
            said = "The model %s gave no answer to show: %s after %.1f s. %s"
            logger.warning(said, self._model.name, why, seconds, draft.error)
        else:
            said = "The model %s wrote nothing to show: %s after %.1f s, %d sentences kept, %d struck."
            logger.info(said, self._model.name, why, seconds, len(draft.kept), len(draft.struck))


def _draft(listening: Listening, considered: Considered, told: Told, checker: Checker) -> Draft:
    judge = Judge(checker, told.evidence, told.nonce)

    def judged(raw: str, made: Cleaned) -> Sentence:
        sentence = judge.judge(raw, made)
        return considered.told(sentence) if sentence.supported else sentence

    known = [considered.question.standalone, *(part for one in told.choice.shown for part in (one.header, one.words))]
    language = next((p.article.language for p in told.choice.passages if p.article.language), "en")
    return Draft(listening, judged, Pending(known), Cutter(language))


def _in_their_place(draft: Draft, answer: Answer) -> Iterator[TextDelta | SentenceChecked]:
    for index, sentence in draft.kept.items():
        yield SentenceChecked(index, replace(sentence, supported=False, faults=(WITHDRAWN,)))
    for index, sentence in enumerate(answer.sentences, draft.written):
        yield TextDelta(f" {sentence.text}" if index else sentence.text)
        yield SentenceChecked(index, sentence)
