"""Questions changed so that their passage no longer answers: another name, number, the opposite, a negation. Pure.

They are written as the question was but for one place, as a reader's near misses are.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from importlib import resources

from byline.types import Span
from training.rows import Row

_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_WORD = re.compile(r"[A-Za-z]+")
_VERB = re.compile(r"\b(did|does|do|was|were|is|are|has|had|can|could|would|will)\b")
_CONTRACTED = {"can": "can't", "will": "won't"}
_PRONOUNS = frozenset({"I", "He", "She", "It", "They", "We", "The", "A", "An", "In", "On", "This", "That"})

SHARES = {"name": 0.45, "number": 0.2, "opposite": 0.25, "negation": 0.1}
"""How often each is tried first; whichever a question allows is taken."""


def altered_question(row: Row, rng: random.Random) -> str | None:
    """None when nothing in the question can be changed."""
    ways: dict[str, Callable[[Row, random.Random], str | None]] = {
        "name": _other_name, "number": _other_number, "opposite": _opposite, "negation": _negated,
    }  # fmt: skip
    first = rng.choices(list(SHARES), list(SHARES.values()))[0]
    for way in (first, *(name for name in ("name", "number", "opposite") if name != first)):
        if (question := ways[way](row, rng)) is not None:
            return question
    return None


def _replaced(text: str, place: Span, words: str) -> str:
    return text[: place.start] + words + text[place.end :]


def _other_name(row: Row, rng: random.Random) -> str | None:
    """One of the passage's names that is neither asked about nor an answer, as long as the name it stands for."""
    places = [Span(*m.span()) for m in _NAME.finditer(row.question)]
    if not places:
        return None
    place = rng.choice(places)
    size = place.within(row.question).count(" ")
    answers = " ".join(a.within(row.passage) for a in row.answers)
    others = [
        m[0]
        for m in _NAME.finditer(row.passage)
        if m[0].count(" ") == size and m[0] not in row.question and m[0] not in answers and m[0] not in _PRONOUNS
    ]
    return _replaced(row.question, place, rng.choice(others)) if others else None


def _other_number(row: Row, rng: random.Random) -> str | None:
    places = [Span(*m.span()) for m in _NUMBER.finditer(row.question)]
    if not places:
        return None
    place = rng.choice(places)
    said = place.within(row.question)
    answers = " ".join(a.within(row.passage) for a in row.answers)
    others = {m[0] for m in _NUMBER.finditer(row.passage) if len(m[0]) == len(said)} - {said}
    others = {other for other in others if other not in answers and other not in row.question}
    if said.isdigit() and (not others or rng.random() < 0.5):
        others = {str(max(1, int(said) + rng.choice([-20, -11, -10, -7, -4, -3, -2, -1, 1, 2, 3, 4, 7, 10, 11, 20])))}
    return _replaced(row.question, place, rng.choice(sorted(others))) if others - {said} else None


def _opposite(row: Row, rng: random.Random) -> str | None:
    places = [Span(*m.span()) for m in _WORD.finditer(row.question) if m[0].lower() in opposites()]
    if not places:
        return None
    place = rng.choice(places)
    return _replaced(row.question, place, rng.choice(opposites()[place.within(row.question).lower()]))


def _negated(row: Row, rng: random.Random) -> str | None:
    places = list(_VERB.finditer(row.question))
    if not places:
        return None
    place = places[0]
    return _replaced(row.question, Span(*place.span()), _CONTRACTED.get(place[0], f"{place[0]}n't"))


@cache
def opposites() -> dict[str, list[str]]:
    """Word → its opposites, as the product's own list has them."""
    found: dict[str, list[str]] = {}
    for line in resources.files("byline.answer").joinpath("opposites.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            one, other = line.split()
            found.setdefault(one, []).append(other)
            found.setdefault(other, []).append(one)
    return found
