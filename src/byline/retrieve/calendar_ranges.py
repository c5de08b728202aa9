"""Days, weeks, months, quarters, seasons and years as ranges of time, [begin, end). Pure.

Every range is in the zone of the moment it is made from. `None` where the calendar has no such day or year.
"""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime, timedelta

Range = tuple[datetime, datetime]

SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The month each begins with, as the weather services of the northern half count them; a winter has two years."""


def midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def days(begin: datetime, count: int = 1) -> Range | None:
    try:
        return begin, begin + timedelta(days=count)
    except OverflowError:
        return None


def day(now: datetime, year: int, month: int, number: int) -> Range | None:
    try:
        return days(midnight(now).replace(year=year, month=month, day=number))
    except ValueError:  # the 31st of June
        return None


def around(now: datetime, shift: int, unit: str) -> Range | None:
    """The unit (day, week, weekend, month, quarter, season, year, decade) that holds `now`, or one `shift` from it."""
    if unit in ("day", "week", "weekend"):
        begin = midnight(now)
        length = 1
        if unit != "day":
            begin, length = begin - timedelta(days=now.weekday()), 7
        try:
            begin += timedelta(days=shift * length)
        except OverflowError:
            return None
        return days(begin + timedelta(days=5), 2) if unit == "weekend" else days(begin, length)
    length = {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit]
    first = (12 * now.year + now.month - 1) // length * length
    return months(now, first + shift * length, length)


def months(now: datetime, first: int, count: int) -> Range | None:
    """`count` months from `first`, months being counted from January of the year 0."""
    begin, end = first, first + count
    if begin // 12 < MINYEAR or end // 12 > MAXYEAR:
        return None
    start = midnight(now).replace(day=1, month=begin % 12 + 1, year=begin // 12)
    return start, start.replace(month=end % 12 + 1, year=end // 12)


def month(now: datetime, year: int, number: int) -> Range | None:
    return months(now, 12 * year + number - 1, 1)


def quarter(now: datetime, year: int, number: int) -> Range | None:
    return months(now, 12 * year + 3 * (number - 1), 3)


def season(now: datetime, year: int, name: str) -> Range | None:
    return months(now, 12 * year + SEASONS[name] - 1, 3)


def past(now: datetime, count: int, unit: str) -> Range | None:
    """The last `count` days, weeks, months or years up to the end of today."""
    end = midnight(now)
    try:
        end += timedelta(days=1)
        if unit in ("hour", "day", "night", "week"):
            return end - timedelta(days=count * (7 if unit == "week" else 1)), end
        length = count * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit]
        first = months(now, 12 * now.year + now.month - 1 - length, 1)
        if first is None:
            return None
        return min(first[0] + timedelta(days=now.day - 1), first[1] - timedelta(days=1)), end
    except OverflowError:
        return None
