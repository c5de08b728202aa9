"""The OpenAPI document: FastAPI's, with every error as the problem that is really sent."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from byline.serve.problems import MEDIA_TYPE
from byline.shapes import ProblemShape

DESCRIPTION = (
    "Asks a publisher's articles. Every sentence of an answer has the exact words that support it. Within v1 there "
    "are additions only: ignore what you do not know. Errors are problems (RFC 9457) with a stable `code`."
)
_PROBLEM = {"$ref": "#/components/schemas/ProblemShape"}


def described(*statuses: int, ok: type[BaseModel] | None = None) -> dict[int | str, dict[str, Any]]:
    """What a route answers, and the problems that it may tell."""
    problems: dict[int | str, dict[str, Any]] = {status: _problem(status) for status in (*statuses, 403, 500)}
    return problems | ({200: {"model": ok}} if ok else {})


def openapi_of(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Made once, when it is first asked for."""
    made: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not made:
            made.update(get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes))
            _tell_problems(made)
        return made

    return openapi


def _tell_problems(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["ProblemShape"] = ProblemShape.model_json_schema()
    for path in document["paths"].values():
        for operation in path.values():
            responses = operation["responses"]
            if "HTTPValidationError" in str(responses.get("422")):
                responses["422"] = _problem(422)


def _problem(status: int) -> dict[str, Any]:
    return {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": _PROBLEM}}}
