"""The dates and days of the week of a text, and whether other words have them. Pure.

A sentence may be less exact than its quote ("in 2019" for "on 5 March 2019"), never more. The year of the article
itself may be added to a day: "on 5 December" in an article of 2025 is 5 December 2025.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from byline.answer.days import Days, days_in
from byline.answer.wording import without_marks

_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b")
_MONTHS = "January February March April May June July August September October November December"
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS.split())})\b")
_MONTH_OF = {name: number for number, name in enumerate(_MONTHS.split(), 1)}
_SHORT_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?")
_SHIFT = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}
_RELATIVE = re.compile(rf"\b(?:{'|'.join(_SHIFT)})\b", re.IGNORECASE)
_WEEK = 7


@lru_cache(maxsize=8192)
def dates_in(text: str) -> tuple[Days, ...]:
    return tuple(days_in(without_marks(text)))


@lru_cache(maxsize=8192)
def weekdays_in(text: str) -> tuple[str, ...]:
    return tuple(found[0].removesuffix("s") for found in _WEEKDAY.finditer(text))


@lru_cache(maxsize=8192)
def months_in(text: str) -> tuple[str, ...]:
    """Months that are no part of a date: "in March"."""
    dates = dates_in(text)
    return tuple(
        found[0] for found in _MONTH.finditer(text) if not any(d.start <= found.start() < d.end for d in dates)
    )


def has_date(source: Sequence[Days], said: Days, written: Sequence[date] = ()) -> bool:
    """Whether one of the source's dates, some of them in an article `written` on that day, makes this true."""
    return any(_makes(days, said) for days in (*source, *(_in_year(d, day) for d in source for day in written)) if days)


def has_weekday(source: str, said: str, written: Sequence[date] = ()) -> bool:
    """In these words, or as the day that its "today" or "yesterday" was when the article was written."""
    if said in weekdays_in(source):
        return True
    shifts = {_SHIFT[word[0].casefold()] for word in _RELATIVE.finditer(source)}
    return said in {f"{day + timedelta(days=shift):%A}" for day in written for shift in shifts}


def has_month(source: str, said: str, written: Sequence[date] = ()) -> bool:
    if said in months_in(source) or any(found[0][:3] == said[:3] for found in _SHORT_MONTH.finditer(source)):
        return True
    number = _MONTH_OF[said]
    return any(d.first.month == number and (d.last - d.first).days < 31 for d in dates_in(source))


def _makes(source: Days, said: Days) -> bool:
    if said.yearless:
        return (source.first.month, source.first.day) == (said.first.month, said.first.day) and (
            (source.last - source.first).days <= (said.last - said.first).days + _WEEK
        )
    if source.yearless:
        return False
    return said.first <= source.first and source.last <= said.last


def _in_year(days: Days, written: date) -> Days | None:
    if not days.yearless:
        return None
    try:
        return Days(days.first.replace(year=written.year), days.last.replace(year=written.year), days.start, days.end)
    except ValueError:  # 29 February
        return None
