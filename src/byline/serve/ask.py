"""`POST /v1/ask`: a question, its answer as one JSON object or as a stream of events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from byline.cited import cited_json
from byline.library.saved import new_answer_id
from byline.serve import sse
from byline.serve.ask_examples import ANSWERED, EXAMPLES
from byline.serve.asked import AskedAnswer
from byline.serve.described import described
from byline.serve.engine import Engine
from byline.serve.events import Encoder
from byline.serve.follow import BROKEN, follow
from byline.serve.problems import Problem, problem_of
from byline.serve.ready import loaded_of
from byline.serve.recent import RecentAnswers
from byline.types import Answer, Done, Failed, Question


def ask_router(engine: Engine, recent: RecentAnswers) -> APIRouter:
    router = APIRouter(tags=["ask"])

    @router.post("/v1/ask", responses=described(400, 413, 415, 422, 503) | {200: ANSWERED}, openapi_extra=EXAMPLES)
    async def ask(asked: AskedAnswer, request: Request) -> Response:
        """One question, after the turns of `history`. The answer is authoritative in `done`, and in the JSON."""
        loaded_of(engine)
        answer_id, question = new_answer_id(), asked.as_question()
        if _wants_events(asked, request):
            return sse.event_stream(_events(engine, recent, question, answer_id))
        answer = await _unless_left(request, engine, question)
        if answer is None:
            return Response(status_code=499)  # nobody reads it
        recent.put(answer_id, answer)
        return JSONResponse(cited_json(answer, answer_id), headers={"Cache-Control": "no-store"})

    return router


def _wants_events(asked: AskedAnswer, request: Request) -> bool:
    if asked.stream is not None:
        return asked.stream
    return sse.MEDIA_TYPE in request.headers.get("accept", "").lower()


async def _events(
    engine: Engine, recent: RecentAnswers, question: Question, answer_id: str
) -> AsyncGenerator[bytes, None]:
    encoder, number = Encoder(answer_id), 0
    yield sse.sse(*encoder.begin(), number)
    async with aclosing(follow(engine.answerer(), question)) as events:
        async for event in events:
            if isinstance(event, Done):
                recent.put(answer_id, event.answer)
            for name, data in encoder.encode(event):
                number += 1
                yield sse.sse(name, data, number)


async def _unless_left(request: Request, engine: Engine, question: Question) -> Answer | None:
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
