"""A generation is built again from the library whenever it is in doubt, and nothing is embedded for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from byline.errors import LibraryError, LibraryMissingError, StorageError
from byline.library.generations import Generations
from byline.library.seal import FORMAT, WHOLE, sealed
from byline.models.terms import passage_terms
from tests.newsroom import Newsroom, RealIndexes, article, newsroom

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
    return {path.name for path in room.library.path.parent.glob("gen-*") if path.is_dir()}


def seen(room: Newsroom) -> list[tuple[str, float]]:
    """What a search finds, best first; exact search and Chroma differ in the eighth place of a cosine."""
    [hits] = room.search(QUESTION)
    return [(hit.passage.text, round(hit.score, 5)) for hit in hits]


def interrupt(room: Newsroom) -> None:
    """As a kill in the middle of a write leaves it."""
    with room.opened() as opened, pytest.raises(KeyboardInterrupt), room.generations.writing(opened):
        raise KeyboardInterrupt


def test_the_first_sync_makes_one_active_and_whole(room: Newsroom) -> None:
    assert directories(room) == {"gen-0001"}
    assert room.active.fingerprint == f"gen-0001:hash:1:{room.rules}"
    assert room.generations.diagnose(room.active) == WHOLE


def test_reading_leaves_it_whole(room: Newsroom) -> None:
    for _ in range(3):
        assert room.search(QUESTION)
        assert room.generations.diagnose(room.active) == WHOLE
    with room.opened() as opened:
        assert not opened.makeshift


def test_an_interrupted_one_answers_at_once_and_is_kept_when_it_holds_what_it_should(room: Newsroom) -> None:
    before = seen(room)
    interrupt(room)
    with room.opened() as opened:
        assert opened.makeshift
        assert "interrupted" in opened.findings[0]
    assert seen(room) == before
    assert room.sync([HARBOUR, COUNCIL]).unchanged == 2
    assert room.generations.diagnose(room.active) == WHOLE
    assert directories(room) == {"gen-0001"}
    assert seen(room) == before
    assert room.embedder.embedded == []


def test_one_that_lost_a_passage_is_built_again(room: Newsroom) -> None:
    before = seen(room)
    with room.generations.opened_to_write(room.active) as opened, room.generations.writing(opened):
        opened.lexical.remove(sorted(opened.lexical.ids())[:1])
    assert room.generations.diagnose(room.active) == WHOLE  # as it was left, but not as it should be
    problems = room.generations.check(room.active)
    assert problems == ["gen-0001/lexical lacks 1 of 2 passages"]
    room.generations.rebuild(room.active, problems).close()
    assert seen(room) == before
    assert directories(room) == {"gen-0002"}
    assert room.embedder.embedded == []


def test_what_a_vendor_raises_while_writing_is_said_with_the_next_step(room: Newsroom) -> None:
    said = pytest.raises(LibraryError, match=r"gen-0001 failed: a worker died.*run the command again")
    with room.opened() as opened:
        with said as caught, room.generations.writing(opened):
            raise ValueError("a worker died")
        assert opened.suspect
    assert isinstance(caught.value.__cause__, ValueError)
    assert room.search(QUESTION)
    assert room.sync([HARBOUR, COUNCIL]).unchanged == 2
    assert room.generations.diagnose(room.active) == WHOLE


def test_one_whose_directory_is_gone(room: Newsroom) -> None:
    before = seen(room)
    shutil.rmtree(room.generations.path(room.active))
    assert seen(room) == before
    assert room.sync([HARBOUR, COUNCIL]).unchanged == 2
    assert directories(room) == {"gen-0002"}
    held = room.held()
    assert held["live"] == held["vectors"] == held["lexical"]
    assert room.embedder.embedded == []


def test_a_rebuilt_one_holds_live_passages_only(room: Newsroom) -> None:
    room.library.hide(["council"])
    room.generations.rebuild(room.active, ["asked for"]).close()
    held = room.held()
    assert held["vectors"] == held["lexical"] == held["live"]
    assert len(held["live"]) == len(held["stale"]) == 1


def test_one_written_by_other_libraries_is_built_again(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    before = seen(room)
    monkeypatch.setattr("byline.library.seal.made_with", lambda: "chromadb 9, tantivy 9")
    assert room.generations.diagnose(room.active).hopeless
    assert seen(room) == before
    room.sync([HARBOUR, COUNCIL])
    assert directories(room) == {"gen-0002"}
    assert room.generations.diagnose(room.active) == WHOLE


def test_one_of_other_terms_is_built_again_and_embeds_nothing(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    before = seen(room)
    with monkeypatch.context() as earlier:
        earlier.setattr("byline.library.seal.FORMAT", FORMAT - 1)
        room.library.set_seal(room.active, sealed(room.generations.path(room.active)))
    assert f"format {FORMAT - 1}" in room.generations.diagnose(room.active).findings[0]
    assert seen(room) == before
    room.sync([HARBOUR, COUNCIL])
    assert directories(room) == {"gen-0002"}
    assert room.generations.diagnose(room.active) == WHOLE
    assert room.embedder.embedded == []


@pytest.mark.parametrize("damaged", ["chroma/chroma.sqlite3", "lexical/meta.json"])
@pytest.mark.parametrize("same_size", [True, False])
def test_a_damaged_one_is_noticed_and_built_again(damaged: str, same_size: bool, room: Newsroom) -> None:
    before = seen(room)
    path = room.generations.path(room.active) / damaged
    data = path.read_bytes()
    path.write_bytes(b"not what it was" * 500 if not same_size else data[:-20] + b"\0" * 20)
    assert f"gen-0001/{damaged}" in room.generations.diagnose(room.active).findings[0]
    assert seen(room) == before
    assert room.sync([HARBOUR, COUNCIL]).unchanged == 2
    assert seen(room) == before
    assert room.generations.diagnose(room.active) == WHOLE


def test_unfinished_ones_and_what_nobody_knows_are_cleared_away(room: Newsroom) -> None:
    index = room.library.path.parent
    unfinished = room.generations.create("hash:2", room.rules)
    (index / unfinished.name).mkdir()
    (index / "gen-0099" / "chroma").mkdir(parents=True)
    room.generations.tidy()
    assert directories(room) == {"gen-0001"}
    assert [standing.generation.name for standing in room.library.standings()] == ["gen-0001"]


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


def test_only_one_is_active_after_going_back_and_forth(room: Newsroom) -> None:
    first = room.active
    second = room.builder.build()
    assert room.active == first
    room.builder.activate(second)
    assert room.active == second
    room.builder.activate(first)
    assert room.active == first
    room.generations.drop(second)
    assert directories(room) == {first.name}


def lose_the_graph(room: Newsroom, generations: Generations) -> None:
    """Writes of it were refused while it was saved, and Chroma said nothing."""
    with generations.opened_to_write(room.active) as opened, generations.writing(opened):
        [graph] = (room.generations.path(room.active) / "chroma").glob("*/header.bin")
        graph.write_bytes(b"")


def test_a_graph_that_did_not_keep_what_was_saved_is_told_and_not_sealed(room: Newsroom) -> None:
    index = room.library.path.parent
    found = Generations(room.library, index, RealIndexes(), passage_terms, examine=lambda *_: ["it lacks a passage"])
    with pytest.raises(StorageError, match="did not keep"):
        lose_the_graph(room, found)
    assert room.generations.diagnose(room.active).parts
    assert seen(room)


def test_one_that_cannot_be_opened_though_its_files_fit_the_seal_is_made_up_for(room: Newsroom) -> None:
    before = seen(room)
    (room.generations.path(room.active) / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 1000)
    room.library.set_seal(room.active, sealed(room.generations.path(room.active)))
    with room.opened() as opened:
        assert opened.makeshift
    assert seen(room) == before
