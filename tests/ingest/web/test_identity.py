"""Which article a page is."""

from __future__ import annotations

import pytest

from byline.ingest.fetch.addresses import web_address_of
from byline.ingest.web.identity import identified
from byline.types import Article, ArticleRef

FROM = "http://www.news.example/2026/bridge?page=2"


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://news.example/bridge", "https://news.example/bridge"),
        (
            "http://news.example/bridge?utm_source=rss&utm_medium=x&id=7&fbclid=y#top",
            "https://news.example/bridge?id=7",
        ),
        ("http://news.example/bridge?utm_source=rss", "https://news.example/bridge"),
        ("https://amp.news.example/bridge", "https://amp.news.example/bridge"),
        (None, "https://www.news.example/2026/bridge?page=2"),
        ("https://news.example/", "https://www.news.example/2026/bridge?page=2"),
        ("https://times.example/bridge", "https://www.news.example/2026/bridge?page=2"),
        ("https://news.example.times.example/bridge", "https://www.news.example/2026/bridge?page=2"),
        ("http://127.0.0.1/bridge", "https://www.news.example/2026/bridge?page=2"),
        ("not an address", "https://www.news.example/2026/bridge?page=2"),
    ],
)
def test_an_article_is_known_by_its_address_on_its_own_site(canonical: str | None, expected: str) -> None:
    article = Article(ArticleRef("tag:1", "Bridge", url=canonical), "Text.")
    ref = identified(article, web_address_of(FROM)).ref
    assert ref.id == expected
    assert ref.url is not None
    assert ref.url.partition("://")[2] == expected.partition("://")[2]


def test_a_long_address_still_makes_an_id() -> None:
    one, other = (
        identified(Article(ArticleRef("x", "Bridge"), "Text."), web_address_of(f"http://news.example/{'a' * 500}{end}"))
        for end in "bc"
    )
    assert one.ref.id != other.ref.id
    assert len(one.ref.id) <= 200
