"""The figures and dates of a text, normalised, and whether two of them can both be true of one thing. Pure.

`equal` is for checking words that were written from others: "$100 bn" is "100 billion USD", 67 is never 76.
`compatible` is for two reports of one thing: "about $67 billion" and "$67.3 billion" do not contradict each other, nor
do "more than 60" and 67. Units are not converted: kilometres and miles are never compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from byline.answer.days import Days, days_in
from byline.answer.numerals import DIGITS, ORDINAL, SCALE, SHORT_SCALE, WORDS, read_number, read_ordinal, scale_of
from byline.models.terms import STOP_WORDS, terms

Kind = Literal["money", "percent", "count", "ordinal", "date"]

ABOUT = Decimal("0.05")
"""How far "about" reaches, as a share of the figure: about 90 per cent is not 96. Chosen, not measured."""

_UNIT_WORDS = 4
_MORE, _LESS = Decimal("Infinity"), Decimal(0)


@dataclass(frozen=True, slots=True)
class Value:
    """`text` stands at [start, end). What it may be is `low` to `high`, days since year 1 for a date; `step` is one
    step of its last digit, and `loose` says "about".

    `unit`: of money an ISO code, of a count what is counted (a term, empty when nothing is named), of a date "day", or
    "day of a year" when no year is named; of an ordinal the thing that it numbers.
    """

    kind: Kind
    unit: str
    low: Decimal
    high: Decimal
    step: Decimal
    loose: bool
    text: str
    start: int
    end: int


_CURRENCY_BEFORE = r"(?:(?:US|A|C|HK|NZ|S)?\$|€|£|₹|¥|Rs\.?\s?|(?:USD|EUR|GBP|INR|JPY|CNY|RUB|AUD|CAD)\s)"
_CURRENCY_AFTER = (
    r"(?:(?:US|U\.S\.|American|Australian|Canadian|Hong\sKong)[\s-])?"
    r"(?:USD|EUR|GBP|INR|JPY|CNY|RUB|AUD|CAD|dollars?|euros?|rupees?|roubles?|rubles?|yen|yuan|pounds\ssterling)\b"
)
_ISO = {
    "$": "usd", "us$": "usd", "a$": "aud", "c$": "cad", "hk$": "hkd", "nz$": "nzd", "s$": "sgd", "€": "eur", "£": "gbp",
    "₹": "inr", "¥": "jpy", "rs": "inr", "dollar": "usd", "euro": "eur", "rupee": "inr", "rouble": "rub",
    "ruble": "rub", "yen": "jpy", "yuan": "cny", "australian dollar": "aud", "canadian dollar": "cad",
    "hong kong dollar": "hkd", "pounds sterling": "gbp",
}  # fmt: skip
_PERCENT = r"%|per\scent\b|percent\b"
_FIGURE = re.compile(
    rf"""(?<![\w.,:/–$€£₹¥-]) (?P<before>{_CURRENCY_BEFORE})? (?<![^\W\d]-)
    (?: (?P<ordinal>{ORDINAL})
      | (?P<number>{DIGITS}(?!\d)|{WORDS})
        (?:(?:\sto\s|\s?[-–]\s?)(?P<upper>{DIGITS}(?!\d)|{WORDS}))?
        (?P<scale>(?:[\s-]{SCALE})+|(?:bn|mn|tn)\b|(?<=\d)\s?{SHORT_SCALE})?
        (?: (?P<percent>[\s-]?(?:{_PERCENT})(?!age\spoint)) | [\s-](?P<after>{_CURRENCY_AFTER}) )?
    )(?![\w/]|[-–:]\d|[.,]\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_RANGE = re.compile(r"\s?(?:[-–]|to|and)\s?", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'’]*(?:-[\w'’]+)*")
