from __future__ import annotations

from datetime import UTC, datetime

import pytest

from byline.retrieve.asked_time import asked_times
from byline.retrieve.timely import asks_about_now

SINCE = datetime(2026, 11, 19, 12, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest on the strike?",
        "Who is the current mayor?",
        "Is the bridge still closed?",
        "How many ships have arrived so far?",
        "What happened yesterday in Delhi?",
        "What was decided this week?",
        "Has the vote not yet been held?",
        "What happened on 20 November 2026?",
        "What happened on November 20th?",
        "What was said on Nov. 19, 2026?",
        "What did the court rule on 2026-11-21?",
        "What has happened since 2020?",
        "What is the bridge used for today?",
        "What happens on the 24th of November 2026?",
    ],
)
def test_about_now(question: str) -> None:
    assert asks_about_now(asked_times(question, NOW), SINCE, NOW)


@pytest.mark.parametrize(
    "question",
    [
        "What did Modi propose at the Business Forum?",
        "What happened on 18 November 2026?",
        "What happened on 20 November 2025?",
        "What happened on November 3rd?",
        "Who painted Nowhere?",
        "How tall is the stillhouse tower?",
        "Who is the author of Justice?",
        "What happened on 31 June 2027?",
        "Where do the 11 novices live?",
        "What was decided in 2024?",
        "What was decided last week?",
        "",
    ],
)
def test_not_about_now(question: str) -> None:
    assert not asks_about_now(asked_times(question, NOW), SINCE, NOW)
