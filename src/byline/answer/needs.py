"""What of a sentence the quotes must have word for word: every number, date, name, and what is in quotation marks.
Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from byline.answer.amounts import Amount, amounts_in, has
from byline.answer.dated import dates_in, has_date, has_month, has_weekday, months_in, weekdays_in
from byline.answer.days import Days
from byline.answer.named import Name, names_in, names_it
from byline.answer.quoted import quoted_in, verbatim
from byline.answer.wording import wording

Kind = Literal["number", "date", "name", "quotation"]


@dataclass(frozen=True, slots=True)
class Need:
    """`text` as the sentence has it. `sure` is false of a first word that may not be a name at all."""

    kind: Kind
    text: str
    carried: Callable[[str, str, Sequence[date]], bool]
    sure: bool = True

    def met_by(self, source: str, beside: str = "", written: Sequence[date] = ()) -> bool:
        """`beside`: what else the passage says; `written`: when its article was."""
        return self.carried(source, beside, written)


@lru_cache(maxsize=1024)
def needs_of(text: str) -> tuple[Need, ...]:
    return (*_dates(text), *_numbers(text), *_names(text), *_quotations(text))


def _dates(text: str) -> list[Need]:
    needs = [
        Need("date", text[d.start : d.end], lambda s, _, w, d=d: has_date(dates_in(s), d, w))  # type: ignore[misc]
        for d in dates_in(text)
        if not text[d.start : d.end].isdecimal()
    ]
    needs += [_year(text, d) for d in dates_in(text) if text[d.start : d.end].isdecimal()]
    needs += [Need("date", day, lambda s, _, w, day=day: has_weekday(s, day, w)) for day in weekdays_in(text)]  # type: ignore[misc]
    needs += [Need("date", month, lambda s, _, w, m=month: has_month(s, m, w)) for month in months_in(text)]  # type: ignore[misc]
    return needs


def _numbers(text: str) -> list[Need]:
    return [
        Need("number", amount.text, _has_number(amount), not amount.counted)
        for amount in amounts_in(text)
        if not any(d.start == amount.start for d in dates_in(text))
    ]


def _year(text: str, year: Days) -> Need:
    """A bare year may be a count, "1800 ships", that is written "1,800" elsewhere."""
    count = next((amount for amount in amounts_in(text) if amount.start == year.start), None)

    def carried(source: str, _: str, written: Sequence[date]) -> bool:
        return has_date(dates_in(source), year, written) or (count is not None and has(amounts_in(source), count))

    return Need("date", text[year.start : year.end], carried)


def _has_number(amount: Amount) -> Callable[[str, str, Sequence[date]], bool]:
    return lambda source, _, __: has(amounts_in(source), amount)


def _names(text: str) -> list[Need]:
    return [Need("name", name.text, _has_name(name), name.sure) for name in names_in(text)]


def _has_name(name: Name) -> Callable[[str, str, Sequence[date]], bool]:
    return lambda source, beside, _: names_it(wording(source), name, beside)


def _quotations(text: str) -> list[Need]:
    return [
        Need("quotation", words, lambda s, _, __, words=words: verbatim(words, s))  # type: ignore[misc]
        for words in quoted_in(text)
    ]
