"""Readers keep one searcher for an answer; damage, repairs and other generations pass under them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from byline.errors import LibraryBusyError, StorageError
from byline.library.opened import OpenGeneration
from byline.retrieve.search import Searcher
from byline.retrieve.searchers import Searchers
from byline.retrieve.understand import understand
from tests.newsroom import CountingEmbedder, Newsroom, article, newsroom

HARBOUR = article("harbour", "The harbour bridge opened on Monday. Buses cross it from Wednesday.")
COUNCIL = article("council", "The council paid 41 million crowns. Nobody knows who pays the rest.")
RIVER = article("river", "The river rose by two metres in a night. Three streets were closed.")
QUESTION = understand("What did the council pay?")


def searchers_of(room: Newsroom, *, renewing: bool = False) -> Searchers:
    def searcher_of(opened: OpenGeneration) -> Searcher:
        return Searcher(room.library, opened, CountingEmbedder(opened.generation.embedder))

    return Searchers(room.library, room.generations, searcher_of, renewing=renewing)


def found(searchers: Searchers) -> list[str]:
    return [hit.passage.article.id for hit in searchers.search(QUESTION)]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_damaged_index_answers_at_once_and_is_whole_again_by_itself(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.sync([HARBOUR, COUNCIL])
        shutil.rmtree(room.generations.path(room.active))
        searchers = searchers_of(room, renewing=True)
        try:
            assert found(searchers)[0] == "council"
            wait_for(lambda: not searchers.makeshift)
            assert found(searchers)[0] == "council"
            assert room.active.name == "gen-0002"
        finally:
            searchers.close()


def test_who_asks_once_repairs_nothing(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.sync([HARBOUR, COUNCIL])
        shutil.rmtree(room.generations.path(room.active))
        searchers = searchers_of(room)
        assert found(searchers)[0] == "council"
        searchers.close()
        assert room.active.name == "gen-0001"


def test_an_activated_generation_takes_over_and_the_one_before_is_let_go(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.sync([HARBOUR, COUNCIL])
        old = room.active
        searchers = searchers_of(room, renewing=True)
        try:
            with newsroom(tmp_path, embedder=CountingEmbedder("hash:2")) as other:
                made = other.builder.build()
                with searchers.lease() as before:
                    other.builder.activate(made)
                    assert before.opened.generation == old
                    with pytest.raises(LibraryBusyError, match="still being read"):
                        room.generations.drop(old)
                    assert next(hit.passage.article.id for hit in before.search(QUESTION)) == "council"
                wait_for(lambda: fingerprint(searchers) == made.fingerprint)
                assert found(searchers)[0] == "council"
                room.generations.drop(old)
        finally:
            searchers.close()


def fingerprint(searchers: Searchers) -> str:
    with searchers.lease() as searcher:
        return searcher.opened.generation.fingerprint


def findings(searchers: Searchers) -> tuple[str, ...]:
    with searchers.lease() as searcher:
        return searcher.opened.findings


def test_a_sync_writes_into_what_readers_have_open(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.sync([HARBOUR])
        searchers = searchers_of(room)
        try:
            assert "council" not in found(searchers)
            with searchers.lease() as searcher:
                opened = searcher.opened
            synchronizer = room.synchronizer_into(searchers.opened_to_write)
            assert synchronizer.sync([HARBOUR, COUNCIL], "/articles").added == 1
            assert found(searchers)[0] == "council"
            with searchers.lease() as searcher:
                assert searcher.opened is opened
        finally:
            searchers.close()
        assert not room.generations.diagnose(room.active).findings


def test_a_failed_write_leaves_readers_an_index_that_can_be_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with newsroom(tmp_path) as room:
        room.sync([HARBOUR, COUNCIL])
        searchers = searchers_of(room)
        try:
            synchronizer = room.synchronizer_into(searchers.opened_to_write)

            def full(*_: object) -> None:
                raise StorageError("The disk is full.")

            with monkeypatch.context() as disk:
                disk.setattr("byline.library.lexical.TantivyLexical.add", full)
                with pytest.raises(StorageError):
                    synchronizer.sync([HARBOUR, COUNCIL, RIVER], "/articles")
            assert findings(searchers)
            assert found(searchers)[0] == "council"
            assert synchronizer.sync([HARBOUR, COUNCIL, RIVER], "/articles").added == 1
            assert not findings(searchers)
            assert found(searchers)[0] == "council"
        finally:
            searchers.close()
