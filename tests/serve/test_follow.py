"""A blocking stream, followed from async code: all its events, its errors as events, its end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from byline.errors import QuestionError, StorageError
from byline.serve.follow import BROKEN, BadQuestion, Stop, follow
from byline.testing import ScriptedAnswerer
from byline.types import Answer, AnswerEvent, Done, Failed, Question, Started

QUESTION = Question("Who?", "Who?")


class Broken(ScriptedAnswerer):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        yield Started(question)
        raise self.error

    def answer(self, question: Question) -> Answer:
        raise self.error


def followed(answerer: ScriptedAnswerer) -> list[AnswerEvent]:
    async def collect() -> list[AnswerEvent]:
        return [event async for event in follow(answerer, QUESTION)]

    return asyncio.run(collect())


def test_every_event_arrives_in_order() -> None:
    events = followed(ScriptedAnswerer())
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Done)


@pytest.mark.parametrize(
    ("error", "failed"),
    [
        (
            QuestionError("That is too long.", "Ask in fewer words."),
            BadQuestion("That is too long. Ask in fewer words.", retryable=False),
        ),
        (StorageError("/secret/path is full."), Failed(BROKEN, retryable=True)),
        (ZeroDivisionError("secret"), Failed(BROKEN, retryable=True)),
    ],
)
def test_an_error_ends_the_stream_in_words_for_a_reader(error: Exception, failed: Failed) -> None:
    assert followed(Broken(error))[-1] == failed


def test_leaving_closes_the_stream() -> None:
    closed = threading.Event()

    class Endless(ScriptedAnswerer):
        def stream(self, question: Question) -> Iterator[AnswerEvent]:
            try:
                while True:
                    yield Started(question)
            finally:
                closed.set()

    async def leave() -> None:
        async with aclosing(follow(Endless(), QUESTION)) as events:
            async for _ in events:
                break

    asyncio.run(leave())
    assert closed.wait(5)


def test_leaving_closes_a_stream_that_waits() -> None:
    waiting, closed = threading.Event(), threading.Event()

    class Waiting:
        def __iter__(self) -> Iterator[AnswerEvent]:
            return self

        def __next__(self) -> AnswerEvent:
            if not waiting.is_set():
                waiting.set()
                return Started(QUESTION)
            closed.wait(20)
            raise StopIteration

        def close(self) -> None:
            closed.set()

    class Waits(ScriptedAnswerer):
        def stream(self, question: Question) -> Iterator[AnswerEvent]:
            return Waiting()

    async def leave() -> None:
        async with aclosing(follow(Waits(), QUESTION)) as events:
            async for _ in events:
                break

    asyncio.run(leave())
    assert closed.is_set()


def test_stop_ends_it_from_elsewhere_after_what_has_already_come() -> None:
    async def stopped() -> list[AnswerEvent]:
        stop = Stop()
        stop.press()
        stop.press()
        return [event async for event in follow(ScriptedAnswerer(delay_s=0.2), QUESTION, stop)]

    assert asyncio.run(stopped()) == []
