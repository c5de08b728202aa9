"""How many questions are answered at once: a few run, some wait, the rest are told at once to come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from byline.answer.leaving import ClosableStream, Leaving
from byline.errors import CrowdedError
from byline.protocols import AnswersQuestions
from byline.types import Answer, AnswerEvent, Question

CROWDED = "Very many questions are being asked right now."
AGAIN = "Please ask again in a few seconds."


class Gate:
    """Shared by all threads that answer. `full` is a hint for who has not begun; `entered` decides."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._free = threading.Semaphore(at_once)
        self._most = at_once + waiting
        self._lock = threading.Lock()
        self._inside = 0

    @property
    def inside(self) -> int:
        """Those who run and those who wait."""
        return self._inside

    @property
    def full(self) -> bool:
        return self._inside >= self._most

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Raises CrowdedError at once, without a wait, when as many wait as may."""
        with self._lock:
            if self.full:
                raise CrowdedError(CROWDED, AGAIN)
            self._inside += 1
        try:
            with self._free:
                yield
        finally:
            with self._lock:
                self._inside -= 1


class GatedAnswerer:
    """An answerer that only so many are let in to; who stops reading makes room at once."""

    def __init__(self, answerer: AnswersQuestions, gate: Gate) -> None:
        self._answerer = answerer
        self._gate = gate

    def stream(self, question: Question) -> ClosableStream:
        return ClosableStream(lambda leaving: self._stream(question, leaving))

    def answer(self, question: Question) -> Answer:
        with self._gate.entered():
            return self._answerer.answer(question)

    def _stream(self, question: Question, leaving: Leaving) -> Iterator[AnswerEvent]:
        with self._gate.entered():
            if not leaving.gone:
                yield from leaving.listen(self._answerer.stream(question))