_AHEAD = re.compile(r"[^\S\n]*[-–\s]?(?=[^\W\d_])")
_BEFORE = re.compile(
    r"(?P<about>about|around|roughly|approximately|nearly|almost|some|close to|estimated|an estimated|circa|c\.)\s$"
    r"|(?P<more>more than|over|at least|no fewer than|not less than|upwards of|exceed(?:s|ed|ing)?|above|topped)\s$"
    r"|(?P<less>less than|fewer than|up to|at most|no more than|not more than|under|below|as many as|as much as)\s$",
    re.IGNORECASE,
)
_NAME_BEFORE = re.compile(r"(?<![.!?:”\"]\s)(?<!^)\b\w*[A-Z][\w-]*\s$|\b[a-z]+[A-Z]\w*\s$")
_NOT_COUNTED = frozenset(["", *["half", "halv", "third", "quarter", "fifth", "am", "pm", "p", "a"]])
_ONE_BEFORE = re.compile(r"\b(?:an?|one)[\s-]$", re.IGNORECASE)
_PART_BEFORE = re.compile(r"\b(?:half|quarter of|third of)\s$", re.IGNORECASE)
_PEOPLE = frozenset(["people", "men", "women", "children", "staff", "police", "personnel", "feet"])


@lru_cache(maxsize=4096)
def values_in(text: str) -> tuple[Value, ...]:
    """In order. A number in a name ("S-400", "Soyuz 11", "3-1") is not a value, nor is the pronoun "one"."""
    dates = [_date(days, text) for days in days_in(text)]
    taken = [(value.start, value.end) for value in dates]
    figures = [value for value in _figures(text) if not any(s < value.end and value.start < e for s, e in taken)]
    return tuple(sorted([*dates, *_ranges(figures, text)], key=lambda value: value.start))


def equal(one: Value, other: Value) -> bool:
    """The same value however it is written."""
    return (one.kind, one.unit, one.low, one.high) == (other.kind, other.unit, other.low, other.high)


def comparable(one: Value, other: Value) -> bool:
    """Whether both are figures of one kind of thing, so that they can agree or not."""
    if one.kind != other.kind:
        return False
    return one.kind in ("percent", "date") or (bool(one.unit) and one.unit == other.unit)


def compatible(one: Value, other: Value) -> bool:
    """Whether comparable values can both be right: one covers the other, or is the other one rounded."""
    if one.kind == "date" and one.unit != other.unit:
        return _without_year(one) == _without_year(other) if one.high == one.low and other.high == other.low else True
    slack = max(_slack(one), _slack(other))
    return one.low - slack <= other.high and other.low - slack <= one.high


def _slack(value: Value) -> Decimal:
    if value.kind == "ordinal":
        return Decimal(0)
    if value.kind == "date":
        return Decimal(2 * 366) if value.loose else Decimal(0)
    largest = value.high if value.high.is_finite() else value.low
    # of two rounded figures a step apart only one can be right, so half a step; and never more than "about" allows
    rounding = min(value.step / 2, largest * ABOUT) if value.step >= 100 else value.step * Decimal("0.499")
    return max(rounding, largest * ABOUT) if value.loose else rounding


def _without_year(value: Value) -> tuple[int, int]:
    day = date.fromordinal(int(value.low))
    return day.month, day.day


def _date(days: Days, text: str) -> Value:
    modifier = _BEFORE.search(text, max(0, days.start - 24), days.start)
    return Value(
        "date", "day of a year" if days.yearless else "day", Decimal(days.first.toordinal()),
        Decimal(days.last.toordinal()), Decimal(1), bool(modifier and modifier["about"]), text[days.start : days.end],
        days.start, days.end,
    )  # fmt: skip


