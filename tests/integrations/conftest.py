"""One desk and one server for the tests of every integration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from byline.build import Desk, open_desk
from byline.settings import read_settings
from tests.serving import engine_of, serving


@pytest.fixture(scope="module")
def desk(demo_index: Path) -> Iterator[Desk]:
    with open_desk(read_settings({}, index=demo_index)) as opened:
        yield opened


@pytest.fixture(scope="module")
def host(desk: Desk) -> Iterator[str]:
    with serving(engine_of(desk)) as address:
        yield address


@pytest.fixture
def anyio_backend() -> str:
    """For tests of others that are coroutines."""
    return "asyncio"
