"""Families in the library: the same after any history, kept in the transaction that changes an article."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from byline.library.database import Library
from byline.library.schema import articles, revisions
from byline.types import Article
from byline.wiring import DATABASE
from tests.newsroom import article

SENTENCES = [f"Survey {n} of the railway found {n * 3} broken sleepers near station {n * 7}." for n in range(60)]
STORY = " ".join(SENTENCES)
TRIMMED = " ".join(SENTENCES[:42])
OTHER = " ".join(f"The choir sang song {n} in the old harbour hall for {n * 5} people." for n in range(60))
TEXTS = [STORY, TRIMMED, " ".join(SENTENCES[12:]), " ".join(SENTENCES[18:]), OTHER, "The river rose."]
"""The second, third and fourth are copies of the first; without it the second is a copy of none."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library.open(tmp_path / DATABASE)
    yield made
    made.close()


def publish(library: Library, *read: Article) -> None:
    staged = library.stage("/articles", [(found, ()) for found in read], "rules")
    library.publish(staged, "/articles", {found.ref.id: found for found in read})


def families(library: Library) -> set[frozenset[str]]:
    return {frozenset(ref.id for ref in family.members) for family in library.families()}


def family(*ids: str) -> frozenset[str]:
    return frozenset(ids)


def test_copies_join_and_leave(library: Library) -> None:
    publish(library, article("a", STORY), article("b", OTHER))
    assert families(library) == set()
    publish(library, article("c", TRIMMED), article("d", STORY))
    assert families(library) == {family("a", "c", "d")}
    library.hide(["a"])
    assert families(library) == {family("c", "d")}
    publish(library, article("d", OTHER))
    assert families(library) == {family("b", "d")}
    library.hide(["b", "c", "d"])
    assert families(library) == set()


def test_a_family_that_only_one_member_held_together_falls_apart(library: Library) -> None:
    publish(library, *(article(name, text) for name, text in zip("abcd", TEXTS[:4], strict=True)))
    assert families(library) == {family("a", "b", "c", "d")}
    library.hide(["a"])
    assert families(library) == {family("c", "d")}


def test_the_same_address_makes_a_family_whatever_the_words(library: Library) -> None:
    def at(name: str, text: str, url: str) -> Article:
        found = article(name, text)
        return replace(found, ref=replace(found.ref, url=url))

    publish(library, at("a", STORY, "https://wire.example/one"), at("b", OTHER, "http://www.wire.example/one/#top"))
    assert families(library) == {family("a", "b")}
    publish(library, at("b", OTHER, "https://wire.example/two"))
    assert families(library) == set()


def test_a_withdrawn_member_hides_none_of_its_siblings(library: Library) -> None:
    publish(library, article("a", STORY), article("b", STORY), article("c", STORY))
    stands = library.families_of(["b"])["b"].members[0].id
    with library.write() as connection:
        connection.execute(
            update(articles).where(articles.c.id == stands).values(withdrawn_at="2026-01-01T00:00:00+00:00")
        )
    assert families(library) == {family("a", "b", "c") - {stands}}
    with library.write() as connection:
        connection.execute(
            update(articles).where(articles.c.id == "b").values(visible_from="2999-01-01T00:00:00+00:00")
        )
    assert families(library) == set()
    assert library.families_of(["c"]) == {}


def test_articles_from_before_there_were_families_are_compared_once(library: Library) -> None:
    publish(library, article("a", STORY), article("b", STORY))
    with library.write() as connection:
        connection.execute(update(revisions).values(signature=None))
        connection.execute(update(articles).values(family=None))
    assert families(library) == set()
    assert library.group_unsigned() == 2
    assert library.group_unsigned() == 0
    assert families(library) == {family("a", "b")}


def test_what_is_not_committed_is_not_remembered(library: Library) -> None:
    publish(library, article("a", STORY))
    with suppress(ZeroDivisionError), library.write() as connection:
        connection.execute(update(articles).values(live_revision=None))
        library.regroup(connection, ["a"])
        raise ZeroDivisionError
    publish(library, article("b", STORY))
    assert families(library) == {family("a", "b")}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.dictionaries(st.sampled_from("abcde"), st.sampled_from(TEXTS), min_size=1), min_size=1, max_size=4))
def test_any_history_ends_like_a_fresh_library(
    tmp_path_factory: pytest.TempPathFactory, history: list[dict[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("history")
    grown, fresh = Library.open(folder / "grown.db"), Library.open(folder / "fresh.db")
    try:
        live: set[str] = set()
        for state in history:
            if live - state.keys():
                grown.hide(sorted(live - state.keys()))
            for name, text in state.items():
                publish(grown, article(name, text))
            live = set(state)
        publish(fresh, *(article(name, text) for name, text in history[-1].items()))
        assert families(grown) == families(fresh)
    finally:
        grown.close()
        fresh.close()


def test_readers_see_a_family_whole_or_not_at_all(library: Library) -> None:
    """While copies come and go a reader finds either all of a family or none of it."""
    pair = [article("a", STORY), article("b", OTHER)]
    merged = [article("c", STORY), article("d", OTHER), article("e", STORY)]
    publish(library, *pair)
    allowed = [set(), {family("a", "c", "e"), family("b", "d")}]
    seen: list[set[frozenset[str]]] = []
    wrong: list[set[frozenset[str]]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            found = families(library)
            seen.append(found)
            if found not in allowed:
                wrong.append(found)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(40):
            publish(library, *merged)
            library.hide(["c", "d", "e"])
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert wrong == []
    assert all(state in seen for state in allowed)
