"""Days that a question names in full: "on October 7, 2023", "7 October 2023", "2023-10-07". Pure.

What a question says of time otherwise is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from byline.types import Span

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FORMS = [
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    re.compile(rf"\b{_DAY}\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
]


def days_named(question: str) -> Iterator[tuple[Span, date]]:
    for form in _FORMS:
        for found in form.finditer(question):
            month = found["month"].lower()[:3]
            number = int(month) if month.isdigit() else _MONTHS.index(month) + 1
            try:
                yield Span(*found.span()), date(int(found["year"]), number, int(found["day"]))
            except ValueError:  # the 31st of June
                continue
