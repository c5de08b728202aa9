from __future__ import annotations

import asyncio
import time

import pytest

from byline.serve.gate import Crowded, Gate


def test_a_few_run_some_wait_and_the_rest_are_told_at_once() -> None:
    async def run() -> None:
        gate, leave, order = Gate(at_once=2, waiting=1, retry_after_s=7), asyncio.Event(), []

        async def reader(name: str) -> None:
            async with gate.entered():
                order.append(name)
                await leave.wait()

        readers = [asyncio.create_task(reader(name)) for name in "abc"]
        await asyncio.sleep(0.01)
        assert (order, gate.running, gate.waiting) == (["a", "b"], 2, 1)
        began = time.perf_counter()
        with pytest.raises(Crowded) as told:
            await reader("d")
        assert time.perf_counter() - began < 0.1
        assert told.value.retry_after_s == 7
        leave.set()
        await asyncio.gather(*readers)
        assert (order, gate.running, gate.waiting) == (["a", "b", "c"], 0, 0)
        await reader("e")
        assert order[-1] == "e"

    asyncio.run(run())


def test_who_leaves_while_waiting_leaves_nothing_behind() -> None:
    async def run() -> None:
        gate, leave = Gate(at_once=1, waiting=5), asyncio.Event()

        async def reader() -> None:
            async with gate.entered():
                await leave.wait()

        readers = [asyncio.create_task(reader()) for _ in range(4)]
        await asyncio.sleep(0.01)
        for waiting in readers[1:]:
            waiting.cancel()
        await asyncio.gather(*readers[1:], return_exceptions=True)
        assert (gate.running, gate.waiting) == (1, 0)
        leave.set()
        await readers[0]
        await asyncio.wait_for(reader(), 1)
        assert (gate.running, gate.waiting) == (0, 0)

    asyncio.run(run())
