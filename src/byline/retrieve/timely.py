"""Whether a question is about now, so that articles which stop before now may mislead. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

_NOW = re.compile(
    r"\b(?:today|tonight|now|nowadays|latest|newest|current|currently|recent|recently|yesterday|tomorrow|still|"
    r"so far|as yet|(?:not|any) yet|up to date|at present|at the moment|this (?:morning|afternoon|evening|week|month|"
    r"year)|last (?:night|week)|these days|ongoing)\b",
    re.I,
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATES = [
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?\b", re.I),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{{4}})\b)?", re.I),
]


def asks_about_now(question: str, since: datetime, now: datetime) -> bool:
    """By its words, or by a date in it that is not before `since`, the day up to which the articles are known."""
    return bool(_NOW.search(question)) or any(date.date() >= since.date() for date in _dates(question, now))


def _dates(question: str, now: datetime) -> Iterator[datetime]:
    """Days that are named; without a year, this one's."""
    for pattern in _DATES:
        for found in pattern.finditer(question):
            month = found["month"].lower()[:3]
            number = int(month) if month.isdigit() else _MONTHS.index(month) + 1
            try:
                yield datetime(int(found["year"] or now.year), number, int(found["day"]), tzinfo=now.tzinfo)
            except ValueError:  # the 31st of June
                continue
