"""A question into its parts, and what each names. Pure.

"Does the Guardian report …, while TechCrunch says …": each clause with words enough to be searched for is a part. It
ends at punctuation, or before a conjunction; never inside an outlet's name, a date or a quoted phrase. A clause of too
few words ("as reported by The Verge") belongs to the one before it. In a language whose conjunctions are not known
here, punctuation alone divides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import dropwhile, pairwise

from byline.models.terms import STOP_WORDS, query_terms
from byline.retrieve.days import days_named
from byline.retrieve.outlets import outlets_named
from byline.types import Span

LEAST_TERMS = 3
"""Search terms of a clause, outlets, dates and talk of articles aside, without which it is no part of its own."""

_BETWEEN = re.compile(
    r"(?<=[,;:?!।؟،，、；。])\s+|(?<=[।，、；。])(?=\S)|"
    r"\s+(?=(?:while|whereas|but|although|though|compared|versus|and|or)\b)",
    re.IGNORECASE,
)
_NAMES_JOINED = re.compile(r"\b(?:and|or)\s+(?:the\s+)?[^\W_a-z]")
_QUOTED = re.compile(r"(?<!\w)'([^']{2,80})'(?!\w)|\"([^\"]{2,120})\"|[“‘«]([^”’»]{2,120})[”’»]")
_NAME = re.compile(r"\b[A-Z][\w.&’'-]*(?:\s+(?:of\s+|the\s+)?[A-Z0-9][\w.&’'-]*)*")
_TALK = frozenset(query_terms("articles reported reporting published according claims suggests discusses"))
"""What questions say of articles and not of their matter: alone they are nothing to search for."""


@dataclass(frozen=True, slots=True)
class Part:
    """`span` of the question, and what it names: outlets as the library spells them, whole days, people and things,
    and phrases in quotation marks.
    """

    span: Span
    text: str
    outlets: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    names: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()

    def named(self) -> dict[str, list[str]]:
        """By kind; a kind of which it names nothing is left out."""
        days = [day.isoformat() for day in self.days]
        kinds = {"publishers": self.outlets, "dates": days, "names": self.names, "quoted": self.quoted}
        return {kind: list(found) for kind, found in kinds.items() if found}


def parts_of(question: str, publishers: Collection[str]) -> tuple[Part, ...]:
    """In their order, together all of the question; one when it is not divided."""
    outlets = sorted(outlets_named(question, publishers), key=_place)
    days = sorted(days_named(question), key=_place)
    quoted = [(Span(*found.span()), found[found.lastindex or 0]) for found in _QUOTED.finditer(question)]
    held = [span for span, _ in (*outlets, *days, *quoted)]
    beside = [span for span, _ in (*outlets, *days)]
    return tuple(
        Part(
            span,
            text := span.within(question),
            tuple(dict.fromkeys(name for at, name in outlets if _inside(at, span))),
            tuple(dict.fromkeys(day for at, day in days if _inside(at, span))),
            tuple(dict.fromkeys(_names(_without(question, span, beside)))),
            tuple(words for at, words in quoted if _inside(at, span) and words in text and words not in publishers),
        )
        for span in _clauses(question, held, beside)
    )


def _clauses(question: str, held: Sequence[Span], beside: Sequence[Span]) -> list[Span]:
    cuts = [found.end() for found in _BETWEEN.finditer(question) if not _joins_names(question, found)]
    edges = [0, *(cut for cut in cuts if not any(span.start < cut < span.end for span in held)), len(question)]
    clauses = [Span(start, end) for start, end in pairwise(edges) if start < end]
    weights = [_matter(question, clause, beside) for clause in clauses]
    while len(clauses) > 1 and min(weights) < LEAST_TERMS:
        lightest = weights.index(min(weights))
        first = max(0, lightest - 1)
        clauses[first : first + 2] = [Span(clauses[first].start, clauses[first + 1].end)]
        weights[first : first + 2] = [_matter(question, clauses[first], beside)]
    return clauses


def _joins_names(question: str, between: re.Match[str]) -> bool:
    """Whether what follows is "and Russia", after "India": two names of one clause."""
    before = question[: between.start()].rpartition(" ")[2]
    return before[:1].isupper() and _NAMES_JOINED.match(question, between.end()) is not None


def _matter(question: str, clause: Span, beside: Sequence[Span]) -> int:
    """Search terms, what only says where and when something was reported aside."""
    words = _without(question, clause, beside)
    return len(set(query_terms(words)) - _TALK) if any(map(str.isalnum, words)) else 0


def _without(question: str, clause: Span, spans: Sequence[Span]) -> str:
    kept = list(clause.within(question))
    for span in spans:
        for place in range(max(span.start, clause.start), min(span.end, clause.end)):
            kept[place - clause.start] = " "
    return "".join(kept)


def _names(words: str) -> Iterator[str]:
    """Runs of capitalised words without the question words before them: people and things, in scripts with capitals."""
    for found in _NAME.finditer(words):
        run = dropwhile(lambda word: word.casefold() in STOP_WORDS, found.group().split())
        if name := re.sub(r"['’]s$|\W+$", "", " ".join(run)):
            yield name


def _place(mention: tuple[Span, object]) -> int:
    return mention[0].start


def _inside(span: Span, clause: Span) -> bool:
    return clause.start <= span.start < clause.end
