"""Finds the quotes that carry a written sentence: whole sentences of the given passages, one to three of them. Pure.

The first is the one that says most of it, by cosine and by terms. Others follow while they bring what is still missing:
a figure, a name, words inside quotation marks, enough of the other terms; from the same passage when both would do.
What the writer pointed at decides between equals and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from byline.answer.needs import Need, needs_of
from byline.answer.wording import Wording, wording
from byline.protocols import Evidence, Vector
from byline.types import Passage, Quote, Span

MOST = 3
"""Quotes of one sentence; more are not read."""

COSINE, COVERED = 0.5, 0.5
"""Weights of the two kinds of likeness in the choice of the first quote."""

A_NEED = 0.5
"""What a figure or name weighs beside the share of terms that a further quote brings."""

WORTH = 0.12
"""Of the sentence's terms by idf, what a further quote must bring when it brings no figure and no name."""

LIKE, ALIKE, NEAR = 0.35, 0.25, 2
"""Cosine, share of terms, or sentences away from a quote, from which on a source may speak of the same thing."""

POINTED_AT, SAME_PASSAGE, BESIDE = 0.02, 0.03, 0.02


@dataclass(frozen=True, slots=True)
class Source:
    """One sentence of the evidence. `number` of its evidence, `place` in the passage."""

    number: int
    place: int
    passage: Passage
    span: Span
    words: Wording
    cosine: float

    @property
    def text(self) -> str:
        return self.words.text

    @property
    def quote(self) -> Quote:
        return Quote(self.passage, self.span.start, self.span.end, self.passage.slice(self.span))


@dataclass(frozen=True, slots=True)
class Attached:
    """`chosen` in the order they were chosen, best first; all `sources` with their share of the sentence's terms, in
    order; `idf` of those terms, and the needs that no chosen one meets."""

    chosen: tuple[Source, ...]
    sources: tuple[Source, ...]
    idf: Mapping[str, float]
    unmet: tuple[Need, ...]

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """In the order of the chosen."""
        return tuple(source.quote for source in self.chosen)


def attach(text: str, vector: Vector, evidence: Sequence[Evidence], hints: Sequence[int] = ()) -> Attached:
    """`vector` of the sentence; `hints` are numbers of evidence."""
    said = wording(text)
    sources = sources_of(evidence, vector)
    idf = inverse_frequencies(said, sources)
    needs = needs_of(text)
    if not sources:
        return Attached((), (), idf, needs)
    first = max(
        sources, key=lambda s: (_likeness(s, idf) + _met(s, needs) + POINTED_AT * (s.number in hints), -s.place)
    )
    chosen = [first]
    while len(chosen) < MOST:
        open_needs = [need for need in needs if not any(need.met_by(source.text) for source in chosen)]
        gains = [(_gain(source, chosen, idf, open_needs, hints), -n, source) for n, source in enumerate(sources)]
        best = max(gains, key=lambda gain: gain[:2])
        if best[0] <= 0 or best[2] in chosen:
            break
        chosen.append(best[2])
    unmet = tuple(need for need in needs if not any(need.met_by(source.text) for source in chosen))
    return Attached(tuple(chosen), tuple(sources), idf, unmet)


def in_reading_order(quotes: Sequence[Quote]) -> list[Quote]:
    """Those of one article together, articles as they first come."""
    articles = list(dict.fromkeys(quote.passage.article.id for quote in quotes))
    return sorted(quotes, key=lambda quote: (articles.index(quote.passage.article.id), quote.start))


def sources_of(evidence: Sequence[Evidence], vector: Vector) -> list[Source]:
    found = []
    for number, given in enumerate(evidence):
        cosines = given.sentences @ vector if len(given.sentences) else np.zeros(0)
        for place, (span, cosine) in enumerate(zip(given.passage.sentences, cosines, strict=True)):
            words = wording(given.passage.slice(span))
            found.append(Source(number, place, given.passage, span, words, float(cosine)))
    return found


def inverse_frequencies(said: Wording, sources: Sequence[Source]) -> dict[str, float]:
    """Of the sentence's terms among these sources alone: a term that every one of them has tells little."""
    total = len(sources)
    held = {term: sum(term in source.words.terms for source in sources) for term in said.terms}
    return {term: math.log1p((total - found + 1) / (found + 0.5)) for term, found in sorted(held.items())}


def share(terms: frozenset[str], idf: Mapping[str, float]) -> float:
    """Of the idf mass, what these terms have; 1 where there is nothing to have."""
    total = sum(idf.values())
    return sum(weight for term, weight in idf.items() if term in terms) / total if total else 1.0


def _likeness(source: Source, idf: Mapping[str, float]) -> float:
    return COSINE * source.cosine + COVERED * share(source.words.spoken, idf)


def _met(source: Source, needs: Sequence[Need]) -> float:
    """A little for every need, so that of two alike the one with the right year comes first."""
    return 0.1 * sum(need.met_by(source.text) for need in needs) / max(1, len(needs))


def _related(source: Source, chosen: Sequence[Source], idf: Mapping[str, float]) -> bool:
    """Whether it may speak of the same thing: a figure from anywhere carries nothing."""
    near = any(one.number == source.number and abs(one.place - source.place) <= NEAR for one in chosen)
    return near or source.cosine >= LIKE or share(source.words.spoken, idf) >= ALIKE


def _gain(
    source: Source, chosen: Sequence[Source], idf: Mapping[str, float], needs: Sequence[Need], hints: Sequence[int]
) -> float:
    """What this source brings beyond those chosen; 0 when it is not worth another quote."""
    if source in chosen:
        return 0.0
    held = frozenset[str]().union(*(one.words.spoken for one in chosen))
    brought = share(held | source.words.spoken, idf) - share(held, idf)
    met = sum(need.met_by(source.text) for need in needs)
    if (not met and brought < WORTH) or (met and not _related(source, chosen, idf)):
        return 0.0
    near = [one for one in chosen if one.number == source.number]
    beside = any(abs(one.place - source.place) == 1 for one in near)
    small = POINTED_AT * (source.number in hints) + SAME_PASSAGE * bool(near) + BESIDE * beside
    return A_NEED * met + brought + 0.1 * source.cosine + small
