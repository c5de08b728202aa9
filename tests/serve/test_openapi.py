"""The server does what its OpenAPI document says, asked what the document allows and what it does not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema

from byline.build import open_desk
from byline.library.freshness import Freshness
from byline.serve.api import create_app
from byline.serve.warm import Loaded, WarmEngine
from byline.settings import read_settings

EXAMPLES = int(os.environ.get("BYLINE_SCHEMATHESIS", "15"))  # of each route, allowed and not
ROUTES = [
    "POST /v1/ask",
    "GET /v1/answers/{answer_id}",
    "PUT /v1/answers/{answer_id}",
    "POST /v1/feedback",
    "POST /v1/search",
    "GET /v1/articles/{article_id}",
]
WITHOUT_INPUT = ["GET /v1/suggestions", "GET /healthz", "GET /readyz"]
CASES = [(route, mode) for route in ROUTES for mode in GenerationMode]
CASES += [(route, GenerationMode.POSITIVE) for route in WITHOUT_INPUT]


@pytest.fixture(scope="module")
def described(demo_index: Path) -> Iterator[BaseSchema]:
    with open_desk(read_settings({}, index=demo_index)) as desk:
        loaded = Loaded(desk.answerer, lambda: Freshness(18), desk.searcher, desk.library)
        engine = WarmEngine(lambda: loaded, ("What was agreed?",))
        engine.start()
        engine.wait()
        yield schemathesis.openapi.from_asgi("/openapi.json", create_app(engine, chat=False))


def operations(described: BaseSchema) -> dict[str, Any]:
    found = [result.ok() for result in described.get_all_operations() if isinstance(result, Ok)]
    return {operation.label: operation for operation in found}


def test_every_route_is_described(described: BaseSchema) -> None:
    assert set(operations(described)) == {*ROUTES, *WITHOUT_INPUT}


@pytest.mark.parametrize(("route", "mode"), CASES)
def test_the_server_does_what_the_document_says(described: BaseSchema, route: str, mode: GenerationMode) -> None:
    operation = operations(described)[route]

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(operation.as_strategy(generation_mode=mode))
    def hold(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate()

    hold()
