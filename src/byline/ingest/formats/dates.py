"""Dates as people write them → timezone-aware datetimes. A date that is not certain is no date."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from dateutil import parser

_ISO = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"
    r"(?:(?:T| +)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)? *(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?\Z",
    re.IGNORECASE,
)
_AMBIGUOUS = re.compile(r"\D*?(\d{1,2})[-/. ](\d{1,2})[-/. ](?:\d{4}|\d{2})\b")
_HOURS: dict[str, float] = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_HOURS |= {"UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3}
_HOURS |= {"IST": 5.5, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13}
_YEARS = range(1500, 2300)

_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?"
    r"|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
FULL_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    r"|\d{4}-\d{2}-\d{2})\b(?![-/\d])"
)
"""A day, a month and a year, written so that only one reading is possible."""


def parse_date(value: object) -> datetime | None:
    """The moment `value` names, with its own UTC offset (UTC if it has none); None if it is impossible or ambiguous.

    Takes text in any common form, seconds or milliseconds since 1970, and date objects. `05/12/2025` is ambiguous.
    """
    try:
        found = _parse(value)
    except (ValueError, OverflowError, ArithmeticError, TypeError, AttributeError):
        return None
    return found if found is not None and found.year in _YEARS else None


def _parse(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return _aware(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    if not isinstance(value, str) or not 4 <= len(value.strip()) <= 100:
        return None
    text = value.strip()
    if re.fullmatch(r"\d{8,19}(?:\.\d{1,9})?", text, re.ASCII):
        return _from_number(float(text) if "." in text else int(text))
    iso = _ISO.match(text)
    return _from_iso(iso) if iso else _from_words(text)


def _from_number(number: float) -> datetime | None:
    if 15000101 <= number <= 22991231:
        whole = int(number)
        return datetime(whole // 10000, whole // 100 % 100, whole % 100, tzinfo=UTC)
    for limit, unit in ((1e8, None), (1e11, 1), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9)):
        if number < limit:
            return datetime.fromtimestamp(number / unit, tz=UTC) if unit else None
    return None


def _from_iso(found: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (int(found[n] or 0) for n in (1, 3, 4, 5, 6, 7))
    microsecond = int((found[8] or "0").ljust(6, "0")[:6])
    zone = UTC
    if found[9] and found[9][0] in "+-":
        digits = found[9][1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        zone = timezone(-offset if found[9][0] == "-" else offset)
    return datetime(year, month, day, hour, minute, second, microsecond, zone)


def _from_words(text: str) -> datetime | None:
    ambiguous = _AMBIGUOUS.match(text)
    if ambiguous and ambiguous[1] != ambiguous[2] and int(ambiguous[1]) <= 12 and int(ambiguous[2]) <= 12:
        return None
    if not re.search(r"(?<!\d)\d{4}(?!\d)", text):
        return None
    try:
        return _from_free(text)
    except ValueError:
        # "Updated: 5 Dec 2025 | 10:30 (IST)": the day is certain even where the rest is not.
        plain = FULL_DATE.search(text)
        return _from_free(plain[0]) if plain else None


def _from_free(text: str) -> datetime | None:
    # dateutil fills what is missing from a default: whatever changes with the default was not in the text.
    text = re.sub(r"\bSept\b", "Sep", text)
    first, second = (
        parser.parse(text, default=default, tzinfos=_zone) for default in (datetime(2000, 1, 1), datetime(2003, 12, 31))
    )
    return _aware(first) if first.date() == second.date() else None


def _zone(name: str | None, offset: int | None) -> timezone:
    seconds = offset if offset is not None else 3600 * _HOURS.get((name or "").upper(), 0)
    return timezone(timedelta(seconds=seconds))


def _aware(moment: datetime) -> datetime:
    offset = moment.utcoffset()
    return moment.replace(tzinfo=timezone(offset) if offset else UTC)
