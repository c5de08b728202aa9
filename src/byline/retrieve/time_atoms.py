"""The names of times in a text, each as the range it means to one who speaks `now`. Pure.

A day, month or season without a year is the last one that has begun; a day, the nearest; the next one where the
question looks ahead. Written for English; ISO dates and years are read in any language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from byline.retrieve import calendar_ranges as calendar
from byline.retrieve.calendar_ranges import Range

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "couple of": 2, "three": 3, "few": 4, "four": 4, "five": 5, "six": 6}
_NUMBERS |= {"several": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
_A_DAY = timedelta(days=1)
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}

_MONTH = (
    r"(?:jan(?:uary|\b\.?)|feb(?:ruary|\b\.?)|mar(?:ch|\b\.?)|apr(?:il|\b\.?)|may|june?|july?|aug(?:ust|\b\.?)"
    r"|sept?(?:ember|\b\.?)|oct(?:ober|\b\.?)|nov(?:ember|\b\.?)|dec(?:ember|\b\.?))"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_YEAR = r"(?:1\d|20|21|22)\d\d"
_NTH = r"(?:st|nd|rd|th)?"
_SEASON = "|".join(calendar.SEASONS)
_COUNT = "|".join([*sorted(_NUMBERS, key=len, reverse=True), r"\d{1,3}"])
_UNIT = r"hour|day|night|week|month|quarter|year|decade"
_COUNTED = (  # what follows a number that is no year
    r"(?!\d|%|[.,:]\d|\s*(?:people|jobs|troops|soldiers|miles|met(?:er|re)s|km|kilomet(?:er|re)s|feet|tons|tonnes|times"
    r"|dollars|euros|pounds|rupees|percent|per cent|years|days|hours|minutes|points|votes)\b)"
)

_ATOM = re.compile(
    rf"""\b(?:
    (?P<iso>(?P<iso_year>\d{{4}})([-/])(?P<iso_month>\d\d?)\3(?P<iso_day>\d\d?))\b
    |(?P<dmy>(?P<d1>\d\d?){_NTH}\s+(?:of\s+)?(?P<m1>{_MONTH})(?:,?\s+(?P<y1>{_YEAR}))?)\b
    |(?P<mdy>(?P<m2>{_MONTH})\s+(?P<d2>\d\d?){_NTH}(?!\d)(?:,?\s+(?P<y2>{_YEAR})\b)?)
    |(?P<my>(?P<m3>{_MONTH}),?\s+(?:of\s+)?(?P<y3>{_YEAR}))\b
    |(?P<quarter>(?:q(?P<q>[1-4])|(?P<nth>{"|".join(_ORDINALS)})\s+quarter(?=\s+(?:of\s+)?{_YEAR}))
        (?:\s+(?:of\s+)?(?P<yq>{_YEAR}))?)\b
    |(?P<season>(?P<s1>{_SEASON})\s+(?:of\s+)?(?P<ys>{_YEAR}))\b
    |(?P<counted>(?P<which>past|last)\s+(?:(?P<n1>{_COUNT})\s+)?(?P<u1>{_UNIT})s)\b
    |(?P<ago>(?P<n2>{_COUNT})\s+(?P<u2>{_UNIT})s?\s+ago)\b
    |(?P<relative>(?P<r>this|last|past|current|next|coming|upcoming)\s+
        (?P<unit>weekend|week|month|quarter|year|decade|night|morning|afternoon|evening|{_DAY}|{_SEASON}|{_MONTH}))
        (?!\s+of\b)(?![\w])
    |(?P<word>the\s+day\s+before\s+yesterday|yesterday|tonight|tomorrow)\b
    |(?P<weekday>{_DAY})\b
    |(?P<decade>(?:1\d|20|21)\d0s)\b
    |(?P<years>(?P<from>{_YEAR})\s?[-–—/]\s?(?P<to>{_YEAR}|\d\d))\b(?![-/]\d)
    |(?P<month>{_MONTH})\b
    |(?P<year>{_YEAR})\b{_COUNTED}
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_MAY_BE_TIME = re.compile(
    rf"{_MONTH}|{_DAY}|\d\d|\bq[1-4]|past|last|this|curr|next|coming|ago\b|to(?:night|morrow)|yester", re.I
)
_NO_YEAR = re.compile(r"[$€£¥₹#.,:/]\s?$|\d-$|\b(?:no|number|nr)\.?\s$", re.I)
_PREPOSED = re.compile(
    r"\b(?:in|since|until|till|by|before|after|between|from|to|through|during|and|of|for|on|as of|year|circa|"
    r"early|late|mid)[\s-]+(?:the\s+)?(?:(?:early|late|mid|beginning of|end of)[\s-]+)?$",
    re.I,
)
_CAPITAL = re.compile(r"\b(?!(?:On|Since|By|Until|From|Before|After|Between)\b)[A-Z][\w'’]*\s+$")
_OVER = re.compile(r"\b(?:in|over|during|within|for)\s+the\s+$", re.I)
_AHEAD = re.compile(r"\b(?:will|won't|going to|next|upcoming|coming|planned|scheduled|expected|due)\b", re.I)
_BEHIND = re.compile(r"\b(?:did|was|were|had|happened|published|reported|last|ago)\b", re.I)


@dataclass(frozen=True, slots=True)
class Atom:
    """One name of a time: where it stands, [start, end), and what it means. `loose`: a weekday, which a date in the
    same text explains.
    """

    start: int
    end: int
    means: Range
    loose: bool = False


def atoms(text: str, now: datetime) -> list[Atom]:
    """In the order of the text; what names no possible time is left out."""
    if not _MAY_BE_TIME.search(text):
        return []
    found = [atom for match in _ATOM.finditer(text) if (atom := _atom(match, text, now)) is not None]
    dated = any(not atom.loose and atom.means[1] - atom.means[0] <= _A_DAY for atom in found)
    return [atom for atom in found if not (dated and atom.loose)]


def _atom(match: re.Match[str], text: str, now: datetime) -> Atom | None:
    kind = match.lastgroup if match.lastgroup in _READ else next(name for name in _READ if match[name])
    before = text[: match.start()]
    if kind in ("year", "years", "month") and not _stands_as(kind, match, before):
        return None
    if kind == "weekday" and not _is_that_day(match, text, before):
        return None
    means = _READ[kind](match, now, -1 if _BEHIND.search(text) else 1 if _AHEAD.search(text) else 0)
    return Atom(match.start(), match.end(), means, kind == "weekday") if means else None


def _stands_as(kind: str, match: re.Match[str], before: str) -> bool:
    """Whether this is a time at all: "may", "march" and many a number are not."""
    if kind == "month":
        return bool(_PREPOSED.search(before)) and (match[0][0].isupper() or match[0].lower() not in ("may", "march"))
    return not _NO_YEAR.search(before) and (int(match[kind][:4]) >= 1900 or bool(_PREPOSED.search(before)))


def _is_that_day(match: re.Match[str], text: str, before: str) -> bool:
    """Not "Black Friday", not "Monday Night Football"."""
    after = text[match.end() : match.end() + 12]
    named = _CAPITAL.search(before)
    return match[0][0].isupper() and not named and not re.match(r"\s+[A-Z]", after)


def _number(said: str | None) -> int:
    return 1 if said is None else int(said) if said.isdigit() else _NUMBERS[" ".join(said.lower().split())]


def _month_number(name: str) -> int:
    return _MONTHS.index(name.lower()[:3]) + 1


def _nearest(options: Iterator[Range | None], now: datetime, tense: int) -> Range | None:
    """Of one day in three years, the one that is meant: the nearest, looking back or ahead where the words do."""
    possible = [found for found in options if found]
    fitting = [found for found in possible if (found[0] <= now) if tense < 0] or [
        found for found in possible if tense > 0 and found[1] > now
    ]
    return min(fitting or possible, key=lambda found: abs(found[0] - now), default=None)


def _begun(options: Iterator[Range | None], now: datetime, tense: int) -> Range | None:
    """The last of them that has begun, or, looking ahead, the first that is not over."""
    possible = [found for found in options if found]
    if tense > 0:
        return next((found for found in possible if found[1] > now), None)
    return next((found for found in reversed(possible) if found[0] <= now), None)


def _years_about(now: datetime) -> range:
    return range(now.year - 1, now.year + 2)


def _iso(match: re.Match[str], now: datetime, tense: int) -> Range | None:
    return calendar.day(now, int(match["iso_year"]), int(match["iso_month"]), int(match["iso_day"]))


def _date(which: str) -> Callable[[re.Match[str], datetime, int], Range | None]:
    def read(match: re.Match[str], now: datetime, tense: int) -> Range | None:
        number, month, year = int(match[f"d{which}"]), _month_number(match[f"m{which}"]), match[f"y{which}"]
        if year:
            return calendar.day(now, int(year), month, number)
        return _nearest((calendar.day(now, near, month, number) for near in _years_about(now)), now, tense)

    return read


def _month_of_year(match: re.Match[str], now: datetime, tense: int) -> Range | None:
    return calendar.month(now, int(match["y3"]), _month_number(match["m3"]))


def _month(match: re.Match[str], now: datetime, tense: int) -> Range | None:
    number = _month_number(match["month"])
    return _begun((calendar.month(now, near, number) for near in _years_about(now)), now, tense)


def _quarter(match: re.Match[str], now: datetime, tense: int) -> Range | None:
    number = int(match["q"]) if match["q"] else _ORDINALS[match["nth"].lower()]
    if match["yq"]:
        return calendar.quarter(now, int(match["yq"]), number)
    return _begun((calendar.quarter(now, near, number) for near in _years_about(now)), now, tense)


def _season(match: re.Match[str], now: datetime, tense: int) -> Range | None:
    return calendar.season(now, int(match["ys"]), match["s1"].lower())


def _counted(match: re.Match[str], now: datetime, tense: int) -> Range | None:
    return calendar.past(now, _number(match["n1"]) if match["n1"] else 4, match["u1"].lower())


def _ago(match: re.Match[str], now: datetime, tense: int) -> Range | None:
    unit, count = match["u2"].lower(), _number(match["n2"])
    if unit == "hour":
        return calendar.around(now - timedelta(hours=count), 0, "day")
    return calendar.around(now, -count, "day" if unit == "night" else unit)


def _relative(match: re.Match[str], now: datetime, tense: int) -> Range | None:
    unit, which = match["unit"].lower(), match["r"].lower()
    shift = {"this": 0, "current": 0, "next": 1, "coming": 1, "upcoming": 1}.get(which, -1)
    rolling = which == "past" or (which == "last" and _OVER.search(match.string, 0, match.start()))
    if rolling and unit in ("week", "month", "quarter", "year", "decade"):
        return calendar.past(now, 1, unit)
    if unit in ("night", "morning", "afternoon", "evening"):
        return calendar.around(now, shift, "day")
    if unit in calendar.SEASONS:
        seasons = [calendar.season(now, year, unit) for year in _years_about(now)]
        return _shifted([found for found in seasons if found], now, which)
    if unit.endswith("day"):
        return _weekday_of(unit, now, 1 if shift > 0 else -1)
    if unit in ("week", "weekend", "month", "quarter", "year", "decade"):
        return calendar.around(now, shift, unit)
    number = _month_number(unit)
    return _shifted([found for year in _years_about(now) if (found := calendar.month(now, year, number))], now, which)


def _shifted(possible: list[Range], now: datetime, which: str) -> Range | None:
    """ "Last October" is over, "next October" has not begun, "this October" is in this year."""
    if which in ("this", "current"):
        return next((found for found in possible if found[0].year == now.year), None)
    if which in ("next", "coming", "upcoming"):
        return next((found for found in possible if found[0] > now), None)
    return next((found for found in reversed(possible) if found[1] <= now), None)


def _word(match: re.Match[str], now: datetime, tense: int) -> Range | None:
    shift = {"yesterday": -1, "tonight": 0, "tomorrow": 1}.get(match["word"].lower(), -2)
    return calendar.around(now, shift, "day")


def _weekday(match: re.Match[str], now: datetime, tense: int) -> Range | None:
    return _weekday_of(match["weekday"].lower(), now, tense)


def _weekday_of(name: str, now: datetime, tense: int) -> Range | None:
    """The last such day up to today, or the next one."""
    behind = (now.weekday() - _DAYS.index(name[:3])) % 7
    return calendar.around(now, 7 - behind if tense > 0 else -behind, "day")


def _decade(match: re.Match[str], now: datetime, tense: int) -> Range | None:
    return calendar.months(now, 12 * int(match["decade"][:4]), 120)


def _years(match: re.Match[str], now: datetime, tense: int) -> Range | None:
    first, last = int(match["from"]), match["to"]
    until = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    return calendar.months(now, 12 * first, 12 * (until - first + 1)) if until > first else None


def _year(match: re.Match[str], now: datetime, tense: int) -> Range | None:
    return calendar.months(now, 12 * int(match["year"]), 12)


_READ: dict[str, Callable[[re.Match[str], datetime, int], Range | None]] = {
    "iso": _iso,
    "dmy": _date("1"),
    "mdy": _date("2"),
    "my": _month_of_year,
    "quarter": _quarter,
    "season": _season,
    "counted": _counted,
    "ago": _ago,
    "relative": _relative,
    "word": _word,
    "weekday": _weekday,
    "decade": _decade,
    "years": _years,
    "month": _month,
    "year": _year,
}
