"""Answers that a reader shares or rates, and only those, are written down.

A shared one stays until an article that it names is purged; one that was only rated is forgotten after 30 days.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, Field, StringConstraints

from byline.answer.standing import standing
from byline.asked import Told, Whole
from byline.errors import UnknownIdError
from byline.library.database import Library
from byline.library.saved import Feedback
from byline.serve.described import described
from byline.serve.engine import Engine
from byline.serve.problems import Problem
from byline.serve.ready import library_of
from byline.serve.recent import RecentAnswers
from byline.shapes import SavedShape
from byline.wire import answer_json, saved_json

RATED_FOR = timedelta(days=30)
NO_STORE = {"Cache-Control": "no-store"}


def _one_of_two(rating: int) -> int:
    if rating not in (1, -1):
        raise ValueError("it is 1 or -1")
    return rating


Rating = Annotated[Whole, AfterValidator(_one_of_two), Field(json_schema_extra={"enum": [1, -1]})]
AnswerId = Annotated[
    str, StringConstraints(pattern=r"^[a-z2-7]{16}$"), Field(description="The `id` of an answer.", examples=["a" * 16])
]


class GivenFeedback(Told):
    id: AnswerId
    rating: Rating = Field(description="1: helpful, -1: not.")
    comment: Annotated[str, StringConstraints(max_length=2_000)] | None = None


def answers_router(engine: Engine, recent: RecentAnswers) -> APIRouter:
    router = APIRouter(tags=["answers"])

    @router.get("/v1/answers/{answer_id}", responses=described(404, 503, ok=SavedShape))
    def read(answer_id: Annotated[str, Path(max_length=64)]) -> JSONResponse:
        """A saved answer as it was, with a notice for each quote whose article was corrected or withdrawn since."""
        library = library_of(engine)
        try:
            saved = library.saved_answer(answer_id)
        except UnknownIdError:
            raise _unknown() from None
        return JSONResponse(saved_json(saved, standing(library, saved, datetime.now(UTC))), headers=NO_STORE)

    @router.put("/v1/answers/{answer_id}", status_code=204, responses=described(404, 503))
    async def share(answer_id: Annotated[str, Path(max_length=64)]) -> Response:
        """Keeps an answer of the last hour, so that it can be shared. It stays until an article in it is purged."""
        await asyncio.to_thread(_keep, library_of(engine), recent, answer_id, None)
        return Response(status_code=204)

    @router.post("/v1/feedback", status_code=204, responses=described(400, 404, 413, 415, 422, 503))
    async def rate(given: GivenFeedback) -> Response:
        """What a reader says of an answer of the last hour, or a saved one; the last word counts.

        The answer and its question are kept with it, for 30 days.
        """
        library = library_of(engine)
        await asyncio.to_thread(_keep, library, recent, given.id, RATED_FOR)
        await asyncio.to_thread(library.rate_answer, given.id, Feedback(given.rating, given.comment))
        return Response(status_code=204)

    return router


def _keep(library: Library, recent: RecentAnswers, answer_id: str, kept_for: timedelta | None) -> None:
    """Saved under the id that the reader has. Raises Problem when nobody remembers it."""
    library.forget_expired_answers()
    if answer := recent.get(answer_id):
        until = datetime.now(UTC) + kept_for if kept_for else None
        library.save_answer(answer, answer_json(answer, answer_id), answer_id=answer_id, kept_until=until)
        return
    try:
        library.saved_answer(answer_id)
    except UnknownIdError:
        raise _unknown() from None


def _unknown() -> Problem:
    return Problem(404, "unknown_id", "No answer of the last hour and no saved one has this id.")
