from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from byline.library.freshness import Freshness, SourceState, length

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LAG = timedelta(hours=2)


def source(hours: float | None, *, articles: int = 3, error: str | None = None, name: str = "/a") -> SourceState:
    in_step = None if hours is None else NOW - timedelta(hours=hours)
    return SourceState(name, NOW, in_step, error, articles)


def fresh(*sources: SourceState, max_lag: timedelta | None = LAG) -> Freshness:
    return Freshness(sum(s.articles for s in sources), None, sources, max_lag, NOW)


@pytest.mark.parametrize(
    ("sources", "stale"),
    [
        ([source(1)], False),
        ([source(2)], False),
        ([source(2.01)], True),
        ([source(1), source(3)], True),
        ([source(1), source(None)], True),
        ([source(1), source(3, articles=0)], False),
        ([source(-5)], False),
        ([], False),
    ],
)
def test_the_source_that_is_furthest_behind_counts(sources: list[SourceState], stale: bool) -> None:
    assert fresh(*sources).stale is stale
    assert not fresh(*sources, max_lag=None).stale


def test_checked_is_the_oldest_look_at_a_source_with_articles() -> None:
    assert fresh(source(1), source(3), source(9, articles=0)).checked == NOW - timedelta(hours=3)
    assert fresh(source(1), source(None)).checked is None


def test_a_source_fails_once_its_errors_are_older_than_the_lag() -> None:
    failing = source(3, articles=0, error="gone")
    assert fresh(source(1, error="gone"), failing, source(None, articles=0, error="never was")).failing == (failing,)
    assert fresh(failing, max_lag=None).failing == ()


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("/srv/secret/articles", "articles"),
        ("https://user:word@news.example:8443/feed?key=1", "news.example"),
        ("/", "source"),
    ],
)
def test_a_label_shows_no_path_and_no_key(name: str, label: str) -> None:
    assert replace(source(1), name=name).label == label


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-9, "less than a minute"), (59, "less than a minute"), (60, "1 minute"), (7199, "1 hour"), (7200, "2 hours"),
     (86_400 * 3 + 5, "3 days")],
)  # fmt: skip
def test_length(seconds: int, said: str) -> None:
    assert length(timedelta(seconds=seconds)) == said
