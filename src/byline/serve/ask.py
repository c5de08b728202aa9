"""`POST /v1/ask`: a question, its answer as one JSON object or as a stream of events."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from byline.asked import AskedAnswer
from byline.cited import cited_json
from byline.library.saved import new_answer_id
from byline.serve import sse
from byline.serve.answering import answer_unless_left, nobody_reads
from byline.serve.ask_examples import ANSWERED, EXAMPLES
from byline.serve.described import described
from byline.serve.engine import Engine
from byline.serve.events import Encoder
from byline.serve.follow import follow
from byline.serve.ready import loaded_of
from byline.serve.recent import RecentAnswers
from byline.types import Done, Question


def ask_router(engine: Engine, recent: RecentAnswers) -> APIRouter:
    router = APIRouter(tags=["ask"])

    @router.post("/v1/ask", responses=described(400, 413, 415, 422, 503) | {200: ANSWERED}, openapi_extra=EXAMPLES)
    async def ask(asked: AskedAnswer, request: Request) -> Response:
        """One question, after the turns of `history`. The answer is authoritative in `done`, and in the JSON."""
        loaded_of(engine)
        answer_id, question = new_answer_id(), asked.as_question()
        if _wants_events(asked, request):
            return sse.event_stream(_events(engine, recent, question, answer_id))
        answer = await answer_unless_left(request, engine, question)
        if answer is None:
            return nobody_reads()
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
