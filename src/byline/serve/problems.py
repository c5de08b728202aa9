"""What goes wrong, told as RFC 9457 problems: for whoever calls the interface, never a path, a stack or a secret."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from byline.errors import BylineError, CrowdedError, QuestionError, UnknownIdError
from byline.serve.follow import BROKEN, BadQuestion, Crowded
from byline.types import Failed

logger = logging.getLogger(__name__)

RETRY_AFTER_S, CROWDED_S = 5, 3
MEDIA_TYPE = "application/problem+json"
NOT_JSON = "The body is not JSON."


@dataclass
class Problem(Exception):
    """`code` is stable and for programs, `detail` is for people. `retry_after`: seconds, when trying again can help."""

    status: int
    code: str
    detail: str
    retry_after: int | None = None
    errors: Sequence[Mapping[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "type": f"urn:byline:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.retry_after is not None:
            shown["retry_after"] = self.retry_after
        if self.errors:
            shown["errors"] = list(self.errors)
        return shown

    def response(self, more: Mapping[str, Any] | None = None) -> JSONResponse:
        """With `more` members beside its own."""
        waiting = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        headers = {"Cache-Control": "no-store", **self.headers, **waiting}
        return JSONResponse({**self.body, **(more or {})}, self.status, headers, media_type=MEDIA_TYPE)


def problem_of(failed: Failed) -> Problem:
    """A reader is told what is wrong with their question; what is wrong with the server is in its log."""
    if isinstance(failed, BadQuestion):
        return Problem(422, "unusable_question", failed.message)
    if isinstance(failed, Crowded):
        return crowded(failed.message)
    if failed.retryable:
        return Problem(503, "try_again", BROKEN, RETRY_AFTER_S)
    return Problem(500, "broken", BROKEN)


def crowded(told: str) -> Problem:
    return Problem(503, "crowded", told, CROWDED_S)


def problem_of_error(error: BylineError) -> Problem:
    if isinstance(error, CrowdedError):
        return crowded(str(error))
    if isinstance(error, QuestionError):
        return Problem(422, "unusable_question", str(error))
    if isinstance(error, UnknownIdError):
        return Problem(404, "unknown_id", error.message)
    logger.error("The server cannot answer: %s", error)
    return problem_of(Failed(BROKEN, error.retryable))


def tell_problems(app: FastAPI) -> None:
    """Every way in which a request of `app` can fail, in one shape."""

    async def problem(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Problem)
        return error.response()

    async def byline_error(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, BylineError)
        return problem_of_error(error).response()

    async def http_error(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return _http_problem(error).response()

    async def not_valid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return _validation_problem(error).response()

    async def unexpected(_: Request, error: Exception) -> JSONResponse:
        return problem_of(Failed(BROKEN, retryable=False)).response()  # uvicorn's log has it

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(BylineError, byline_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, not_valid)
    app.add_exception_handler(Exception, unexpected)


def not_found(path: str) -> Problem:
    return Problem(404, "not_found", f"There is nothing at {path[:200]}.")


def _http_problem(error: HTTPException) -> Problem:
    if error.status_code == HTTPStatus.BAD_REQUEST:  # FastAPI's for bytes that are no text, or nested without end
        return Problem(400, "malformed_json", NOT_JSON)
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "_").replace("-", "_")
    return Problem(error.status_code, code, str(error.detail or phrase), headers=dict(error.headers or {}))


def _validation_problem(error: RequestValidationError) -> Problem:
    """Names the fields, and repeats nothing of what was sent."""
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return Problem(400, "malformed_json", NOT_JSON)
    errors = [
        {"field": ".".join(str(part) for part in each["loc"] if part != "body") or "body", "message": _told(each)}
        for each in found[:20]
    ]
    named = "; ".join(f"{each['field']}: {each['message']}" for each in errors[:3])
    return Problem(422, "invalid_request", f"The request is not valid: {named}.", errors=errors)


def _told(error: Mapping[str, Any]) -> str:
    return str(error["msg"]).removeprefix("Value error, ").lower().rstrip(".")
