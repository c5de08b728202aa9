"""Every number of a text, and whether other words have it. Pure.

`values` reads what two reports can be compared by and leaves a bare 67 out; a written sentence has to be held to every
number it has, so here "67", "F-16", "3-1" and "12:30" count too. Two amounts are the same when they are the same number
of the same kind: 67 % is not 67, and 100 euros are not 100 dollars. Rounding is honest only where the sentence says so:
"about 67" may stand for 67.3, "more than 60" for 67, and 67 for nothing but 67.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from byline.answer.days import days_in
from byline.answer.numerals import DIGITS, ORDINAL, SCALE, SHORT_SCALE, WORDS, read_number, read_ordinal, scale_of
from byline.answer.wording import without_marks

Bound = Literal["exactly", "about", "more", "less"]

ABOUT = Decimal("0.05")
"""How far "about" reaches, as in `values`."""

_BEFORE = r"(?:(?:US|A|C|HK|NZ|S)?[$]|[€£₹¥]|Rs\.?\s?|\b(?:USD|EUR|GBP|INR|JPY|CNY|RUB)\s)"
_AFTER = (
    r"(?:(?:US|U\.S\.|American|Australian|Canadian)[\s-])?"
    r"(?:USD|EUR|GBP|INR|JPY|CNY|RUB|dollars?|euros?|pounds?|rupees?|roubles?|rubles?|yen|yuan|crowns?)\b"
)
_CURRENCIES = {
    "$": "usd", "us$": "usd", "a$": "aud", "c$": "cad", "hk$": "hkd", "nz$": "nzd", "s$": "sgd", "€": "eur", "£": "gbp",
    "₹": "inr", "¥": "jpy", "rs": "inr", "dollar": "usd", "euro": "eur", "pound": "gbp", "rupee": "inr",
    "rouble": "rub", "ruble": "rub", "yen": "jpy", "yuan": "cny", "crown": "crown",
}  # fmt: skip
_NUMBER = re.compile(
    rf"""(?<![\d.,]) (?P<before>{_BEFORE})?
    (?: (?<![^\W_])(?P<ordinal>{ORDINAL})
      | (?P<clock>\d{{1,2}}:\d\d)
      | (?: (?P<number>{DIGITS}(?!\d)) | (?<![^\W_])(?P<word>{WORDS}) )
        (?P<scale>(?:[\s-]{SCALE})+|\s?(?:bn|mn|tn)\b|(?<=\d)\s?{SHORT_SCALE})?
        (?: (?P<percent>[\s-]?(?:%|per\scent\b|percent\b|percentage(?:\spoints?)?\b)) | [\s-](?P<after>{_AFTER}) )?
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_HEDGE = re.compile(
    r"\b(?:(?P<about>about|around|roughly|approximately|nearly|almost|some|close to|estimated|circa|an average of)"
    r"|(?P<more>more than|over|at least|no fewer than|upwards of|exceed(?:s|ed|ing)?|above|topped)"
    r"|(?P<less>less than|fewer than|up to|at most|no more than|under|below|as many as|as much as))\s(?:the\s|an?\s)?$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(?:passages?|sources?|documents?|texts?|steps?)\s(?:\d{1,2}\s?(?:,|and|or|to|&|-|–)\s?)*$", re.IGNORECASE
)
_DEFINITE = re.compile(r"\b(?:the|these|those|both|other|all|of|his|her|its|their)\s$", re.IGNORECASE)
_UNITS = {
    "km": "km", "kilometre": "km", "kilometer": "km", "mile": "mile", "mi": "mile", "metre": "m", "meter": "m",
    "m": "m", "cm": "cm", "centimetre": "cm", "centimeter": "cm", "mm": "mm", "foot": "foot", "feet": "foot",
    "ft": "foot", "inch": "inch", "inche": "inch", "yard": "yard", "kg": "kg", "kilogram": "kg", "kilo": "kg",
    "gram": "gram", "g": "gram", "mg": "mg", "milligram": "mg", "pound": "pound", "lb": "pound", "ounce": "ounce",
    "oz": "ounce", "tonne": "tonne", "ton": "ton", "litre": "litre", "liter": "litre", "gallon": "gallon", "ml": "ml",
    "second": "second", "minute": "minute", "hour": "hour", "day": "day", "week": "week", "month": "month",
    "year": "year", "decade": "decade", "mw": "mw", "megawatt": "mw", "gw": "gw", "gigawatt": "gw", "acre": "acre",
    "hectare": "hectare", "mph": "mph", "cup": "cup", "tablespoon": "tablespoon", "teaspoon": "teaspoon",
}  # fmt: skip
_UNIT = re.compile(r"[\s-]?([A-Za-z]+)\b")


@dataclass(frozen=True, slots=True)
class Amount:
    """`kind`: "percent", "ordinal", "clock", a currency, or "" for a plain number; `unit`: of measure, or "".

    `counted`: a small number in words that may sum up what was named, "the two leaders", and need not stand anywhere.
    """

    number: Decimal
    kind: str
    unit: str
    bound: Bound
    text: str
    start: int
    end: int
    counted: bool = False


@lru_cache(maxsize=8192)
def amounts_in(text: str) -> tuple[Amount, ...]:
    """In order. The pronoun "one" is none, nor are the number of a passage and those of a day; a bare year may be a
    count ("1800 ships") and is one here."""
    read = without_marks(text)
    dates = [(days.start, days.end) for days in days_in(read) if not read[days.start : days.end].isdecimal()]
    return tuple(a for a in _amounts(read) if not any(start < a.end and a.start < end for start, end in dates))


def has(source: Sequence[Amount], said: Amount) -> bool:
    """Whether one of these carries what is said."""
    return any(carries(amount, said) for amount in source)


def carries(source: Amount, said: Amount) -> bool:
    """Whether who read `source` may write `said`."""
    if said.kind != source.kind and not _kinds_meet(source.kind, said.kind):
        return False
    if said.unit and source.unit and said.unit != source.unit:
        return False
    if said.number == source.number:
        return said.bound in ("exactly", "about", source.bound) or said.kind == "ordinal"
    if source.bound != "exactly":  # who rounds what is rounded has changed the number
        return False
    if said.bound == "about":
        return abs(said.number - source.number) <= ABOUT * source.number
    if said.bound == "more":
        return said.number < source.number <= said.number * 2
    return said.bound == "less" and said.number / 2 <= source.number < said.number


def _kinds_meet(source: str, said: str) -> bool:
    """A date is written "5 March" and "March 5th"; a currency may be named once for several figures."""
    return {source, said} == {"", "ordinal"} or (said == "" and source.isalpha() and source not in ("percent", "clock"))


def _amounts(text: str) -> Iterator[Amount]:
    for found in _NUMBER.finditer(text):
        start, end = found.span()
        if found["word"] and found[0].casefold() in ("one", "a", "an"):
            continue
        if _REFERENCE.search(text, max(0, start - 40), start):
            continue
        kind, number = _read(found)
        counted = bool(found["word"]) and number <= 5 and bool(_DEFINITE.search(text, max(0, start - 7), start))
        unit = _UNIT.match(text, end)
        measured = _unit(unit[1].casefold()) if unit and not kind else ""
        yield Amount(number, kind, measured, _bound(text, start), found[0].strip(), start, end, counted)


def _read(found: re.Match[str]) -> tuple[str, Decimal]:
    if found["ordinal"]:
        return "ordinal", read_ordinal(found["ordinal"])
    if found["clock"]:
        hour, minute = found["clock"].split(":")
        return ("", Decimal(hour)) if minute == "00" else ("clock", Decimal(f"{int(hour)}.{minute}"))
    number = read_number(found["number"] or found["word"])[0] * scale_of((found["scale"] or "").replace("-", " "))
    if found["percent"]:
        return "percent", number
    currency = found["before"] or found["after"]
    return (_currency(currency) if currency else ""), number


def _currency(written: str) -> str:
    name = re.sub(r"^(?:us|u\.s\.|american)[\s-]", "", written.casefold().strip().rstrip(".")).strip()
    return _CURRENCIES.get(name) or _CURRENCIES.get(name.removesuffix("s")) or name.replace(" ", "-")


def _unit(word: str) -> str:
    return _UNITS.get(word) or _UNITS.get(word.removesuffix("s"), "")


def _bound(text: str, start: int) -> Bound:
    found = _HEDGE.search(text, max(0, start - 24), start)
    if found is None:
        return "exactly"
    return "about" if found["about"] else "more" if found["more"] else "less"
