"""What a coroutine yields, read by threads: closing it, from any thread, cancels the coroutine.

A thread that reads from a socket cannot be ended; a task that waits for one can, whatever the provider, and also while
nothing has arrived yet. This is the one place below `serve` that is not synchronous.
"""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from contextlib import aclosing
from contextvars import Context
from queue import SimpleQueue

from byline.errors import BylineError
from byline.protocols import ModelDelta

_starting = threading.Lock()


class Writing:
    """Begins when the first piece is asked for. Raises what the source raises, and ends when it is closed."""

    def __init__(self, source: Callable[[], AsyncGenerator[ModelDelta]]) -> None:
        self._source = source
        self._queue: SimpleQueue[ModelDelta | BylineError | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._task: Future[None] | None = None
        self._closed = False

    def __iter__(self) -> Writing:
        return self

    def __next__(self) -> ModelDelta:
        self._begin()
        piece = self._queue.get()
        if isinstance(piece, ModelDelta) and not self._closed:
            return piece
        self._queue.put(None)  # for whoever asks after the end
        if isinstance(piece, BylineError) and not self._closed:
            raise piece
        raise StopIteration

    def close(self) -> None:
        """Returns at once; the request ends in its own thread."""
        with self._lock:
            self._closed = True
            if self._task is not None:
                self._task.cancel()
        self._queue.put(None)

    def __del__(self) -> None:
        self.close()

    def _begin(self) -> None:
        with self._lock:
            if self._task is None and not self._closed:
                # an empty context: nothing that the caller's thread is tracing follows into the request
                coroutine = _drain(self._source, self._queue)
                self._task = Context().run(asyncio.run_coroutine_threadsafe, coroutine, _loop())


async def _drain(
    source: Callable[[], AsyncGenerator[ModelDelta]], queue: SimpleQueue[ModelDelta | BylineError | None]
) -> None:
    # holds the queue and not the reader: an abandoned one is closed when it is collected
    try:
        async with aclosing(source()) as pieces:
            async for piece in pieces:
                queue.put(piece)
    except BylineError as error:
        queue.put(error)
    finally:
        queue.put(None)


def _loop() -> asyncio.AbstractEventLoop:
    with _starting:
        return _running_loop()


@functools.cache
def _running_loop() -> asyncio.AbstractEventLoop:
    # One for the process: provider packages share connections between clients, and a connection belongs to its loop.
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="byline-models", daemon=True).start()
    return loop
