"""A generation is built again from the library whenever it is in doubt, and nothing is embedded for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from byline.errors import LibraryError, LibraryMissingError
from tests.newsroom import Newsroom, article, newsroom

HARBOUR = article("harbour", "The harbour bridge opened on Monday. Buses cross it from Wednesday.")
COUNCIL = article("council", "The council paid 41 million crowns. Nobody knows who pays the rest.")
QUESTION = "What did the council pay?"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    """Two articles in real indexes; what was embedded for them is forgotten."""
    with newsroom(tmp_path) as made:
        made.sync([HARBOUR, COUNCIL])
        made.embedder.embedded.clear()
        yield made


def directories(room: Newsroom) -> set[str]:
    return {path.name for path in room.library.path.parent.glob("gen-*")}


def test_the_first_sync_makes_one_active_and_clean(room: Newsroom) -> None:
    assert (room.active.name, room.active.dirty) == ("gen-0001", False)
    assert directories(room) == {"gen-0001"}
    assert room.active.fingerprint == f"gen-0001:hash:1:{room.rules}"


def test_one_left_dirty_is_replaced_by_a_rebuilt_one(room: Newsroom) -> None:
    before = room.search(QUESTION)
    with pytest.raises(KeyboardInterrupt), room.generations.writing(room.active):
        raise KeyboardInterrupt
    assert room.generations.is_worn(room.active)
    assert room.search(QUESTION) == before
    assert (room.active.name, room.active.dirty) == ("gen-0002", False)
    assert directories(room) == {"gen-0002"}
    assert room.embedder.embedded == []


def test_what_a_vendor_raises_while_writing_is_said_with_the_next_step(room: Newsroom) -> None:
    said = pytest.raises(LibraryError, match=r"gen-0001 failed: a worker died.*run the command again")
    with said as caught, room.generations.writing(room.active):
        raise ValueError("a worker died")
    assert isinstance(caught.value.__cause__, ValueError)
    assert room.search(QUESTION)
    assert directories(room) == {"gen-0002"}


def test_one_whose_directory_is_gone_is_rebuilt(room: Newsroom) -> None:
    before = room.search(QUESTION)
    shutil.rmtree(room.generations.path(room.active))
    assert room.search(QUESTION) == before
    assert directories(room) == {"gen-0002"}
    held = room.held()
    assert held["live"] == held["vectors"] == held["lexical"]
    assert room.embedder.embedded == []


def test_a_sync_that_has_nothing_to_do_rebuilds_as_well(room: Newsroom) -> None:
    shutil.rmtree(room.generations.path(room.active))
    assert room.sync([HARBOUR, COUNCIL]).unchanged == 2
    assert directories(room) == {"gen-0002"}
    assert room.embedder.embedded == []


def test_a_rebuilt_one_holds_visible_passages_only(room: Newsroom) -> None:
    room.library.hide(["council"])
    room.generations.rebuild(room.active).close()
    held = room.held()
    assert held["vectors"] == held["lexical"] == held["live"]
    assert len(held["live"]) == len(held["stale"]) == 1


def test_a_rest_of_a_deleted_library_is_not_mistaken_for_ours(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.sync([HARBOUR])
    (tmp_path / "library.db").unlink()
    for journal in tmp_path.glob("library.db-*"):
        journal.unlink()
    with newsroom(tmp_path) as room:
        room.sync([COUNCIL])
        held = room.held()
        assert held["live"] == held["vectors"] == held["lexical"]
        assert len(held["live"]) == 1


def test_what_was_never_synced_is_said_to_be_missing(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room, pytest.raises(LibraryMissingError, match=r"no articles yet.*byline sync"):
        room.generations.require_active()


@pytest.mark.parametrize("damaged", ["chroma/chroma.sqlite3", "lexical/meta.json"])
def test_a_damaged_one_says_what_to_delete(damaged: str, room: Newsroom) -> None:
    path = room.generations.path(room.active)
    (path / damaged).write_bytes(b"not what it was" * 500)
    with pytest.raises(LibraryError, match=r"gen-0001 cannot be opened.*Delete") as caught:
        room.search(QUESTION)
    assert str(path) in caught.value.next_step
    shutil.rmtree(path)
    assert room.search(QUESTION)


def test_only_one_is_active_after_going_back_and_forth(room: Newsroom) -> None:
    first = room.active
    second = room.generations.build(room.generations.create("hash:1", room.rules))
    second.close()
    assert room.active == first
    room.generations.activate(second.generation)
    assert room.active.id == second.generation.id
    room.generations.activate(first)
    assert room.active == first
    room.generations.drop_inactive()
    assert directories(room) == {first.name}
