"""Where crash tests write, and the driver they share."""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash import editions
from tests.crash.server import Driver, Ended, Report, driver

MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def arena() -> Iterator[Path]:
    """In memory when there is such a place: a killed process loses nothing either way, and a sync of 50 ms of CPU waits
    seconds for a busy disk's fsync."""
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    made = Path(tempfile.mkdtemp(prefix="byline-crash-", dir=place))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def crash_driver(arena: Path) -> Iterator[Driver]:
    with driver(arena / "driver") as started:
        yield started


@pytest.fixture(scope="session")
def base(crash_driver: Driver, arena: Path) -> Path:
    """Edition 0, cleanly closed; tests copy it."""
    index = arena / "base"
    crash_driver.done("sync", index, given={"edition": 0})
    return index


@pytest.fixture(scope="session")
def fresh(crash_driver: Driver, arena: Path) -> Callable[[int], Ended]:
    """Edition → the contents of an index that was never interrupted and never synced to another one."""

    @functools.cache
    def contents(edition: int) -> Ended:
        index = arena / f"fresh-{edition}"
        crash_driver.done("sync", index, given={"edition": edition})
        return crash_driver.done("contents", index, given={"numbers": sorted(editions.editions(edition))})

    return contents


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Report:
    def say(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}")  # noqa: T201

    return say
