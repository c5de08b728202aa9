"""A few answers run, some wait, the rest are told at once; and whoever leaves makes room, also while a model writes."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from byline.answer.leaving import ClosableStream, Leaving
from byline.errors import CrowdedError
from byline.serve.follow import Crowded, follow
from byline.serve.gate import Gate, GatedAnswerer
from byline.serve.metrics import Metrics
from byline.serve.observed import ObservedAnswerer
from byline.serve.problems import problem_of
from byline.testing import ScriptedAnswerer, demo_answers
from byline.types import Answer, AnswerEvent, Done, Question, Started
from tests.serve.test_api import StubEngine

(TEXT,) = demo_answers()
QUESTION = Question(TEXT, TEXT)


class Slow:
    """Begins, and then waits for a model that never comes, until somebody closes it."""

    def __init__(self) -> None:
        self.waiting, self.closed = threading.Event(), threading.Event()

    def stream(self, question: Question) -> ClosableStream:
        return ClosableStream(lambda leaving: self._stream(question, leaving))

    def answer(self, question: Question) -> Answer:
        raise NotImplementedError

    def close(self) -> None:
        self.closed.set()

    def _stream(self, question: Question, leaving: Leaving) -> Iterator[AnswerEvent]:
        yield Started(question)
        leaving.listen(self)
        self.waiting.set()
        assert self.closed.wait(20), "nobody closed it"


def test_a_few_run_some_wait_and_the_rest_are_told_at_once() -> None:
    gate, leave, order = Gate(at_once=2, waiting=1), threading.Event(), list[str]()

    def reader(name: str) -> None:
        with gate.entered():
            order.append(name)
            leave.wait(20)

    readers = [threading.Thread(target=reader, args=name) for name in "abc"]
    for thread in readers:
        thread.start()
    while gate.inside < 3 or len(order) < 2:
        time.sleep(0.001)
    assert gate.full
    began = time.process_time()
    with pytest.raises(CrowdedError):
        reader("d")
    assert time.process_time() - began < 0.1
    leave.set()
    for thread in readers:
        thread.join(20)
    assert (sorted(order), gate.inside) == (["a", "b", "c"], 0)


def test_an_answer_that_is_not_let_in_is_a_503() -> None:
    async def run() -> None:
        gate = Gate(at_once=1, waiting=0)
        answerer = GatedAnswerer(ScriptedAnswerer(), gate)
        with gate.entered():
            [failed] = [event async for event in follow(answerer, QUESTION)]
        assert isinstance(failed, Crowded)
        problem = problem_of(failed)
        assert (problem.status, problem.code, problem.retry_after) == (503, "crowded", 3)
        assert isinstance([event async for event in follow(answerer, QUESTION)][-1], Done)
        assert gate.inside == 0

    asyncio.run(run())


def test_a_reader_who_leaves_ends_the_model_through_every_wrapper() -> None:
    async def run() -> None:
        gate, slow = Gate(at_once=1, waiting=5), Slow()
        answerer = ObservedAnswerer(GatedAnswerer(slow, gate), Metrics(StubEngine()), None)
        async with aclosing(follow(answerer, QUESTION)) as events:
            assert isinstance(await anext(events), Started)
            await asyncio.to_thread(slow.waiting.wait, 20)
        assert await asyncio.to_thread(slow.closed.wait, 1), "the model went on writing for nobody"
        for _ in range(1_000):
            if not gate.inside:
                break
            await asyncio.sleep(0.01)
        assert gate.inside == 0

    asyncio.run(run())


def test_who_leaves_while_waiting_is_not_answered() -> None:
    gate, scripted = Gate(at_once=1, waiting=1), ScriptedAnswerer()
    with gate.entered():
        stream = GatedAnswerer(scripted, gate).stream(QUESTION)
        stream.close()
    assert list(stream) == []
    assert scripted.asked == []
