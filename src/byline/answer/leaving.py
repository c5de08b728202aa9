"""Ends an answer that is still being written, from any thread: its reader has left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeVar

from byline.types import AnswerEvent

Heard = TypeVar("Heard")


class Leaving:
    """`gone` once the reader is; what is listened to then is closed at once, if it can be closed."""

    def __init__(self) -> None:
        self.gone = False
        self._heard: object = None

    def listen(self, heard: Heard) -> Heard:
        self._heard = heard
        if self.gone:
            self._close()
        return heard

    def leave(self) -> None:
        self.gone = True
        self._close()

    def _close(self) -> None:
        if close := getattr(self._heard, "close", None):
            with suppress(ValueError):  # a plain generator that its own thread is in
                close()


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
