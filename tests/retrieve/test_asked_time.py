from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.retrieve.asked_time import asked_time, asked_times, reader_now
from byline.retrieve.understand import understand
from byline.types import AskedTime

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday
DELHI = timezone(timedelta(hours=5, minutes=30))


def day(written: str) -> datetime | None:
    return None if written == "-" else datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "begin", "end"),
    [
        ("What happened last week?", "2026-11-09", "2026-11-16"),
        ("What was decided this week?", "2026-11-16", "2026-11-23"),
        ("What is on next week?", "2026-11-23", "2026-11-30"),
        ("What did he say yesterday?", "2026-11-21", "2026-11-22"),
        ("What burned last night?", "2026-11-21", "2026-11-22"),
        ("What burned the day before yesterday?", "2026-11-20", "2026-11-21"),
        ("What opens tomorrow?", "2026-11-23", "2026-11-24"),
        ("Who played at the weekend, this weekend?", "2026-11-21", "2026-11-23"),
        ("What did the council vote on in October?", "2026-10-01", "2026-11-01"),
        ("What did the council vote on in December?", "2025-12-01", "2026-01-01"),
        ("What will the council vote on in December?", "2026-12-01", "2027-01-01"),
        ("What was said last October?", "2026-10-01", "2026-11-01"),
        ("What opens next May?", "2027-05-01", "2027-06-01"),
        ("How many came between 2019 and 2021?", "2019-01-01", "2022-01-01"),
        ("How many came from March 2020 to May 2021?", "2020-03-01", "2021-06-01"),
        ("What did the 2019-2021 drought cost?", "2019-01-01", "2022-01-01"),
        ("Who won the 2023-24 season?", "2023-01-01", "2025-01-01"),
        ("How many have come since 2020?", "2020-01-01", "-"),
        ("What changed after 7 October 2023?", "2023-10-08", "-"),
        ("What stood there before March 2020?", "-", "2020-03-01"),
        ("What must be done by 2030?", "-", "2031-01-01"),
        ("What happens from 2027 onwards?", "2027-01-01", "-"),
        ("What happened on 7 October 2023?", "2023-10-07", "2023-10-08"),
        ("What happened on October 7th, 2023?", "2023-10-07", "2023-10-08"),
        ("What happened on Sept. 9, 2023?", "2023-09-09", "2023-09-10"),
        ("What happened on 2023-10-07?", "2023-10-07", "2023-10-08"),
        ("What happened on October 7?", "2026-10-07", "2026-10-08"),
        ("What happened on 5 December?", "2025-12-05", "2025-12-06"),
        ("What will happen on 5 December?", "2026-12-05", "2026-12-06"),
        ("Who won in 2022?", "2022-01-01", "2023-01-01"),
        ("Who won the 2022 election?", "2022-01-01", "2023-01-01"),
        ("Who won this year's race?", "2026-01-01", "2027-01-01"),
        ("What were sales in Q3 2023?", "2023-07-01", "2023-10-01"),
        ("What were sales in the third quarter of 2022?", "2022-07-01", "2022-10-01"),
        ("What were sales last quarter?", "2026-07-01", "2026-10-01"),
        ("What did last summer's floods destroy?", "2026-06-01", "2026-09-01"),
        ("Who reigned in the winter of 2019?", "2019-12-01", "2020-03-01"),
        ("What has closed in the past three months?", "2026-08-22", "2026-11-23"),
        ("What has closed over the last year?", "2025-11-22", "2026-11-23"),
        ("What closed last year?", "2025-01-01", "2026-01-01"),
        ("What closed three weeks ago?", "2026-10-26", "2026-11-02"),
        ("Who ruled in the 1990s?", "1990-01-01", "2000-01-01"),
        ("Which star retired on Tuesday?", "2026-11-17", "2026-11-18"),
        ("Who won Sunday's final?", "2026-11-22", "2026-11-23"),
        ("What happened on Tuesday, 4 October 2022?", "2022-10-04", "2022-10-05"),
        ("2024 में क्या हुआ?", "2024-01-01", "2025-01-01"),
    ],
)
def test_one_time(question: str, begin: str, end: str) -> None:
    (found,) = asked_times(question, NOW)
    assert (found.begin, found.end, found.latest) == (day(begin), day(end), False)
    assert found.words in question


