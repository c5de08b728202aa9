"""Another embedder, other passages: built beside the active generation, caught up with what changed, taken over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from byline.errors import EmbedderMismatchError, LibraryError
from byline.library.registry import Generation
from tests.newsroom import CountingEmbedder, Newsroom, article, newsroom

HARBOUR = article("harbour", "The harbour bridge opened on Monday. Buses cross it from Wednesday.")
COUNCIL = article("council", "The council paid 41 million crowns. Nobody knows who pays the rest.")
RIVER = article("river", "The river rose by two metres in a night. Three streets were closed.")
LONG = article(
    "long", "\n\n".join(f"Survey {n} of the river found {n} kinds of fish and many weeds." for n in range(20))
)
QUESTION = "What did the council pay?"


def best(room: Newsroom, question: str = QUESTION) -> str:
    [[first, *_]] = room.search(question)
    return first.passage.article.id


def taken_over(room: Newsroom) -> Generation:
    made = room.builder.build()
    room.builder.activate(made)
    return made


def whole(room: Newsroom) -> bool:
    held = room.held()
    return held["live"] == held["vectors"] == held["lexical"] and bool(held["live"])


def test_a_sync_never_mixes_embedders(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.sync([HARBOUR, COUNCIL])
    other = CountingEmbedder("hash:2")
    with newsroom(tmp_path, embedder=other) as room:
        with pytest.raises(EmbedderMismatchError, match=r"hash:1.*hash:2.*byline index build"):
            room.sync([HARBOUR, RIVER])
        assert other.embedded == []
        assert room.articles().keys() == {"harbour", "council"}


def test_another_embedder_takes_over_and_the_old_one_stays(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.sync([HARBOUR, COUNCIL])
        old = room.active
    other = CountingEmbedder("hash:2")
    with newsroom(tmp_path, embedder=other) as room:
        made = room.builder.build()
        assert room.active == old
        room.builder.activate(made)
        assert sorted(other.embedded) == sorted([HARBOUR.text, COUNCIL.text])
        assert (room.active, room.active.embedder) == (made, "hash:2")
        assert room.generations.path(old).is_dir()
        assert best(room) == "council"
        assert room.sync([HARBOUR, COUNCIL]).unchanged == 2
        assert whole(room)


def test_going_back_catches_up_with_what_changed_meanwhile(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.sync([HARBOUR, COUNCIL])
        old = room.active
    changed = article("council", "The council paid 50 million crowns. Nobody knows who pays the rest.")
    with newsroom(tmp_path, embedder=CountingEmbedder("hash:2")) as room:
        taken_over(room)
        room.sync([changed, RIVER])
    with newsroom(tmp_path) as room:
        room.builder.activate(old)
        assert room.active == old
        assert room.embedder.embedded == [RIVER.text, changed.text] or len(room.embedder.embedded) == 2
        assert whole(room)
        [[hit, *_]] = room.search(QUESTION)
        assert hit.passage.text == changed.text
        assert room.articles().keys() == {"council", "river"}


def test_what_changes_during_the_build_is_caught_up_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worst moment: an article changes after the new generation was filled and before it takes over."""
    with newsroom(tmp_path) as room, newsroom(tmp_path, embedder=CountingEmbedder("hash:2")) as other:
        room.sync([HARBOUR, COUNCIL])
        made = other.builder.build()
        activate = other.library.activate_generation
        updates = [[HARBOUR, RIVER], [RIVER, LONG]]

        def late(generation: Generation, *, at_change: int | None = None) -> bool:
            if updates:
                room.sync(updates.pop())
            return activate(generation, at_change=at_change)

        monkeypatch.setattr(other.library, "activate_generation", late)
        other.builder.activate(made)
        assert other.active == made
        assert whole(other)
        assert other.articles().keys() == {"harbour", "river"}


def test_dropping_forgets_what_only_it_was_made_of(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.sync([HARBOUR, COUNCIL])
        old = room.active
    with newsroom(tmp_path, embedder=CountingEmbedder("hash:2")) as room:
        taken_over(room)
        ids = sorted(room.passages())
        assert room.library.embedded(ids, "hash:1") == set(ids)
        room.generations.drop(old)
        room.library.forget_unused()
        assert room.library.embedded(ids, "hash:1") == set()
        assert room.library.embedded(ids, "hash:2") == set(ids)
        assert not room.generations.path(old).exists()
        assert best(room) == "council"


def test_articles_dated_in_any_zone_are_the_same_after(tmp_path: Path) -> None:
    in_delhi = datetime(2025, 12, 5, 18, 10, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    dated = replace(COUNCIL, ref=replace(COUNCIL.ref, published=in_delhi))
    with newsroom(tmp_path) as room:
        room.sync([dated])
        before = room.held()
    with newsroom(tmp_path, embedder=CountingEmbedder("hash:2")) as room:
        taken_over(room)
        assert room.held() == before
        assert best(room) == "council"


def test_other_passage_rules(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.sync([LONG])
        short = room.held()["live"]
        old = room.active
    with newsroom(tmp_path, tokens=64) as room:
        with pytest.raises(EmbedderMismatchError, match=r"p1-32.*p1-64.*byline index build"):
            room.sync([LONG])
        taken_over(room)
        assert whole(room)
        assert len(room.held()["live"]) < len(short)
        assert not room.held()["live"] & short
        room.generations.drop(old)
        room.library.forget_unused()
        assert room.library.live_passages(sorted(short)) == {}
        [hits] = room.search("survey 7")
        assert hits


def test_an_interrupted_build_changes_nothing_and_goes_on_where_it_was(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.sync([LONG, COUNCIL])
        before = room.library.counts()
    with newsroom(tmp_path, embedder=CountingEmbedder("hash:2")) as room:
        with pytest.MonkeyPatch.context() as crash:

            def no_power(*_: object) -> None:
                raise KeyboardInterrupt

            crash.setattr(room.generations, "build", no_power)
            with pytest.raises(KeyboardInterrupt):
                room.builder.build()
        assert room.library.counts() == before
        embedded = len(room.embedder.embedded)
        taken_over(room)
        assert len(room.embedder.embedded) == embedded
        assert len(room.library.standings()) == 2
        assert whole(room)


def test_one_that_lost_vectors_does_not_take_over(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.sync([HARBOUR, COUNCIL])
    with newsroom(tmp_path, embedder=CountingEmbedder("hash:2")) as room:
        made = room.builder.build()
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr("byline.library.vectors.ChromaVectors.search", lambda *_: [])
            with pytest.raises(LibraryError, match=r"gen-0002 failed its check.*2 of 2.*byline index drop gen-0002"):
                room.builder.activate(made)
        assert room.active.name == "gen-0001"


def test_an_empty_library(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.sync([])
        taken_over(room)
        assert room.sync([HARBOUR]).added == 1
