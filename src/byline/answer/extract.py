"""Choosing the one to three sentences that are shown, verbatim. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from byline.answer.leads import leads
from byline.answer.reading import is_fragment
from byline.answer.weigh import Candidate
from byline.retrieve.outlets import named_outlets
from byline.types import Quote, Sentence, Span

MOST = 3
ENOUGH = 0.95
"""No further sentence is shown when those before it hold the answer with that chance, were they independent."""

LEAST = 0.01
"""A further sentence with less chance than that is not worth reading."""

ELSEWHERE = 0.5
"""Log-odds that other sentences of the first one's passage lose: when the first is wrong, its passage may be too. The
best of 0, .25, .5 and .75 on the questions that the weights of sentences were fitted on (answer in the first two .8211,
with it .8225); on SQuAD's development half, which chose nothing here, .8967 and .8996.
"""

REPEATS = 0.7
"""Two sentences say the same when the shorter shares this much of its terms with the other."""


def extract(candidates: Sequence[Candidate], question: str = "") -> list[Sentence]:
    """Best first: the answer leads, what bears it out follows. Empty when there are no candidates.

    A question that names several outlets hears each of them before any speaks twice.
    """
    chosen: list[Candidate] = []
    outlets = {candidate.passage.article.publisher for candidate in candidates}
    named = named_outlets(question, {outlet for outlet in outlets if outlet})
    missed = 1.0
    for candidate in _in_turns(candidates, named) if len(named) > 1 else _elsewhere(candidates):
        if len(chosen) == MOST or (chosen and len(named) < 2 and 1 - missed >= ENOUGH):
            break
        if not any(_repeats(candidate, other) for other in chosen):
            chosen.append(candidate)
            missed *= 1 - candidate.score
    return _sentences(chosen)


def _elsewhere(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best, then those worth reading, by their chance and by whether their passage has spoken; crossheads last."""
    first, rest = candidates[:1], [candidate for candidate in candidates[1:] if candidate.score >= LEAST]

    def place(candidate: Candidate) -> tuple[bool, float]:
        lost = ELSEWHERE if candidate.passage.id == first[0].passage.id else 0.0
        odds = math.log(candidate.score / max(1e-9, 1 - candidate.score)) - lost
        return is_fragment(candidate.text, len(candidate.terms)), -odds

    return [*first, *sorted(rest, key=place)]


def _in_turns(candidates: Sequence[Candidate], named: Sequence[str]) -> Iterator[Candidate]:
    """The best, then the best of each named outlet that has not spoken, then the rest."""
    first: list[Candidate] = list(candidates[:1])
    spoken = {candidate.passage.article.publisher for candidate in first}
    for candidate in candidates[1:]:
        outlet = candidate.passage.article.publisher
        if outlet in named and outlet not in spoken:
            spoken.add(outlet)
            first.append(candidate)
    yield from first
    yield from (candidate for candidate in candidates if all(candidate is not other for other in first))


def _repeats(one: Candidate, other: Candidate) -> bool:
    shorter = min(len(one.terms), len(other.terms))
    return len(one.terms & other.terms) >= REPEATS * shorter


def led_by(first: Candidate, rest: Sequence[Sentence]) -> list[Sentence]:
    """The rest with that sentence in front, `MOST` in all."""
    (lead,) = _sentences([first])
    return [lead, *(sentence for sentence in rest if sentence.quotes[0] != lead.quotes[0])][:MOST]


def _sentences(chosen: Sequence[Candidate]) -> list[Sentence]:
    shown = {(candidate.passage.article.id, candidate.span) for candidate in chosen}
    found = []
    for candidate in chosen:
        article = candidate.passage.article.id
        before = leads(candidate.passage, candidate.span)
        found.append(
            Sentence(
                text=candidate.text,
                quotes=(Quote(candidate.passage, candidate.span.start, candidate.span.end, candidate.text),),
                supported=True,  # the sentence is its own quote
                score=candidate.score,
                leads=tuple(lead for lead in before if (article, Span(lead.start, lead.end)) not in shown),
            )
        )
    return found
