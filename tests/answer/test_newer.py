from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from byline.answer.newer import MOST, newer_articles
from byline.retrieve.near_time import WhenAsked
from byline.types import ArticleRef, Hit, Passage, Question, Quote, Sentence

DAY = datetime(2026, 3, 1, tzinfo=UTC)
CLOCK = DAY + timedelta(days=60)


def ref(name: str, day: int | None) -> ArticleRef:
    return ArticleRef(name, name, published=None if day is None else DAY + timedelta(days=day))


def hit(found: ArticleRef, score: float = 1.0, also_in: tuple[ArticleRef, ...] = ()) -> Hit:
    return Hit(Passage(found.id, found, 0, 4, "Yes."), score, also_in=also_in)


def cites(found: ArticleRef) -> Sentence:
    passage = Passage(found.id, found, 0, 4, "Yes.")
    return Sentence("Yes.", (Quote(passage, 0, 4, "Yes."),), supported=True)


def newer(*others: Hit, question: str = "Is the bridge open?", cited: ArticleRef | None = None) -> list[str]:
    mine = cited or ref("cited", 0)
    asked = WhenAsked.of(Question(question, question), CLOCK)
    return [found.id for found in newer_articles(asked, [hit(mine), *others], [cites(mine)])]


def test_as_good_and_later_the_newest_first() -> None:
    later = [hit(ref(f"later-{day}", day), 0.9) for day in (3, 9, 6, 12)]
    assert newer(*later) == ["later-12", "later-9", "later-6"][:MOST]


@pytest.mark.parametrize(
    "other",
    [hit(ref("older", -5)), hit(ref("same day", 0)), hit(ref("worse", 5), 0.5), hit(ref("undated", None))],
    ids=lambda made: made.passage.article.id,
)
def test_not_newer_on_the_same(other: Hit) -> None:
    assert newer(other) == []


def test_a_copy_has_the_same_words() -> None:
    mine, copy = ref("cited", 0), ref("copy", 5)
    asked = WhenAsked.of(Question("Is it open?", "Is it open?"), CLOCK)
    assert newer_articles(asked, [hit(mine, also_in=(copy,)), hit(copy)], [cites(mine)]) == ()


def test_only_for_who_wants_the_present_state() -> None:
    later = hit(ref("later", 5))
    assert newer(later, question="Is the bridge still closed?") == ["later"]
    assert newer(later, question="What has happened since 2020?") == ["later"]
    assert newer(later, question="Was the bridge open in 2019?") == []


def test_nothing_is_newer_than_what_has_no_date_or_is_not_cited() -> None:
    assert newer(hit(ref("later", 5)), cited=ref("cited", None)) == []
    assert newer_articles(WhenAsked(CLOCK), [hit(ref("later", 5))], []) == ()
