"""Ends an answer that is still being written, from any thread: its reader has left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from byline.answer.listen import Listening
from byline.types import AnswerEvent


class Leaving:
    """`gone` once the reader is; a model that is listened to then is closed at once."""

    def __init__(self) -> None:
        self.gone = False
        self._listening: Listening | None = None

    def listen(self, listening: Listening) -> Listening:
        self._listening = listening
        if self.gone:
            listening.close()
        return listening

    def leave(self) -> None:
        self.gone = True
        if self._listening:
            self._listening.close()


class ClosableStream:
    """Events that one thread reads and any thread may close. A generator alone cannot be closed while it waits."""

    def __init__(self, events: Callable[[Leaving], Iterator[AnswerEvent]]) -> None:
        self._leaving = Leaving()
        self._events = events(self._leaving)

    def __iter__(self) -> ClosableStream:
        return self

    def __next__(self) -> AnswerEvent:
        return next(self._events)

    def close(self) -> None:
        self._leaving.leave()
        if close := getattr(self._events, "close", None):
            with suppress(ValueError):  # its own thread is in it, and ends it now that the model is closed
                close()
