from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.ingest.formats.dates import parse_date

UTC = UTC
INDIA = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2023-11-27 08:45:59.000000000Z", datetime(2023, 11, 27, 8, 45, 59, tzinfo=UTC)),
        ("2018/06/07", datetime(2018, 6, 7, tzinfo=UTC)),
        ("2025-12-05T10:00:00+05:30", datetime(2025, 12, 5, 10, tzinfo=INDIA)),
        ("2025-12-05T10:00", datetime(2025, 12, 5, 10, tzinfo=UTC)),
        ("Fri, 05 Dec 2025 10:00:00 +0530", datetime(2025, 12, 5, 10, tzinfo=INDIA)),
        ("Fri, 05 Dec 2025 10:00:00 EST", datetime(2025, 12, 5, 10, tzinfo=timezone(timedelta(hours=-5)))),
        (1764900000, datetime(2025, 12, 5, 2, tzinfo=UTC)),
        ("1764900000000", datetime(2025, 12, 5, 2, tzinfo=UTC)),
        ("20251205", datetime(2025, 12, 5, tzinfo=UTC)),
        ("5 December 2025", datetime(2025, 12, 5, tzinfo=UTC)),
        ("Dec. 5th, 2025", datetime(2025, 12, 5, tzinfo=UTC)),
        ("Updated: 5 Sept 2025 | 10:30 (IST)", datetime(2025, 9, 5, tzinfo=UTC)),
        ("13/12/2025", datetime(2025, 12, 13, tzinfo=UTC)),
        (date(2025, 12, 5), datetime(2025, 12, 5, tzinfo=UTC)),
        (datetime(2025, 12, 5, 1), datetime(2025, 12, 5, 1, tzinfo=UTC)),
    ],
)
def test_common_forms(value: Any, moment: datetime) -> None:
    found = parse_date(value)
    assert found == moment
    assert found is not None
    assert found.utcoffset() == moment.utcoffset()


@pytest.mark.parametrize(
    "value",
    [
        "2025-13-45",
        "2025-02-30",
        "05/12/2025",
        "2025",
        "May 2025",
        "yesterday",
        "1.2.3",
        "",
        None,
        True,
        [],
        float("nan"),
    ],
)
def test_what_is_not_certain_is_no_date(value: Any) -> None:
    assert parse_date(value) is None


@given(st.one_of(st.text(), st.integers(), st.floats(), st.from_regex(r"[\d/ :.TZ+-]{1,30}", fullmatch=True)))
def test_never_raises_and_is_always_aware(value: Any) -> None:
    found = parse_date(value)
    assert found is None or found.tzinfo is not None


@given(st.datetimes(datetime(1501, 1, 1), datetime(2299, 1, 1), timezones=st.just(UTC)))
def test_isoformat_round_trip(moment: datetime) -> None:
    assert parse_date(moment.isoformat()) == moment
