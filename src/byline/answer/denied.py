"""Sentences that answer by denying: what is asked for was not told, or is not so. Pure.

"How much will the plant cost?" is answered by "Neither the cost nor the date has been published.", and "Since when does
China support the bid?" by "China has not.", behind a sentence about those who do. Such sentences have few words of the
question, so nothing else finds them; a reader who asks from a wrong premise has to be told first.

English only; elsewhere nothing is found, and nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from byline.answer.kind import asked
from byline.answer.statement import content, names_in
from byline.answer.values import values_in
from byline.answer.weigh import Candidate
from byline.models.terms import passage_terms, query_terms, terms
from byline.types import Span

READ = 40
"""The best sentences among which one is looked for."""

BEST = 3
"""The sentences that a reader sees first."""

AROUND, BEFORE, SHARED = 0.6, 0.4, 2
"""Share of the question's content that a passage has whose sentence says that something was not told, and that the
sentence before "China has not." has, and how many terms at least. Chosen by hand, on other examples."""

_TOLD = (
    "published|announced|disclosed|revealed|released|made public|made known|specified|stated|confirmed|named"
    "|identified|explained|decided|settled|agreed|fixed|set"
)
_UNTOLD = re.compile(
    rf"\b(?:no|neither|nor|not|nobody|none|never|without|yet to)\b[^.;]{{0,80}}?\b(?:{_TOLD})\b"
    r"|\b(?:declin|refus)\w+ to (?:say|give|name|disclose|comment|confirm|reveal|specify|identify)\b"
    r"|\b(?:did|does|has|have|had|would|do) ?(?:not|n['’]t) (?:say|said|disclose|reveal|specify|elaborate)\b"
    r"|\b(?:is|are|was|were|remains?|remained) (?:still )?(?:not (?:yet )?(?:known|clear)|unknown|unclear|undecided)\b",
    re.IGNORECASE,
)
_MONEY = r"cost|costs|price|prices|sum|sums|value|amount|budget|fee|bill"
_UNTOLD_OF = {
    "number": "number|numbers|figure|figures|size|length|total|how (?:many|much|long|big)",
    "time": r"date|dates|day|timetable|schedule|deadline|time|when",
    "name": r"name|names|identity|who",
    "place": r"place|location|site|venue|route|where",
    "reason": r"reason|reasons|cause|motive|why",
}
"""What a sentence calls that which a question of this kind asks for."""

_PRICE = re.compile(rf"\b(?:how much|cost|costs|price|{_MONEY})\b", re.IGNORECASE)
_NAME = r"[A-Z][\w.’'-]*(?:\s(?:and\s|or\s)?[A-Z][\w.’'-]*){0,3}"
_HAS_NOT = re.compile(
    rf"^(?P<who>{_NAME})\s(?:has|have|had|is|are|was|were|does|do|did|will|would|can|could)(?:\snot|n['’]t)(?:\syet)?\.$"
)
_NO = re.compile(r"\b(?:no|neither|nor)\s(?P<what>(?:[\w-]+\s)?[\w-]+)", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(?:not|no|never|none|neither|without|cannot)\b|n['’]t\b", re.IGNORECASE)
_OPEN = re.compile(r"^\s*(?:and |but |so )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b", re.I)


def denial(question: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """The best of them; None for a question that denies something itself, or that leaves open whether it is so."""
    if _NEGATIVE.search(question):
        return None
    focus = content(question, values_in(question))
    for candidate in candidates[:READ]:
        if _not_told(question, focus, candidate) or _has_not(question, focus, candidate):
            return candidate
    return None


def there_is_none(question: str, candidates: Sequence[Candidate]) -> bool:
    """Whether one of the best says that there is no such thing: "still has no railway", of how fast its trains run."""
    focus = content(question, values_in(question))
    best = candidates[:BEST]
    return any(not focus.isdisjoint(query_terms(found["what"])) for one in best for found in _NO.finditer(one.text))


def _not_told(question: str, focus: frozenset[str], candidate: Candidate) -> bool:
    """The sentence names what is asked for, and its passage is about the rest of the question."""
    if not _UNTOLD.search(candidate.text):
        return False
    calls = _UNTOLD_OF.get(asked(question))
    if calls is None:
        return False
    if asked(question) == "number":
        calls = _MONEY if _PRICE.search(question) else calls
    called = re.search(rf"\b(?:{calls})\b(?: of (?P<whose>[\w'’ -]+))?", candidate.text, re.IGNORECASE)
    if called is None or (called["whose"] and focus.isdisjoint(terms(called["whose"]))):
        return False  # "no number of workers" is not that of the ships
    rest = focus - frozenset(terms(calls.replace("|", " ")))
    return _share(rest, frozenset(passage_terms(candidate.passage))) >= AROUND and _named(question, candidate)


def _named(question: str, candidate: Candidate) -> bool:
    about = frozenset(passage_terms(candidate.passage))
    return names_in(question, [v for v in values_in(question) if v.kind == "date"]) <= about


def _has_not(question: str, focus: frozenset[str], candidate: Candidate) -> bool:
    """ "China has not.", where the question speaks of China and the sentence before of the rest."""
    found = _HAS_NOT.match(candidate.text)
    if found is None or _OPEN.match(question):
        return False
    who = frozenset(query_terms(found["who"]))
    spans = candidate.passage.sentences
    place = spans.index(candidate.span)
    if not place or not who <= focus:
        return False
    before = candidate.passage.slice(Span(spans[place - 1].start, spans[place - 1].end))
    said = frozenset(terms(before))
    return len(said & focus - who) >= SHARED and _share(focus - who, said) >= BEFORE


def _share(some: frozenset[str], of: frozenset[str]) -> float:
    return len(some & of) / len(some) if some else 0.0
