"""`POST /v1/chat/completions` and `GET /v1/models`: Byline where a client expects OpenAI's interface.

Parameters that mean nothing here (temperature, max_tokens, tools, …) are accepted and ignored; more than one choice is
refused, because there is one answer.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError

from byline.integrations.openai import MODEL, MODELS, Completion, RequestError, error_body, question_of
from byline.library.saved import new_answer_id
from byline.serve import sse
from byline.serve.answering import answer_unless_left, nobody_reads
from byline.serve.engine import Engine
from byline.serve.follow import follow
from byline.serve.problems import Problem, problem_of
from byline.serve.ready import loaded_of
from byline.serve.recent import RecentAnswers
from byline.types import Done, Failed, Question

NO_STORE = {"Cache-Control": "no-store"}


class StreamOptions(BaseModel):
    include_usage: bool = False


class Asked(BaseModel):
    model: str
    messages: list[dict[str, Any]] = Field(min_length=1, max_length=200)
    n: int | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None


def completions_router(engine: Engine, recent: RecentAnswers) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/v1/models")
    def models() -> dict[str, Any]:
        return MODELS

    @router.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        try:
            asked = _asked(await request.body())
            question = question_of(asked.messages)
            loaded_of(engine)
            answer_id = new_answer_id()
            completion = Completion(answer_id, int(time.time()), json.dumps(asked.messages, ensure_ascii=False))
            if asked.stream:
                usage = bool(asked.stream_options and asked.stream_options.include_usage)
                return sse.event_stream(_chunks(engine, recent, question, completion, answer_id, usage))
            answer = await answer_unless_left(request, engine, question)
        except RequestError as error:
            return JSONResponse(error.body, error.status, NO_STORE)
        except Problem as problem:
            return _told(problem)
        if answer is None:
            return nobody_reads()
        recent.put(answer_id, answer)
        return JSONResponse(completion.whole(answer), headers=NO_STORE)

    return router


def _asked(body: bytes) -> Asked:
    """Raises RequestError."""
    try:
        asked = Asked.model_validate(json.loads(body))
    except (ValueError, RecursionError) as error:
        if not isinstance(error, ValidationError):
            raise RequestError("The body is not JSON.") from error
        first = error.errors()[0]
        raise RequestError(str(first["msg"]), ".".join(str(part) for part in first["loc"]) or None) from error
    if asked.model != MODEL:
        raise RequestError(f"The model is called `{MODEL}`; there is no other.", "model", "model_not_found", 404)
    if asked.n not in (None, 1):
        raise RequestError("There is one answer: `n` can only be 1.", "n")
    return asked


async def _chunks(
    engine: Engine, recent: RecentAnswers, question: Question, completion: Completion, answer_id: str, usage: bool
) -> AsyncGenerator[bytes, None]:
    yield sse.sse(None, completion.begin())
    async with aclosing(follow(engine.answerer(), question)) as events:
        async for event in events:
            if isinstance(event, Failed):
                problem = problem_of(event)
                yield sse.sse(None, error_body(problem.detail, None, problem.code, problem.status))
                return
            if isinstance(event, Done):
                recent.put(answer_id, event.answer)
            for chunk in completion.chunks(event, with_usage=usage):
                yield sse.sse(None, chunk)
    yield sse.sse(None, "[DONE]")


def _told(problem: Problem) -> JSONResponse:
    status = 400 if problem.code == "unusable_question" else problem.status
    waiting = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    return JSONResponse(error_body(problem.detail, None, problem.code, status), status, {**NO_STORE, **waiting})
