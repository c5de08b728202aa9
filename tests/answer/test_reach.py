from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from byline.answer.answerer import ExtractiveAnswerer
from byline.answer.reach import (
    LONG_AFTER,
    TOLERANCE,
    Said,
    earlier_than,
    later_than,
    long_after,
    louder,
    not_at_that_time,
)
from byline.answer.refuse import RefusalRule, Thresholds, calibrated
from byline.library.visible import Reach
from byline.retrieve.near_time import WhenAsked
from byline.retrieve.search import Searcher
from byline.types import Answer, ArticleRef, AskedTime, Hit, Passage, Question
from tests.newsroom import MemoryShelf, Newsroom, article, newsroom

OLDEST, NEWEST = datetime(2015, 1, 1, tzinfo=UTC), datetime(2023, 1, 27, tzinfo=UTC)
REACH = Reach(OLDEST, NEWEST)
LATER = datetime(2024, 6, 7, tzinfo=UTC)
SAID = frozenset[str]().__contains__


def when(question: str, as_of: datetime | None = LATER, clock: datetime = LATER) -> WhenAsked:
    return WhenAsked.of(Question(question, question, as_of=as_of), clock)


def hit(text: str, published: datetime | None = NEWEST) -> Hit:
    return Hit(Passage("p", ArticleRef("a", "The race", published=published), 0, len(text), text), 1.0)


def not_reached(asked: WhenAsked, reach: Reach, read: Sequence[Hit], said: Said) -> AskedTime | None:
    return later_than(asked, reach, read) or earlier_than(asked, reach, said)


@pytest.mark.parametrize(
    ("question", "missed"),
    [
        ("Who won this week?", "this week"),
        ("Who won on Tuesday?", "Tuesday"),
        ("Who won in March 2024?", "March 2024"),
        ("Who has won since May?", "since May"),
        ("Who had won the race for the first time since 2016 last month?", "last month"),
        ("Who won in 2012?", "2012"),
        ("Who won in 1988?", None),
        ("Who ruled from 1850 to 1900?", None),
        ("Who won between 1969 and 2012?", None),
        ("Who won before 2014?", None),
        ("Which articles were published before 2014?", "before 2014"),
        ("Who is named in reports of 2013?", "2013"),
        ("Who won in 2022?", None),
        ("Who won in January 2023?", None),
        ("Who won since 2020?", None),
        ("Where will the race of 2028 be held?", None),
        ("Who holds the record now?", None),
        ("Who won the race?", None),
    ],
)
def test_a_time_before_or_after_all_articles(question: str, missed: str | None) -> None:
    found = not_reached(when(question), REACH, [hit("Ann won the race on Monday.")], {"1988", "2013"}.__contains__)
    assert (found.words if found else None) == missed


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("In 2024 the race will be held again.", True),
        ("It will be held on 20 March 2024.", True),
        ("It is held this year.", False),
        ("It will be held in the 2020s.", False),
        ("It will be held in 2025.", False),
    ],
)
def test_an_article_that_speaks_of_that_time_reaches_it(text: str, reached: bool) -> None:
    assert (not_reached(when("Who won in 2024?"), REACH, [hit(text)], SAID) is None) is reached


def test_by_the_clock_only_words_that_say_which_year_are_held_against_an_archive() -> None:
    for question, missed in {
        "Who won in March 2024?": True,
        "Who won this week?": True,
        "Who won two weeks ago?": True,
        "Who won in March?": False,
        "Who won on Tuesday?": False,
    }.items():
        assert (not_reached(when(question, None), REACH, [], SAID) is not None) is missed
        assert not_reached(when(question), REACH, [], SAID) is not None


def test_what_has_no_date_may_be_of_any_time() -> None:
    assert not_reached(when("Who won this week?"), REACH, [hit("Ann won.", None)], SAID) is None
    assert not_reached(when("Who won this week?"), Reach(), [], SAID) is None


