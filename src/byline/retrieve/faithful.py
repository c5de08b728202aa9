"""Who makes a question standalone, and what is asked of whoever does. Pure.

A rewriter is any callable; the shipped one needs no model. What it returns is used only when it is `faithful`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import regex  # type: ignore[import-untyped]

from byline.models.terms import STOP_WORDS, terms
from byline.types import Turn

_MARKED = regex.compile(r"[\p{Lu}\p{N}][\p{L}\p{M}\p{N}]*(?:[-–'’.,][\p{L}\p{M}\p{N}]+)*")
MOST_ADDED = 400
"""Characters: what is searched for and shown must stay a question."""


class Rewriter(Protocol):
    """From a question and the turns before it, the question that stands alone; the same one when it already does."""

    def __call__(self, question: str, history: Sequence[Turn]) -> str: ...


def checked(rewriter: Rewriter, question: str, history: Sequence[Turn]) -> str:
    """What the rewriter makes of it when that is faithful, else the question as it was asked."""
    made = " ".join(rewriter(question, history).split())
    return made if faithful(made, question, history) else question


def faithful(made: str, question: str, history: Sequence[Turn]) -> bool:
    """No name or number of the question is lost, and none is there that the conversation does not have."""
    if not made or len(made) > len(question) + MOST_ADDED:
        return False
    spoken = {term for turn in history for term in terms(turn.content)} | set(terms(question))
    return _marked(question) <= set(terms(made)) and _marked(made) <= spoken


def _marked(text: str) -> set[str]:
    """Terms of the words that begin with a capital or a digit, but for the words every question is made of."""
    return {term for word in _MARKED.findall(text) for term in terms(word) if term not in STOP_WORDS}
