"""Choosing the one to three sentences that are shown, verbatim. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from byline.answer.weigh import Candidate
from byline.types import Quote, Sentence

MOST = 3
NEAR_BEST = 0.75
"""A further sentence is shown when its score reaches this share of the best one's."""

REPEATS = 0.7
"""Two sentences say the same when the shorter shares this much of its terms with the other."""


def extract(candidates: Sequence[Candidate]) -> list[Sentence]:
    """Best first: the answer leads, what bears it out follows. Empty when there are no candidates."""
    chosen: list[Candidate] = []
    floor = NEAR_BEST * max(0.0, candidates[0].score) if candidates else 0.0
    for candidate in candidates:
        if len(chosen) == MOST or (chosen and candidate.score < floor):
            break
        if not any(_repeats(candidate, other) for other in chosen):
            chosen.append(candidate)
    return [_sentence(candidate) for candidate in chosen]


def _repeats(one: Candidate, other: Candidate) -> bool:
    shorter = min(len(one.terms), len(other.terms))
    return len(one.terms & other.terms) >= REPEATS * shorter


def _sentence(candidate: Candidate) -> Sentence:
    text = candidate.text
    quote = Quote(candidate.passage, candidate.span.start, candidate.span.end, text)
    # the sentence is its own quote, so it is supported by construction
    return Sentence(text=text, quotes=(quote,), supported=True, score=min(1.0, max(0.0, candidate.score)))