def test_a_few_days_without_an_article_are_no_gap() -> None:
    clock = NEWEST + TOLERANCE
    assert not_reached(when("Who won this week?", None, clock), REACH, [], SAID) is None
    later = clock + timedelta(days=8)
    assert not_reached(when("Who won this week?", None, later), REACH, [], SAID) is not None


def test_as_of_a_day_the_articles_reach_to_that_day() -> None:
    asked = when("Who won in March 2022?", datetime(2021, 1, 1, tzinfo=UTC))
    assert not_reached(asked, REACH, [], SAID) is None, "a time to come"
    assert not_reached(when("Who won this week?", datetime(2021, 1, 1, tzinfo=UTC)), REACH, [], SAID) is None


def test_long_after_the_newest_article_an_undated_question_needs_better_evidence() -> None:
    assert long_after(when("Who won the race?"), REACH)
    assert not long_after(when("Who won the race?", NEWEST + LONG_AFTER - timedelta(days=1)), REACH)
    assert not long_after(when("Who won the race in 2022?"), REACH)
    assert not long_after(when("Who won the race?", None), REACH), "by the clock, nobody has said which day he means"
    assert not long_after(when("Who won the race?"), Reach())
    bar = louder(0.5)
    assert bar == pytest.approx(2 / 3)
    undecided, sure = (
        not_at_that_time(when("Who won?"), lambda: REACH, [], SAID, answerable=p, threshold=0.5)
        for p in (bar - 0.01, bar)
    )
    assert undecided == "The newest of these articles is of 27 January 2023; the question is asked as of 7 June 2024."
    assert sure is None


@pytest.mark.parametrize(
    ("question", "why"), [("Who won?", False), ("Who won in 1969?", False), ("Who won today, this week?", True)]
)
def test_what_is_not_answered_anyhow_is_for_that_reason_only_when_it_is_too_late(question: str, why: bool) -> None:
    told = not_at_that_time(when(question), lambda: REACH, [], SAID, answerable=0.4, threshold=0.5)
    assert (told is not None) is why


def test_the_reader_is_told_what_the_articles_reach() -> None:
    def told(question: str) -> str | None:
        return not_at_that_time(when(question), lambda: REACH, [], SAID, answerable=1.0, threshold=0.5)

    assert told("Who won last week?") == (
        "The newest of these articles is of 27 January 2023; the question is about last week."
    )
    assert told("Who won in 1969?") == "The oldest of these articles is of 1 January 2015; the question is about 1969."


def test_a_question_without_a_time_looks_at_nothing() -> None:
    def look() -> Reach:
        raise AssertionError("looked")

    assert not_at_that_time(when("Who won the race?", None), look, [], SAID, answerable=0.6, threshold=0.5) is None


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    made = article("bridge", "The harbour bridge was closed by the council after the storm. Buses go round it.")
    dated = replace(made, ref=replace(made.ref, published=NEWEST))
    with newsroom(tmp_path, MemoryShelf()) as opened:
        opened.sync([dated])
        yield opened


def answered(room: Newsroom, question: str, as_of: datetime | None, rule: RefusalRule) -> Answer:
    with room.opened() as opened:
        answerer = ExtractiveAnswerer(room.library, Searcher(room.library, opened, room.embedder), rule)
        return answerer.answer(Question(question, question, as_of=as_of))


def test_the_answerer_refuses_for_that_reason_and_says_so(room: Newsroom) -> None:
    always = calibrated().within(Thresholds(0.0, 0.0, 0.0))
    asked = "Why was the harbour bridge closed by the council this week?"
    there = answered(room, asked, NEWEST, always)
    assert (there.answered, there.reason, there.warning) == (True, None, None)
    gone = answered(room, asked, LATER, always)
    assert (gone.answered, gone.reason, gone.sentences) == (False, "not_at_that_time", ())
    assert gone.warning == "The newest of these articles is of 27 January 2023; the question is about this week."
    assert [ref.id for ref in gone.sources] == ["bridge"]
