"""How many questions are answered at once: a few run, some wait, the rest are told at once to come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Crowded(Exception):
    """Too many wait already; `retry_after_s` is when it is worth asking again."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many questions at once; again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class Gate:
    """One per event loop. Who waits longer than others is let in first."""

    def __init__(self, at_once: int, waiting: int, *, retry_after_s: int = 2) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._waiting_limit = waiting
        self._retry_after_s = retry_after_s
        self.running = 0
        self.waiting = 0

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[None]:
        """Raises Crowded at once, without a wait, when as many wait as may."""
        if self._free.locked() and self.waiting >= self._waiting_limit:
            raise Crowded(self._retry_after_s)
        self.waiting += 1
        try:
            await self._free.acquire()
        finally:
            self.waiting -= 1
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1
            self._free.release()
