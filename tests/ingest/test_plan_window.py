"""Sources that show only some of their articles at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from byline.ingest.plan import make_plan
from byline.ingest.unchanged import Gone, Item
from tests.newsroom import MemoryShelf, Newsroom, article, newsroom

FEED, PAGE = "https://news.example/feed", "https://news.example/a"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with newsroom(tmp_path / "index", MemoryShelf()) as room:
        room.sync([article("a", "The words of one article."), article("b", "The words of another.")], FEED)
        yield room


def planned(room: Newsroom, items: list[Item], source: str = FEED, *, window: bool = True) -> tuple[list[str], ...]:
    plan = make_plan(items, source, room.library, window=window)
    changed = [found.ref.id for found in plan.changed]
    return [found.ref.id for found in plan.added], changed, list(plan.unchanged), list(plan.removed)


def test_what_is_absent_stays_and_what_is_gone_goes(room: Newsroom) -> None:
    assert planned(room, []) == ([], [], [], [])
    assert planned(room, [], window=False) == ([], [], [], ["a", "b"])
    assert planned(room, [Gone("https://news.example/b", "b")]) == ([], [], [], ["b"])
    assert planned(room, [Gone("https://news.example/x", "x")]) == ([], [], [], [])


def test_an_article_of_two_sources_belongs_to_the_one_with_news_of_it(room: Newsroom) -> None:
    assert planned(room, [article("a", "The words of one article.")], PAGE) == ([], [], ["a"], [])
    assert planned(room, [article("a", "The corrected words.")], PAGE) == (["a"], [], [], [])
    room.synchronizer.sync([article("a", "The corrected words.")], PAGE, window=True)
    assert room.articles() == {"a": "The corrected words.", "b": "The words of another."}
    assert planned(room, [Gone("https://news.example/a", "a")]) == ([], [], [], ["a"])


def test_an_article_of_a_folder_is_not_taken_over_or_taken_away(room: Newsroom, tmp_path: Path) -> None:
    room.sync([article("c", "The words in a file.")], str(tmp_path))
    plan = make_plan([article("c", "Other words."), Gone("c", "c")], FEED, room.library, window=True)
    assert (plan.added, plan.changed, plan.removed) == ((), (), ())
    assert "already belongs" in plan.rejected[0].reason
