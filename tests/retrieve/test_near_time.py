from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.library.families.members import Family
from byline.retrieve.near_time import WhenAsked, by_time, known_families
from byline.retrieve.search import Searcher
from byline.retrieve.understand import understand
from byline.types import Article, ArticleRef, Question
from tests.newsroom import MemoryShelf, Newsroom, article, newsroom

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIRE = "The harbour was closed after a fire at the old pier."


def when(question: str, as_of: datetime | None = None) -> WhenAsked:
    return WhenAsked.of(Question(question, question, as_of=as_of), NOW)


def order(question: str, as_of: datetime | None = None, **published: datetime) -> list[str]:
    scores = by_time(dict.fromkeys(published, 0.5), published, when(question, as_of))
    return sorted(scores, key=lambda key: -scores[key])


def test_what_was_published_then_comes_first_then_what_came_soon_after() -> None:
    march = datetime(2023, 3, 10, tzinfo=UTC)
    assert order(
        "What happened in March 2023?",
        later=march + timedelta(days=60),
        earlier=march - timedelta(days=60),
        soon=datetime(2023, 4, 2, tzinfo=UTC),
        then=march,
    )[:2] == ["then", "soon"]


def test_without_a_time_the_news_of_late_comes_first() -> None:
    assert order("Who won?", old=NOW - timedelta(days=40), new=NOW - timedelta(days=1)) == ["new", "old"]
    day = datetime(2020, 6, 1, tzinfo=UTC)
    assert order("Who won?", day, old=day - timedelta(days=40), new=day - timedelta(days=1)) == ["new", "old"]


def test_the_latest_of_an_archive_is_its_newest() -> None:
    old, new = datetime(2011, 1, 1, tzinfo=UTC), datetime(2012, 1, 1, tzinfo=UTC)
    assert order("What is the latest on the strike?", old=old, new=new) == ["new", "old"]


def test_a_time_that_nobody_has_reported_in_is_no_hint() -> None:
    old, new = NOW - timedelta(days=40), NOW - timedelta(days=1)
    assert order("Who is the first to win since 1979, in the race of 1981?", old=old, new=new) == ["new", "old"]


def test_a_hint_does_not_outweigh_the_words() -> None:
    published = {"right": datetime(2011, 1, 1, tzinfo=UTC), "recent": NOW}
    scores = by_time({"right": 0.95, "recent": 0.4}, published, when("Who won?"))
    assert scores["right"] > scores["recent"]


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1), min_size=1),
    st.dictionaries(st.sampled_from("abcdef"), st.datetimes(timezones=st.just(UTC))),
    st.sampled_from(["Who won?", "Who won in 2020?", "Who won last week?", "Who is the current mayor?"]),
    st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
)
def test_scores_stay_scores_and_only_what_is_later_goes(
    scores: dict[str, float], published: dict[str, datetime], question: str, as_of: datetime | None
) -> None:
    asked = when(question, as_of)
    found = by_time(scores, published, asked)
    assert all(0 <= score <= 1 for score in found.values())
    assert set(found) == {key for key in scores if asked.knows(published.get(key))}
    undated = by_time(scores, {}, asked)
    assert undated == scores


def test_a_family_is_those_that_the_reader_may_know() -> None:
    first, second = (ArticleRef(name, name, published=NOW + timedelta(days=at)) for at, name in enumerate("ab"))
    undated = ArticleRef("c", "c")
    families = {"a": Family((first, second)), "c": Family((first, second, undated))}
    assert known_families(families, when("Who won?")) == families
    assert known_families(families, when("Who won?", NOW)) == {"c": Family((first, undated))}


def dated(name: str, text: str, published: datetime | None) -> Article:
    made = article(name, text)
    return replace(made, ref=replace(made.ref, published=published))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    days = {"early": datetime(2022, 3, 1, tzinfo=UTC), "late": datetime(2022, 9, 1, 8, tzinfo=UTC), "undated": None}
    articles = [dated(name, f"{FIRE} {name.title()} in the day nobody knew why.", at) for name, at in days.items()]
    crowd = [
        dated(f"crowd-{n}", f"{FIRE} Fire, harbour, pier: {n}.", datetime(2023, 1, 1, tzinfo=UTC)) for n in range(80)
    ]
    with newsroom(tmp_path, MemoryShelf()) as made:
        made.sync([*articles, *crowd])
        yield made


def found(room: Newsroom, as_of: datetime | None) -> list[str]:
    with room.opened() as opened:
        question = understand("Which harbour pier was closed after a fire?", as_of=as_of)
        hits = Searcher(room.library, opened, room.embedder).search(question, 10)
    return sorted({ref.id for hit in hits for ref in (hit.passage.article, *hit.also_in)})


def test_as_of_a_day_what_came_later_is_not_known_however_much_there_is(room: Newsroom) -> None:
    assert found(room, datetime(2022, 9, 1, tzinfo=UTC)) == ["early", "late", "undated"]
    assert found(room, datetime(2022, 9, 1, 7, 59, tzinfo=UTC)) == ["early", "undated"]
    assert found(room, datetime(2021, 1, 1, tzinfo=UTC)) == ["undated"]


def test_the_library_says_which_time_it_is_of(room: Newsroom) -> None:
    reach = room.library.reach()
    assert (reach.oldest, reach.newest) == (datetime(2022, 3, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC))
    passages = room.passages()
    imprints = room.library.imprints_of(sorted(passages))
    assert {key: imprint.when for key, imprint in imprints.items()} == {
        key: passage.article.published for key, passage in passages.items()
    }
    room.library.withdraw("early")
    assert room.library.reach().oldest == datetime(2022, 9, 1, 8, tzinfo=UTC)