def _figures(text: str) -> Iterator[Value]:
    for found in _FIGURE.finditer(text):
        start, end = found.span()
        if found["ordinal"]:
            number = read_ordinal(found["ordinal"])
            unit, _ = _counted(text, end, last=True)
            if not (_fraction(text, start) or unit in ("", "centuri")):
                yield Value("ordinal", unit, number, number, Decimal(1), False, found[0], start, end)
            continue
        number, step = read_number(found["number"])
        scale = scale_of(found["scale"] or "")
        low = high = number * scale
        if found["upper"]:
            high = read_number(found["upper"])[0] * scale
            if high <= low:
                continue  # a result: 24-17
            low = high if text[:start].casefold().endswith("from ") else low  # a change: what it came to
        kind, unit, until = _kind(found, text, end)
        if low > high or _part_of_one(text, start):
            continue
        if kind == "count" and (unit in _NOT_COUNTED or _is_name(text, start, found) or found[0].casefold() == "one"):
            continue
        yield _bounded(Value(kind, unit, low, high, step * scale, False, text[start:until], start, until), text)


def _kind(found: re.Match[str], text: str, end: int) -> tuple[Kind, str, int]:
    """Kind, unit and where the value ends: a count is shown with what it counts."""
    if found["percent"]:
        return "percent", "%", end
    if currency := found["before"] or found["after"]:
        return "money", _iso(currency), end
    unit, until = _counted(text, end)
    return "count", unit, until


def _iso(currency: str) -> str:
    name = currency.casefold().strip().rstrip(".")
    name = re.sub(r"^(?:us|u\.s\.|american)[\s-]", "", name).replace("-", " ")
    return _ISO.get(name) or _ISO.get(name.removesuffix("s")) or name


def _counted(text: str, at: int, *, last: bool = False) -> tuple[str, int]:
    """What is counted, as a term, and where its word ends: the first plural of the next words, else the first of them.

    `last`: the last of them, as an ordinal stands before a singular ("the 22nd India-Russia annual summit").
    """
    words: list[re.Match[str]] = []
    while len(words) < _UNIT_WORDS and (gap := _AHEAD.match(text, at)) and (word := _WORD.match(text, gap.end())):
        if word[0].casefold() in STOP_WORDS or (words and gap.end() == at and text[at - 1] not in "-–"):
            break
        words.append(word)
        at = word.end()
    if not words:
        return "", at
    plural = next((w for w in words if _is_plural(w[0])), words[0])
    chosen = words[-1] if last else plural
    stems = terms(chosen[0])
    return (stems[-1] if stems else ""), chosen.end()


def _is_plural(word: str) -> bool:
    return word.casefold() in _PEOPLE or (word.endswith("s") and not word.endswith(("ss", "us", "'s", "’s")))


def _is_name(text: str, start: int, found: re.Match[str]) -> bool:
    """ "Soyuz 11", "Area 51": a plain number behind a capitalised word that does not begin the sentence."""
    return not found["scale"] and bool(_NAME_BEFORE.search(text, max(0, start - 30), start))


def _fraction(text: str, start: int) -> bool:
    """ "a third", "one fifth"."""
    return bool(_ONE_BEFORE.search(text, max(0, start - 6), start))


def _part_of_one(text: str, start: int) -> bool:
    """ "half a billion"."""
    return bool(_PART_BEFORE.search(text, max(0, start - 12), start))


def _bounded(value: Value, text: str) -> Value:
    found = _BEFORE.search(text, max(0, value.start - 24), value.start)
    if found is None:
        return value
    if found["about"]:
        return replace(value, loose=True)
    return replace(value, high=_MORE) if found["more"] else replace(value, low=_LESS)


def _ranges(figures: list[Value], text: str) -> Iterator[Value]:
    """ "15 to 20 members", "between 15 and 20": one value; "from 15 to 20" is a change, and two."""
    at = 0
    while at < len(figures):
        value = figures[at]
        at += 1
        if at < len(figures):
            after = figures[at]
            joined = _RANGE.fullmatch(text, value.end, after.start)
            lead = text[max(0, value.start - 8) : value.start].casefold()
            both = lead.endswith("between ") if joined and "and" in joined[0].casefold() else not lead.endswith("from ")
            if joined and both and comparable(value, after) and value.low < after.high:
                yield replace(value, high=after.high, text=text[value.start : after.end], end=after.end)
                at += 1
                continue
        yield value