@pytest.mark.parametrize(
    "question",
    [
        "Who met before the summit?",
        "Who may win?",
        "Did the troops march on the town?",
        "What did the third quarter of the game bring?",
        "How do more than 2000 people fit in?",
        "Who paid $2020?",
        "What do 1,995 and 3.1999 have in common?",
        "What is on sale on Black Friday?",
        "Who plays Monday Night Football?",
        "What happened on 31 June 2027?",
        "Is the shop open on Sundays?",
        "How did the rain fall in the spring?",
        "कल क्या हुआ?",
        "",
    ],
)
def test_no_time(question: str) -> None:
    assert asked_times(question, NOW) == ()
    assert asked_time(question, NOW) is None


@pytest.mark.parametrize(
    ("question", "latest"),
    [
        ("What is the latest on the strike?", True),
        ("Who is the current mayor?", True),
        ("What are the most recent figures?", True),
        ("Is the bridge still closed?", False),
        ("How large is trade today?", False),
    ],
)
def test_the_present_has_no_bounds(question: str, latest: bool) -> None:
    assert asked_time(question, NOW) == AskedTime(asked_times(question, NOW)[0].words, latest=latest)


def test_several_times_are_kept_apart_for_ranking_and_shown_as_one() -> None:
    question = "Did the report published on October 2, 2023 agree with the latest, of October 7, 2023?"
    first, second, wish = asked_times(question, NOW)
    assert (first.begin, first.reported, second.begin, second.reported) == (
        day("2023-10-02"),
        True,
        day("2023-10-07"),
        False,
    )
    assert wish.latest
    both = asked_time(question, NOW)
    assert both == AskedTime("October 2, 2023, October 7, 2023, latest", first.begin, second.end, True, True)


def test_an_open_side_stays_open_among_several() -> None:
    both = asked_time("What has changed since 2020 after the vote in 2019?", NOW)
    assert both is not None
    assert (both.begin, both.end) == (day("2019-01-01"), None)


def test_a_day_is_that_of_the_reader() -> None:
    (found,) = asked_times("What happened yesterday?", NOW.astimezone(DELHI))
    assert found.begin == datetime(2026, 11, 21, tzinfo=DELHI)


@pytest.mark.parametrize(
    ("as_of", "now"),
    [
        (None, datetime(2026, 11, 22, 23, 59, 59, 999999, tzinfo=UTC)),
        (datetime(2022, 7, 1, tzinfo=UTC), datetime(2022, 7, 1, 23, 59, 59, 999999, tzinfo=UTC)),
        (datetime(2022, 7, 1), datetime(2022, 7, 1, 23, 59, 59, 999999, tzinfo=UTC)),
        (datetime(2022, 7, 1, 9, 30, tzinfo=DELHI), datetime(2022, 7, 1, 9, 30, tzinfo=DELHI)),
    ],
)
def test_the_readers_now(as_of: datetime | None, now: datetime) -> None:
    assert reader_now(as_of, NOW) == now


def test_a_question_carries_its_time() -> None:
    asked = understand("What was decided last week?", as_of=NOW)
    assert asked.time == AskedTime("last week", day("2026-11-09"), day("2026-11-16"))
    assert understand("Who decided?", as_of=NOW).time is None


_SAID = (
    "since between and from to by in last this next past previous three week month year quarter summer weekend ago "
    "7 31 2019 2021 1800 9999 0 oct may december monday Q3 1990s 2023-10-07 2023-24 decades yesterday latest 99 hours"
)


@given(
    st.lists(st.one_of(st.sampled_from(_SAID.split()), st.text(max_size=6)), max_size=12).map(" ".join),
    st.datetimes(timezones=st.just(UTC)),
)
def test_any_words_at_any_time_give_ranges_that_are_ranges(question: str, now: datetime) -> None:
    for found in asked_times(question, now):
        assert found.words in question
        if found.begin and found.end:
            assert found.begin < found.end
    asked_time(question, now)


def test_long_text_is_read_in_linear_time() -> None:
    started = process_time()
    asked_times("in the last of the past between from 19 may " * 50, NOW)
    short = process_time() - started
    started = process_time()
    asked_times("in the last of the past between from 19 may " * 500, NOW)
    assert process_time() - started < 100 * short + 0.05
