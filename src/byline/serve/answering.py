"""An answer awaited as a whole, for as long as its client waits."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress

from fastapi import Request, Response

from byline.serve.engine import Engine
from byline.serve.follow import BROKEN, follow
from byline.serve.problems import Problem, problem_of
from byline.types import Answer, Done, Failed, Question

LEFT = 499
"""As nginx has it: nobody reads this response."""


async def answer_unless_left(request: Request, engine: Engine, question: Question) -> Answer | None:
    """None when the client left before; what still runs is stopped then. Raises Problem."""
    answering = asyncio.ensure_future(_answered(engine, question))
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return answering.result() if answering.done() else None
    finally:
        for task in (answering, leaving):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task


def nobody_reads() -> Response:
    return Response(status_code=LEFT)


async def _answered(engine: Engine, question: Question) -> Answer:
    async with aclosing(follow(engine.answerer(), question)) as events:
        async for event in events:
            if isinstance(event, Done):
                return event.answer
            if isinstance(event, Failed):
                raise problem_of(event)
    raise Problem(500, "broken", BROKEN)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
