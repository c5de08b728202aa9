from __future__ import annotations

from datetime import date

import pytest

from byline.retrieve.days import days_named


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What was said on October 7, 2023?", "October 7, 2023"),
        ("What was said on 7th of October 2023?", "7th of October 2023"),
        ("What was said on Oct. 7 2023?", "Oct. 7 2023"),
        ("What was said on 2023-10-07?", "2023-10-07"),
    ],
)
def test_a_day_in_full(question: str, said: str) -> None:
    [(span, day)] = days_named(question)
    assert (span.within(question), day) == (said, date(2023, 10, 7))


@pytest.mark.parametrize("question", ["In October 2023?", "On October 7?", "On 31 June 2023?", "On 2023-13-01?", ""])
def test_what_is_no_day_in_full(question: str) -> None:
    assert list(days_named(question)) == []
