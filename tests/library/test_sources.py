"""The library knows of every try to bring it in step, and how the try ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from byline.errors import SourceError
from byline.ingest.source import sync_source
from byline.ingest.sync import Synchronizer
from byline.library.database import Library
from byline.library.freshness import SourceState
from byline.types import Article, Rejected
from tests.newsroom import SOURCE, MemoryShelf, Newsroom, article, newsroom

HARBOUR = article("harbour", "The harbour bridge opened on Monday. Buses cross it from Wednesday.")
START = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room(tmp_path: Path, clock: Clock) -> Iterator[Newsroom]:
    with newsroom(tmp_path / "index", MemoryShelf()) as made:
        made.synchronizer = Synchronizer(
            made.library, made.generations, made.embedder, made.split, made.rules, now=clock
        )
        yield made


def state(room: Newsroom, name: str = SOURCE) -> SourceState:
    [found] = [state for state in room.library.source_states() if state.name == name]
    return found


def test_a_sync_is_in_step_since_its_reading_began(room: Newsroom, clock: Clock) -> None:
    def slowly() -> Iterator[Article]:
        clock.now += timedelta(minutes=9)
        yield HARBOUR

    room.sync(slowly())
    found = state(room)
    assert (found.tried_at, found.in_step_at, found.error, found.articles) == (START, START, None, 1)


def test_a_source_that_breaks_keeps_its_articles_and_says_why(room: Newsroom, clock: Clock) -> None:
    def breaking() -> Iterator[Article]:
        yield HARBOUR
        raise OSError("the disk was pulled out")

    room.sync([HARBOUR])
    clock.now += timedelta(hours=3)
    with pytest.raises(OSError, match="pulled out"):
        room.sync(breaking())
    found = state(room)
    assert (found.tried_at, found.in_step_at, found.articles) == (clock.now, START, 1)
    assert found.error == "the disk was pulled out"
    room.sync([HARBOUR])
    assert (state(room).in_step_at, state(room).error) == (clock.now, None)


def test_rejected_files_are_no_error(room: Newsroom) -> None:
    room.sync([HARBOUR, Rejected("b.md", "is empty", "remove it")])
    assert (state(room).in_step_at, state(room).error) == (START, None)


def test_a_sync_that_is_stopped_is_a_try_without_an_end(room: Newsroom, clock: Clock) -> None:
    def stopped() -> Iterator[Article]:
        yield HARBOUR
        raise KeyboardInterrupt

    room.sync([HARBOUR])
    clock.now += timedelta(hours=3)
    with pytest.raises(KeyboardInterrupt):
        room.sync(stopped())
    assert (state(room).tried_at, state(room).in_step_at, state(room).error) == (clock.now, START, None)


def test_a_folder_that_is_gone_is_a_try_that_failed(room: Newsroom, tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.md").write_text("The harbour bridge opened on Monday.")
    sync_source(room.synchronizer, folder)
    (folder / "bridge.md").unlink()
    folder.rmdir()
    clock.now += timedelta(hours=1)
    with pytest.raises(SourceError):
        sync_source(room.synchronizer, folder)
    found = state(room, str(folder))
    assert (found.tried_at, found.in_step_at, found.articles) == (clock.now, START, 1)
    assert "nothing at" in (found.error or "")


def test_a_name_that_never_gave_anything_is_forgotten_in_a_week(room: Newsroom, clock: Clock, tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        sync_source(room.synchronizer, tmp_path / "tpyo")
    for days, names in ((6, 2), (2, 1)):
        clock.now += timedelta(days=days)
        room.sync([HARBOUR])
        assert len(room.library.source_states()) == names


def test_what_was_read_before_there_was_a_record_is_listed(tmp_path: Path) -> None:
    with newsroom(tmp_path, MemoryShelf()) as room:
        room.sync([HARBOUR])
        with room.library.write() as connection:
            connection.exec_driver_sql("DELETE FROM sources")
        assert state(room) == SourceState(SOURCE, articles=1)


def test_another_process_sees_it_at_once(room: Newsroom, clock: Clock) -> None:
    other = Library.open(room.library.path)
    try:
        assert other.source_states() == []
        room.sync([HARBOUR])
        assert other.source_states()[0].in_step_at == START
        clock.now += timedelta(hours=1)
        room.sync([HARBOUR])
        assert other.source_states()[0].in_step_at == clock.now
    finally:
        other.close()
