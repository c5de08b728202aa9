"""Days, months and years that a text names in English, as ranges of days. Pure.

A year is a range like any other, so that "in October 2000" and "on 3 October 2000" agree and "in 2001" does not.
What is relative to something else ("last week") is not read here.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_MONTH_NAMES = "january february march april may june july august september october november december"
_MONTHS = _MONTH_NAMES.split()
_BY_NAME = {name: n for n, name in enumerate(_MONTHS, 1)} | {name[:3]: n for n, name in enumerate(_MONTHS, 1)}
_BY_NAME["sept"] = 9
_MONTH = rf"(?:{'|'.join(_MONTHS)}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_YEAR = r"(?:1[0-9]|20)\d\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_SUFFIX = r"(?:st|nd|rd|th)?"
_UNTIL = rf"(?:(?:\s(?:and|to)\s|\s?[-–]\s?)(?P<until>{_DAY}))?"
_EXPRESSION = re.compile(
    rf"""(?<![\w$€£₹.,/-])(?:
      (?P<iso>{_YEAR}-\d\d-\d\d)\b
    | (?P<day>{_DAY}){_SUFFIX}{_UNTIL}(?:\sof)?\s(?P<month>{_MONTH})(?:,?\s(?P<year>{_YEAR})\b)?
    | (?P<month2>{_MONTH})\s(?P<day2>{_DAY}){_SUFFIX}\b(?!\d|:|\.\d)(?:,?\s(?P<year2>{_YEAR})\b)?
    | (?P<month3>{_MONTH})(?:\sof)?,?\s(?P<year3>{_YEAR})\b
    | (?P<span>{_YEAR}\s?[-–/]\s?(?:{_YEAR}|\d\d))(?![\w-])
    | (?P<decade>{_YEAR[:-4]}\d0)s\b
    | (?P<century>\d{{1,2}})(?:st|nd|rd|th)[\s-]century
    | (?P<only>{_YEAR})(?![\w%]|,\d|\.\d|-\w|\s(?:million|billion|per\scent|percent|people))
    )""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Days:
    """`first` to `last`, both in it, at [start, end) of the text. `yearless`: the year is not named and is 4 here."""

    first: date
    last: date
    start: int
    end: int
    yearless: bool = False


NO_YEAR = 4
"""A leap year, so that 29 February can be named without a year."""


def days_in(text: str) -> Iterator[Days]:
    for found in _EXPRESSION.finditer(text):
        try:
            first, last = _range(found)
        except ValueError:  # 31 April
            continue
        yield Days(first, last, found.start(), found.end(), yearless=first.year == NO_YEAR)


def _range(found: re.Match[str]) -> tuple[date, date]:
    part = found.groupdict()
    if part["iso"]:
        day = date.fromisoformat(part["iso"])
        return day, day
    if named := part["month"] or part["month2"]:
        year = int(part["year"] or part["year2"] or NO_YEAR)
        day = date(year, _month(named), int(part["day"] or part["day2"]))
        return day, day.replace(day=int(part["until"] or day.day))
    if part["month3"]:
        year, month = int(part["year3"]), _month(part["month3"])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    if part["century"]:
        first = 100 * (int(part["century"]) - 1)
        return _years(max(1, first), first + 99)
    if part["decade"]:
        first = int(part["decade"])
        return _years(first, first + (99 if first % 100 == 0 and first < 2000 else 9))
    if part["span"]:
        begin, end = re.split(r"\s?[-–/]\s?", part["span"])
        return _years(int(begin), int(end) if len(end) == 4 else int(begin[:2] + end))
    return _years(int(part["only"]), int(part["only"]))


def _years(first: int, last: int) -> tuple[date, date]:
    if last < first:
        raise ValueError(f"{first} is after {last}")
    return date(first, 1, 1), date(last, 12, 31)


def _month(name: str) -> int:
    word = name.casefold().rstrip(".")
    return _BY_NAME.get(word) or _BY_NAME[word[:3]]
