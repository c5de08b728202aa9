"""Quotes that give different figures, dates or outcomes for the same thing. Pure.

A false "they differ" is worse than a missed one, so everything that may tell two statements apart keeps them apart: the
time they are about, the names in them, the words that say which figure is meant, a second figure of the same kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from itertools import combinations, pairwise

from byline.answer.kind import KIND_TERMS, asks_for_number
from byline.answer.statement import Statement, blanked, content, stated_by
from byline.answer.values import Value, comparable, compatible, values_in
from byline.answer.weigh import Candidate
from byline.models.terms import STOP_WORDS, query_terms, terms
from byline.types import Disagreement, Sentence

BESIDE = 12
"""The best further candidates that are read beside the chosen sentences."""

SHARED_TERMS, SHARED = 3, 0.5
"""Two statements of one thing have this many terms in common, and this share of the shorter one's."""

ON_FOCUS = 0.5
"""Share of the question's terms that each of them has, together with its article's title."""

SAME_NEWS = timedelta(days=31)
"""Figures without a date are of the time they were published; further apart they are news, not a disagreement."""

_BUT = re.compile(r"[,;] (?:while|whereas|but|although|though)\b", re.IGNORECASE)
_PUTS = re.compile(r"\b(?:put|puts|estimate|estimates|estimated|count|counts|counted)\b", re.IGNORECASE)
_KIND_OF = re.compile(r"(?:^\s*(?:The |An? )?|\b(?:the|an?|its|his|her|their) )([^\W\d_]+) ([a-z][^\W\d_]+)")
_OF = re.compile(r"(?<![\w%])([^\W\d_]+) of (?:the |an? )?([^\W\d_]+)")

_OPPOSITE_WORDS = (
    "won lost, approved rejected, accepted rejected, accepted refused, convicted acquitted, guilty innocent, "
    "confirmed denied, rose fell, increased decreased, survived died, passed failed, reopened closed, opened closed, "
    "safe unsafe, supported opposed, supported rejected, approved opposed, backed opposed, legal illegal, "
    "signed rejected, resumed stopped, succeeded failed, upheld overturned, granted denied"
)


def disagreements(
    question: str, chosen: Sequence[Sentence], candidates: Sequence[Candidate]
) -> tuple[Disagreement, ...]:
    """One for each thing that the sentences of an answer, and the best others, give different values of."""
    focus = content(question, values_in(question)) - KIND_TERMS
    shown = [stated_by(sentence) for sentence in chosen if sentence.quotes]
    beside = [stated_by(candidate) for candidate in candidates[:BESIDE]]
    known = {statement.quote for statement in shown}
    others = [statement for statement in beside if statement.quote not in known]
    pairs = [*combinations(shown, 2), *((one, other) for one in shown for other in others)]
    found = [Disagreement(question, (one.quote, one.quote), both) for one in shown for both in _reported(one)]
    for one, other in pairs:
        if not _same_thing(one, other, focus):
            continue
        for mine, its in [*_figures(one, other, question, focus)] or [*_outcomes(one, other)]:
            if all(one.quote not in past.quotes for past in found):
                found.append(Disagreement(question, (one.quote, other.quote), (mine, its)))
    return tuple(found)


def _reported(one: Statement) -> Iterator[tuple[str, str]]:
    """ "Officials put it at 48, while the institute estimated it at 60": the sentence itself says that they differ."""
    for mine, its in pairwise(one.values):
        between = one.text[mine.end : its.start]
        if not comparable(mine, its) or compatible(mine, its) or mine.kind == "date":
            continue
        if _BUT.search(between) and _PUTS.search(between) and _PUTS.search(one.text[: mine.start]):
            yield mine.text, its.text


def _same_thing(one: Statement, other: Statement, focus: frozenset[str]) -> bool:
    if one.passage.article.id == other.passage.article.id:
        return False
    shared = one.terms & other.terms
    if len(shared) < SHARED_TERMS or len(shared) < SHARED * min(len(one.terms), len(other.terms)):
        return False
    if one.names - other.terms and other.names - one.terms:
        return False
    return all(_on_focus(statement, focus) for statement in (one, other))


def _on_focus(statement: Statement, focus: frozenset[str]) -> bool:
    about = statement.terms | frozenset(terms(statement.passage.article.title))
    return len(focus & about) >= ON_FOCUS * len(focus)


def _figures(one: Statement, other: Statement, question: str, focus: frozenset[str]) -> Iterator[tuple[str, str]]:
    for mine in one.values:
        if mine.kind == "date" and not asks_for_number(question):
            continue
        its = [value for value in other.values if comparable(mine, value)]
        if len(its) != 1 or len(one.alike(mine)) != 1 or compatible(mine, its[0]):
            continue
        if _same_figure(one, mine, other, its[0], focus) and (mine.kind == "date" or _same_time(one, other)):
            yield mine.text, its[0].text


def _same_figure(one: Statement, mine: Value, other: Statement, its: Value, focus: frozenset[str]) -> bool:
    """Nothing beside the values says that two different ones are meant."""
    if one.qualifiers(mine) != other.qualifiers(its):
        return False
    here, there = one.near(mine) - other.terms, other.near(its) - one.terms
    if here and there and (here <= focus) == (there <= focus):  # "accident", which the question says, may be "sank"
        return False
    if any(frozenset((mine, its)) in _opposites() for mine in here for its in there):
        return False
    return not (_narrower(one, other, focus) or _narrower(other, one, focus))


def _narrower(one: Statement, other: Statement, focus: frozenset[str]) -> bool:
    """ "The access road of the tunnel" is not the tunnel that is asked about, nor is "food inflation" inflation."""
    claim = blanked(one.claim, one.values)
    return any(
        word.casefold() not in STOP_WORDS
        and not set(terms(word)) & other.terms
        and set(terms(thing)) <= other.terms & focus
        for pattern in (_OF, _KIND_OF)
        for word, thing in pattern.findall(claim)
    )


def _outcomes(one: Statement, other: Statement) -> Iterator[tuple[str, str]]:
    """ "approved" and "rejected", where everything else is said of the same thing in the same words."""
    here, there = one.claimed - other.claimed, other.claimed - one.claimed
    if len(here) != 1 or len(there) != 1 or one.negated != other.negated or not _same_time(one, other):
        return
    if any(comparable(mine, its) and not compatible(mine, its) for mine in one.values for its in other.values):
        return  # 58 per cent rejected, 42 per cent supported
    (mine,), (its,) = here, there
    if frozenset((mine, its)) in _opposites():
        yield one.word_of(mine), other.word_of(its)


@cache
def _opposites() -> frozenset[frozenset[str]]:
    return frozenset(frozenset(query_terms(pair)) for pair in _OPPOSITE_WORDS.split(", "))


def _same_time(one: Statement, other: Statement) -> bool:
    """Both name a time and one is within the other, or neither does and they were published about the same time."""
    if one.dates and other.dates:
        return any(_within(mine, its) or _within(its, mine) for mine in one.dates for its in other.dates)
    if one.dates or other.dates:
        return False
    published, also = one.passage.article.published, other.passage.article.published
    return published is None or also is None or abs(published - also) <= SAME_NEWS


def _within(one: Value, other: Value) -> bool:
    return one.unit == other.unit and other.low <= one.low and one.high <= other.high
