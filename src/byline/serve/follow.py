"""Reads a blocking event stream from async code: one thread runs it, the event loop only waits."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import suppress

from byline.errors import BylineError, CrowdedError, QuestionError
from byline.protocols import AnswersQuestions
from byline.types import AnswerEvent, Failed, Question

logger = logging.getLogger(__name__)

BROKEN = "Something went wrong while answering."


class BadQuestion(Failed):
    """It is the question that cannot be used; the message says why."""


class Crowded(Failed):
    """Nothing is wrong; too many ask at once."""


class Stop:
    """Ends a `follow` from elsewhere on its event loop; pressing it twice is the same as once."""

    def __init__(self) -> None:
        self.pressed = False
        self.discard = False  # set it before pressing: the answer is not wanted at all
        self.events: asyncio.Queue[AnswerEvent | None] = asyncio.Queue()

    def press(self) -> None:
        self.pressed = True
        self.events.put_nowait(None)


async def follow(
    answerer: AnswersQuestions, question: Question, stop: Stop | None = None
) -> AsyncGenerator[AnswerEvent, None]:
    """The answerer's events; whatever it raises becomes a last `Failed`.

    Closing this iterator (a reader pressed Stop, or left) ends the stream at once where it can be closed from another
    thread, as one that waits for a model can; a plain generator cannot while it runs, and ends at its next event.
    """
    loop = asyncio.get_running_loop()
    events = (stop or Stop()).events
    left = threading.Event()
    streams: list[Iterator[AnswerEvent]] = []

    def put(event: AnswerEvent | None) -> None:
        with suppress(RuntimeError):  # the loop is gone: the server stopped while this thread was answering
            loop.call_soon_threadsafe(events.put_nowait, event)

    def run() -> None:
        try:
            streams.append(answerer.stream(question))
            for event in streams[0]:
                if left.is_set():
                    break
                put(event)
        except BylineError as error:
            put(_failed(error))
        except Exception:
            logger.exception("Answering failed")
            put(Failed(BROKEN, retryable=True))
        finally:
            _close(streams)
            put(None)

    threading.Thread(target=run, name="byline-answer", daemon=True).start()
    try:
        while (event := await events.get()) is not None:
            yield event
    finally:
        left.set()
        _close(streams)


def _close(streams: Sequence[Iterator[AnswerEvent]]) -> None:
    for stream in streams:
        if close := getattr(stream, "close", None):
            with suppress(ValueError):  # a generator that its own thread is in
                close()


def _failed(error: BylineError) -> Failed:
    """A reader is told what is wrong with their question; what is wrong with the server goes to its log."""
    if isinstance(error, QuestionError):
        return BadQuestion(str(error), retryable=False)
    if isinstance(error, CrowdedError):
        return Crowded(str(error), retryable=True)
    logger.error("Answering failed: %s", error)
    return Failed(BROKEN, retryable=error.retryable)
