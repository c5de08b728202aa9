"""`/healthz` on real libraries that another process writes: fresh, stale, failing, gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient as Client

from byline.build import DATABASE, freshness
from byline.library.database import Library
from byline.serve.api import create_app
from byline.serve.warm import Loaded, WarmEngine
from byline.settings import Settings, read_settings
from byline.testing import ScriptedAnswerer
from tests.newsroom import MemoryShelf, Newsroom, article, newsroom

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*httpx:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*httpx:UserWarning"),
]

HARBOUR = article("harbour", "The harbour bridge opened on Monday. Buses cross it from Wednesday.")
FEED = "https://user:word@news.example/feed"


def settings_of(index: Path) -> Settings:
    return read_settings({}, index=index, max_lag="2h")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with newsroom(tmp_path / "index", MemoryShelf()) as made:
        made.sync([HARBOUR], "/secret/articles")
        yield made


@pytest.fixture
def health(room: Newsroom) -> Iterator[Client]:
    """A server over the library, opened by itself: it never syncs."""
    index = room.library.path.parent
    library = Library.open(index / DATABASE)
    engine = WarmEngine(lambda: Loaded(ScriptedAnswerer(), lambda: freshness(library, settings_of(index))))
    engine.start()
    assert engine.wait(10)
    with Client(create_app(engine, chat=False)) as opened:
        yield opened
    library.close()


def set_back(room: Newsroom, hours: float, name: str = "/secret/articles", error: str | None = None) -> None:
    """As if the last reading to the end had been so long ago."""
    room.library.source_in_step(name, datetime.now(UTC) - timedelta(hours=hours))
    if error:
        room.library.source_failed(name, error)


def test_fresh(health: Client) -> None:
    answer = health.get("/healthz")
    told = answer.json()
    assert (answer.status_code, told["status"], told["fresh"], told["articles"]) == (200, "ok", True, 1)
    [source] = told["sources"]
    assert (source["source"], source["articles"], source["failed"]) == ("articles", 1, False)
    assert 0 <= source["lag_s"] < 60


def test_stale_until_another_process_is_in_step(health: Client, room: Newsroom) -> None:
    set_back(room, 3)
    answer = health.get("/healthz")
    assert (answer.status_code, answer.json()["status"], answer.json()["fresh"]) == (503, "stale", False)
    assert 10_790 < answer.json()["sources"][0]["lag_s"] < 10_900
    room.sync([HARBOUR], "/secret/articles")
    assert health.get("/healthz").status_code == 200


def test_a_source_that_fails_for_longer_than_the_lag(health: Client, room: Newsroom) -> None:
    room.sync([], FEED)
    for hours, code in ((1, 200), (3, 503)):
        set_back(room, hours, FEED, error=f"{FEED} answered 500")
        assert health.get("/healthz").status_code == code
    told = health.get("/healthz").json()
    assert (told["status"], told["fresh"]) == ("failing", True)
    assert {source["source"]: source["failed"] for source in told["sources"]} == {
        "articles": False,
        "news.example": True,
    }


def test_nothing_that_is_told_names_a_path_or_a_key(health: Client, room: Newsroom) -> None:
    room.sync([], FEED)
    set_back(room, 3, error="/secret/articles is on a disk that is full")
    set_back(room, 3, FEED, error=f"{FEED} answered 500")
    said = json.dumps(health.get("/healthz").json())
    for word in ("secret", "word", "/feed"):
        assert word not in said


def test_a_library_that_is_gone(health: Client, room: Newsroom) -> None:
    with room.library.write() as connection:
        connection.exec_driver_sql("DROP TABLE sources")
    answer = health.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "broken")
    assert "library.db" not in answer.text
