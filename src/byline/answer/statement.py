"""What a sentence states, as far as two of them can be compared: values, terms, names, time. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from byline.answer.values import Value, values_in
from byline.answer.weigh import Candidate
from byline.models.terms import STOP_WORDS, query_terms, terms
from byline.types import Passage, Quote, Sentence, Span

_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)(?<![“\"'‘(])\b[^\W\d_]*[A-Z][\w'’-]*(?:\.[A-Z]\b)*")
_SAY = (
    r"(?:say|says|said|shows?|showed|found|finds|reports?|reported|estimates?|estimated|announced|claims?|claimed|notes|"
    r"noted)"
)
_SOURCE = re.compile(
    rf"^[^,;:]{{1,60}}?\b{_SAY}(?:\son\s\w+day)?,?\sthat\b"
    rf"|,\s[^,;]{{1,70}}?\b{_SAY}\b[^,;]*(?=[.,;]|$)"
    r"|(?:^|,\s|\s)according to [^,;]+(?=[.,;]|$)",
    re.IGNORECASE,
)
"""Who says it: what is left is what they say."""

_QUALIFYING_WORDS = (
    "additional extra further another remaining average median total gross net each per annual yearly monthly weekly "
    "daily initial initially original originally previous previously earlier former formerly ago last next new first "
    "final target goal aim aims aimed plan planned want wants wanted hope hopes hoped seek seeks sought "
    "demand demands demanded expected forecast projected predicted could would might may should half double "
    "minimum maximum proposed only combined cumulative quarter quarterly rise rose risen fall fell fallen "
    "grew grown drop dropped increase increased decrease decreased rising falling up down"
)
_QUALIFIERS = frozenset(_QUALIFYING_WORDS.split())
_QUALIFIERS_BEFORE = _QUALIFIERS | frozenset(
    ["not", "no", "never", "without", "if", "unless", "until", "since", "before", "after"]
)
"""Words beside a figure that say which figure is meant: two statements that do not share them are about two things."""

_LIGHT_WORDS = "get got receive received come came stand stands stood reach reached total totals totalled amounted put"
_LIGHT = frozenset(_LIGHT_WORDS.split()) | STOP_WORDS
"""Words beside a figure that only lead to it."""

_NEGATION = re.compile(
    r"\b(?:not|no|never|nor|neither|without|fail\w*|refus\w*|den(?:y|ies|ied))\b|n['’]t\b", re.IGNORECASE
)

BESIDE_VALUE, QUALIFYING = 3, 5
"""Content words, and words, on each side of a value that belong to it."""

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Statement:
    """`spoken` are all terms of the sentence."""

    passage: Passage
    span: Span
    spoken: frozenset[str]

    @cached_property
    def text(self) -> str:
        return self.passage.slice(self.span)

    @cached_property
    def quote(self) -> Quote:
        return Quote(self.passage, self.span.start, self.span.end, self.text)

    @cached_property
    def values(self) -> tuple[Value, ...]:
        return values_in(self.text)

    @cached_property
    def dates(self) -> tuple[Value, ...]:
        return tuple(value for value in self.values if value.kind == "date")

    @cached_property
    def claim(self) -> str:
        """The sentence without who says it; blanks are in its place, so that offsets hold."""
        return _SOURCE.sub(lambda found: " " * len(found[0]), self.text)

    @cached_property
    def terms(self) -> frozenset[str]:
        """What it is about: stop words, figures and their scales aside."""
        return frozenset(term for term in self.spoken - _empty_terms() if not term[0].isdecimal())

    @cached_property
    def claimed(self) -> frozenset[str]:
        return content(self.claim, self.values)

    @cached_property
    def negated(self) -> bool:
        return bool(_NEGATION.search(self.claim))

    def word_of(self, term: str) -> str:
        """As the sentence has it."""
        return next((word for word in _WORD.findall(self.claim) if query_terms(word) == [term]), term)

    @cached_property
    def names(self) -> frozenset[str]:
        """Capitalised words inside what is claimed, months aside."""
        return names_in(self.claim, self.dates)

    def near(self, value: Value) -> frozenset[str]:
        """The content words beside a value, in its clause."""
        before, after = self._beside(value)
        kept = [[term for word in words if word not in _LIGHT for term in terms(word)] for words in (before, after)]
        return frozenset([*kept[0][-BESIDE_VALUE:], *kept[1][:BESIDE_VALUE]])

    def qualifiers(self, value: Value) -> frozenset[str]:
        before, after = self._beside(value)
        return _QUALIFIERS_BEFORE.intersection(before[-QUALIFYING:]) | _QUALIFIERS.intersection(after[:QUALIFYING])

    def _beside(self, value: Value) -> tuple[list[str], list[str]]:
        bare = blanked(self.claim, [other for other in self.values if other is not value])
        before = re.split(r"[,;:()—]\s", bare[: value.start])[-1]
        after = re.split(r"[,;:()—]\s", bare[value.end :])[0]
        return _WORD.findall(before.casefold()), _WORD.findall(after.casefold())

    def alike(self, value: Value) -> list[Value]:
        """Its values that are of this one's kind and unit."""
        return [other for other in self.values if other.kind == value.kind and other.unit == value.unit]


def stated_by(said: Sentence | Candidate) -> Statement:
    if isinstance(said, Candidate):
        return Statement(said.passage, said.span, said.terms)
    quote = said.quotes[0]
    return Statement(quote.passage, Span(quote.start, quote.end), frozenset(terms(quote.text)))


@cache
def _empty_terms() -> frozenset[str]:
    return frozenset(terms(" ".join(STOP_WORDS) + " per cent percent hundred thousand million billion trillion bn"))


def content(text: str, values: Sequence[Value]) -> frozenset[str]:
    """Terms without stop words and without the words of the values, but for the unit of a count."""
    bare = blanked(text, values)
    units = frozenset(value.unit for value in values if value.kind in ("count", "ordinal"))
    return frozenset(term for term in query_terms(bare) if not term.isdecimal()) | units if bare.strip() else units


def names_in(text: str, dates: Sequence[Value]) -> frozenset[str]:
    """Terms of the words with a capital, but for the first word and the months."""
    return frozenset(term for name in _NAME.findall(blanked(text, dates)) for term in query_terms(name))


def blanked(text: str, values: Iterable[Value]) -> str:
    for value in values:
        text = text[: value.start] + " " * (value.end - value.start) + text[value.end :]
    return text
