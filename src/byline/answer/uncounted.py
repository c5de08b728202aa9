"""A quantity that is asked for and stands nowhere in what was read. Pure.

"How many icebreakers …?" wants a number of icebreakers: kilometres are none, and a sentence about icebreakers without a
number does not answer. Whether *some* number is there tells no near miss from an answer (AUROC .503 on SQuAD); whether
one of the right things is there seldom fails an answerable question, so that a question is refused for it. English
only: in other languages nothing is asked for that way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from byline.answer.kind import amounts
from byline.answer.statement import blanked
from byline.answer.values import Value, values_in
from byline.answer.weigh import Candidate
from byline.models.terms import query_terms, terms
from byline.types import Span

READ_PASSAGES, READ_SENTENCES = 3, 3
"""A count is looked for in so many of the best passages, a measure in so many of the best sentences and beside them."""

_HOW_MANY = re.compile(r"\bhow many\b(?P<what>(?:\s[\w'’-]+){1,4})", re.IGNORECASE)
_ENDS = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|may|might|must|should|of|in|on|at|from|to|for"
    r"|per|a|an|the|that|who|which|by|more|other)\b",
    re.IGNORECASE,
)
_TIMES = "time"
"""How many times something was is told in many other words: "its eighth term", "twice"."""

_PEOPLE = frozenset(["people", "men", "women", "children"])
_VAGUE = re.compile(
    r"\b(?:one|none|no|several(?! (?:hundred|thousand|million|billion))|single|sole|both|pair|couple|few)\b",
    re.IGNORECASE,
)
_MEASURES = (
    "metres meters kilometres kilometers km miles feet inches yards acres hectares tonnes tons kilograms kilos kg "
    "grams pounds litres liters gallons barrels seconds minutes hours days weeks months years decades centuries "
    "degrees percent times watts megawatts gigawatts volts"
)
_ABBREVIATED = re.compile(r"\d\s?(?:km|kg|m|mi|ft|mph|lb|lbs|cm|mm|t|ha|h|s|°)\b")

_MEASURED = (
    (
        r"how heavy|how much (?:do|does|did) [^?]{1,60} weigh",
        r"\d[\d.,]*\s?(?:[kmµ]?g|t|lbs?|oz)\b|\b(?:kilo(?:gram)?s?|grams?|tonn?es?|tons?|pounds?|ounces?|stone)\b",
    ),
    (
        r"how old|(?:what|which) (?:is|was) [^?]{1,40}['’]s age|(?:what|which) age",
        r"\b(?:aged?|born|birth\w*|years?[- ]old|old|founded|established|built|dat(?:es?|ing) (?:back|from|to))\b",
    ),
    (r"how fast", r"\b(?:per|an?) (?:hour|second|minute)\b|\b(?:km/h|kmh|mph|m/s|knots|mach|speed|times|light)\b"),
    (r"how (?:hot|cold)", r"\bdegrees?\b|°"),
    (
        r"how much (?:money|rent)|(?:what|which) (?:price|salary|wages?|fee|rent)"
        r"|how much (?:do|does|did|will|would|has|have|is|are|was|were)\b[^?]* (?:cost|pay|paid|earn|charge|spend)"
        r"|what (?:do|does|did|will|would) [^?]* (?:cost|earn)",
        r"[$€£₹¥]|\b(?:dollars?|euros?|rupees?|roubles?|rubles?|yen|yuan|pounds?|pence|cents?|crore|lakh|francs?|worth"
        r"|million|billion|bn)\b",
    ),
)
"""Questions that ask for a measure, and how one is written."""


def uncounted(question: str, candidates: Sequence[Candidate]) -> bool:
    """Whether it asks how many or how much of what nothing that was read counts or measures."""
    if not candidates:
        return False
    for asks, measure in _measured():
        if asks.search(question):
            return not any(measure.search(text) for text in _around(candidates[:READ_SENTENCES]))
    what = counted(question)
    return what is not None and what != _TIMES and not _is_counted(what, question, candidates)


def counted(question: str) -> str | None:
    """The term of what is to be counted: the first plural behind "how many", else the first word."""
    found = _HOW_MANY.search(question)
    words = _ENDS.split(found["what"])[0].split() if found else []
    plural = [word for word in words if word.casefold() in _PEOPLE or word.endswith("s")] or words
    return next(iter(query_terms(plural[0])), None) if plural else None


def _is_counted(what: str, question: str, candidates: Sequence[Candidate]) -> bool:
    """Or may be, by another word: a count of something else in the best sentence, a sum in one that has the word."""
    passages = list(dict.fromkeys(candidate.passage.text for candidate in candidates))[:READ_PASSAGES]
    if any(_counts(value, what, text) for text in passages for value in values_in(text)):
        return True
    if what in _units():
        return any(_ABBREVIATED.search(text) for text in passages)
    if any(what in candidate.terms and _has_sum(candidate.text) for candidate in candidates):
        return True
    best = candidates[0].text
    values = values_in(best)
    if amounts(blanked(best, values)) - amounts(question):  # "into three, later four, classes"
        return True
    return bool(_VAGUE.search(best)) or any(_of_things(value, question) for value in values)


def _counts(value: Value, what: str, text: str) -> bool:
    """ "five S-400 units" counts S-400s and units alike."""
    if value.kind not in ("count", "ordinal"):
        return False
    return value.unit == what or what in terms(text[value.start : value.end + 40])


def _of_things(value: Value, question: str) -> bool:
    return value.kind == "count" and value.unit not in _units() and value.text not in question


def _has_sum(text: str) -> bool:
    return any(value.kind in ("money", "percent") for value in values_in(text))


def _around(candidates: Sequence[Candidate]) -> list[str]:
    """Each with the sentences before and after it: "It cost $3 million." """
    found = []
    for candidate in candidates:
        spans = candidate.passage.sentences
        place = spans.index(candidate.span)
        first, last = spans[max(0, place - 1)], spans[min(len(spans), place + 2) - 1]
        found.append(candidate.passage.slice(Span(first.start, last.end)))
    return found


@cache
def _units() -> frozenset[str]:
    return frozenset(query_terms(_MEASURES))


@cache
def _measured() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple(
        (re.compile(rf"\b(?:{asks})\b", re.IGNORECASE), re.compile(measure, re.IGNORECASE))
        for asks, measure in _MEASURED
    )
