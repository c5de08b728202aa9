"""What is remembered of fetched addresses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from byline.library.fetched import Fetch
from tests.newsroom import MemoryShelf, article, newsroom

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_last_fetch_of_an_address_counts(tmp_path: Path) -> None:
    with newsroom(tmp_path / "index", MemoryShelf()) as room:
        first = Fetch("https://a.example/", "feed", AT, "https://a.example/x", '"1"', "Monday", "digest", "a", 200)
        other = replace(first, url="https://b.example/", article_id=None)
        room.library.remember_fetches([first, other])
        later = replace(first, etag='"2"', source="page")
        room.library.remember_fetches([later])
        room.library.remember_fetches([])
        found = room.library.fetches(["https://a.example/", "https://b.example/", "https://c.example/"])
        assert found == {later.url: later, other.url: other}


def test_whether_readers_see_the_article(tmp_path: Path) -> None:
    with newsroom(tmp_path / "index", MemoryShelf()) as room:
        room.library.remember_fetches([Fetch("https://a.example/", "feed", AT, article_id="a")])
        assert not room.library.fetches(["https://a.example/"])["https://a.example/"].live
        room.sync([article("a", "The words of one article.")])
        assert room.library.fetches(["https://a.example/"])["https://a.example/"].live
        room.sync([])
        assert not room.library.fetches(["https://a.example/"])["https://a.example/"].live
