"""Server-sent events: one `data:` line of JSON each, numbered, with a ping where nothing comes for a while."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any

from starlette.responses import StreamingResponse

PING_S = 15.0
PING = b": ping\n\n"
MEDIA_TYPE = "text/event-stream"
# A proxy that stores or gathers what passes would make a stream one lump; nobody else may have a reader's answer.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def sse(name: str | None, data: Mapping[str, Any] | str, number: int | None = None) -> bytes:
    """ASCII: a line separator of Unicode inside a text would end the line for some parsers."""
    head = f"event: {name}\n" if name else ""
    head += f"id: {number}\n" if number is not None else ""
    text = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"))
    return f"{head}data: {text}\n\n".encode("ascii")


def event_stream(chunks: AsyncGenerator[bytes, None]) -> StreamingResponse:
    """Closes `chunks` when the client leaves."""
    return StreamingResponse(_kept_alive(chunks), media_type=MEDIA_TYPE, headers=HEADERS)


async def _kept_alive(chunks: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    async with aclosing(chunks):
        while True:
            waiting = asyncio.ensure_future(anext(chunks))
            try:
                while not (await asyncio.wait({waiting}, timeout=PING_S))[0]:
                    yield PING
                yield waiting.result()
            except StopAsyncIteration:
                return
            finally:
                if not waiting.done():
                    waiting.cancel()
                    await asyncio.wait({waiting})
