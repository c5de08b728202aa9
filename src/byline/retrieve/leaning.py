"""Where an English question leans on what was said before it: its pronouns, "this album", "the band", what is left out.

Pure. A pronoun that a name of the same question stands for does not lean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import regex  # type: ignore[import-untyped]

from byline.models.terms import STOP_WORDS

Lean = Literal["person", "they", "it", "this", "noun", "place", "time"]

_PRONOUN = regex.compile(
    r"(?<![\w'’])(?:(?P<person>he|him|his|she|her|hers)|(?P<they>they|them|their|theirs|thier)|(?P<it>it|its)"
    r"|(?P<this>this|that|these|those)|(?P<place>there))(?P<short>['’](?:s|d|ll|ve|re))?(?![\w'’])",
    regex.I,
)
_OWNING = frozenset(["his", "her", "hers", "their", "theirs", "thier", "its"])
_DUMMY = regex.compile(
    r"(?:is|was|be|were) (?:it|there)\b(?! (?:a |an )?\w+\s*\?)(?= (?:\w+ ){0,2}(?:that|to|for|because)\b)"
    r"|\bdid it take\b|\bdoes it (?:matter|take|mean to)\b"
    r"|\b(?:is|are|was|were|be|been) there\b|\bthere (?:is|are|was|were|any)\b",
    regex.I,
)
_BARE = frozenset(["me", "you", "i", "us", "we"])
_TIMES = r"time|year|season|period|era|decade|month|week|day|point|tour|night|years|days"
_NOUN = regex.compile(
    r"(?<![\w'’])(?P<which>(?i:this|that|these|those|the|such))\s+"
    r"(?P<noun>(?:(?!who\b|which\b|that\b)\p{Ll}[\p{Ll}-]*(?:\s+|(?=[?.,!;'’]|$))){1,3})"
)
_COMPLETED = regex.compile(r"\s+(?:of|in|at|on|for|from|between|who|which|that|\p{Lu})\b|\s+\p{Lu}")


@dataclass(frozen=True, slots=True)
class Leaning:
    """`[start, end)` of a question that leans, and how; `noun` of "this album" and "the band"; `owns`: a possessive."""

    kind: Lean
    start: int
    end: int
    word: str
    noun: str = ""
    owns: bool = False


def leanings(question: str, named: Callable[[str], bool]) -> list[Leaning]:
    """In order, at most one of each kind: who is meant by the first "he" is meant by the next.

    `named` says whether a piece of text names somebody or something.
    """
    dummies = [m.span() for m in _DUMMY.finditer(question)]
    found: dict[Lean, Leaning] = {}
    for match in _PRONOUN.finditer(question):
        one = _pronoun(question, match)
        if one is None or any(start <= one.start < end for start, end in dummies):
            continue
        if one.kind in ("person", "they", "it") and _within(question, one, named):
            continue
        found.setdefault(one.kind, one)
    for match in _NOUN.finditer(question):
        if match["which"].lower() == "the" and (noun := _head(match["noun"])):
            end = match.start("noun") + len(noun)
            if not _COMPLETED.match(question, end):
                found.setdefault("noun", Leaning("noun", match.start(), end, match[0], noun))
    return sorted(found.values(), key=lambda one: one.start)


def _pronoun(question: str, match: regex.Match[str]) -> Leaning | None:
    kind = next(name for name in ("person", "they", "it", "this", "place") if match[name])
    bare = match[kind].lower()
    end = match.end(kind)
    following = regex.match(r"\s+([\w'’-]+)", question[end:])
    after = following[1].lower() if following else ""
    if kind == "this":
        if bare == "that" and (match["short"] or after.endswith(("ed", "n't", "n’t"))) and match.start():
            return None  # joins clauses: "the things that happened"
        demonstrative = _NOUN.match(question, match.start())
        if demonstrative and (noun := _head(demonstrative["noun"])):
            until = demonstrative.start("noun") + len(noun)
            return Leaning(
                "time" if regex.search(rf"\b(?:{_TIMES})$", noun) else "noun", match.start(), until, bare, noun
            )
        if bare == "that" and _subordinate(question, match.start(), after):
            return None
    owns = bare in _OWNING and not (bare == "her" and (not after or after in STOP_WORDS))
    return Leaning(kind, match.start(), end, bare, owns=owns)  # type: ignore[arg-type]


def _subordinate(question: str, start: int, after: str) -> bool:
    """ "that" which joins clauses: "anything that he wrote", "say that Russia"."""
    before = regex.findall(r"[\w'-]+", question[:start].lower())
    return bool(before and after) and before[-1] not in _BEFORE_THAT


_BEFORE_THAT_WORDS = (
    "is was did does do has of in after before to about with for from by on at during will would could can like all "
    "why how when where since"
)
_BEFORE_THAT = frozenset(_BEFORE_THAT_WORDS.split())


def _within(question: str, one: Leaning, named: Callable[[str], bool]) -> bool:
    """Whether a name before it in the question is what it stands for."""
    before = question[: one.start]
    if one.word in ("him", "them", "it") and not regex.search(r"['’]s?\s", before):
        return False
    if one.word == "it" and one.kind == "it":
        return False
    return named(before)


def _head(run: str) -> str:
    """The noun of "this album make": up to the first word that cannot belong to it."""
    kept: list[str] = []
    for word in run.split():
        if word.casefold() in STOP_WORDS | _NOT_NOUNS or (kept and word.endswith(("ed", "ing"))):
            break
        kept.append(word)
    return " ".join(kept)


_NOT_NOUNS_WORDS = (
    "make take get go give win sell play come become leave start begin end mean affect cause happen do work "
    "help change receive well ever still feel think came made took got went became follow lead last look say "
    "include sound contain involve same only first second most best next other "
)
_NOT_NOUNS = frozenset(_NOT_NOUNS_WORDS.split())
