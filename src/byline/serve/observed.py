"""An engine whose answers are counted, traced and let in so many at a time, whichever surface asks for them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from byline.answer.leaving import ClosableStream, Leaving
from byline.library.freshness import Freshness
from byline.protocols import AnswersQuestions
from byline.serve.engine import Engine, Loaded
from byline.serve.gate import Gate, GatedAnswerer
from byline.serve.metrics import Metrics
from byline.serve.traces import Traces
from byline.types import Answer, AnswerEvent, Done, Failed, Question


class ObservedEngine:
    def __init__(self, engine: Engine, metrics: Metrics, traces: Traces | None, gate: Gate | None = None) -> None:
        self._engine = engine
        self._gate = gate
        self._metrics = metrics
        self._traces = traces

    @property
    def ready(self) -> bool:
        return self._engine.ready

    @property
    def failure(self) -> str | None:
        return self._engine.failure

    @property
    def examples(self) -> tuple[str, ...]:
        return self._engine.examples

    def loaded(self) -> Loaded:
        return replace(self._engine.loaded(), answerer=self.answerer())

    def answerer(self) -> AnswersQuestions:
        answerer = self._engine.answerer()
        if self._gate is not None:
            answerer = GatedAnswerer(answerer, self._gate)
        return ObservedAnswerer(answerer, self._metrics, self._traces)

    def freshness(self) -> Freshness:
        return self._engine.freshness()


class ObservedAnswerer:
    def __init__(self, answerer: AnswersQuestions, metrics: Metrics, traces: Traces | None) -> None:
        self._answerer = answerer
        self._metrics = metrics
        self._traces = traces

    def stream(self, question: Question) -> ClosableStream:
        return ClosableStream(lambda leaving: self._stream(question, leaving))

    def answer(self, question: Question) -> Answer:
        began = time.time_ns()
        try:
            answer = self._answerer.answer(question)
        except Exception:
            self._not_done("failed", began)
            raise
        self._done(answer, began)
        return answer

    def _stream(self, question: Question, leaving: Leaving) -> Iterator[AnswerEvent]:
        began, ended = time.time_ns(), False
        try:
            for event in leaving.listen(self._answerer.stream(question)):
                if isinstance(event, Done):
                    ended = True
                    self._done(event.answer, began)
                elif isinstance(event, Failed):
                    ended = True
                    self._not_done("failed", began)
                yield event
        except Exception:
            ended = True
            self._not_done("failed", began)
            raise
        finally:
            if not ended:
                self._not_done("left", began)
            leaving.leave()

    def _done(self, answer: Answer, began_ns: int) -> None:
        self._metrics.answered(answer)
        if self._traces:
            self._traces.answered(answer, began_ns, time.time_ns())

    def _not_done(self, outcome: str, began_ns: int) -> None:
        self._metrics.unanswered(outcome)
        if self._traces:
            self._traces.failed(outcome, began_ns, time.time_ns())
