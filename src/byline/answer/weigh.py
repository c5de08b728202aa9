"""How well each sentence of the best passages answers a question. Pure.

Sentence cosine alone is not enough on news, where every sentence is about the same few names (3 of 7 right on two
articles); with BM25 over sentences it is (6 of 7). The weights are those measured best on the development questions.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from byline.answer.kind import has_number
from byline.models.terms import terms
from byline.types import Hit, Passage, Span

COSINE, WORDS, PASSAGE, KIND = 0.7, 0.3, 0.3, 0.15

LEAD_IN, NEW_TERMS = 0.1, 6
"""Taken from a sentence with fewer than six terms besides the question's: it announces ("If there is a model, it is
BrahMos.") what the next one says."""

FOLLOWS = 0.05
"""Of the score of the sentence before: the answer often stands after the sentence that repeats the question."""

_K1, _B, _MEAN_TERMS = 1.2, 0.5, 22.0

_FRAGMENT_TERMS = 8
_ENDINGS = ".!?…。।؟\"'”’»)"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might answer. `cosine` and `words` (BM25, scaled by the best candidate's) are its evidence."""

    passage: Passage
    span: Span
    terms: frozenset[str]
    cosine: float
    words: float
    score: float

    @property
    def text(self) -> str:
        return self.passage.slice(self.span)


def inverse_frequencies(
    frequencies: Mapping[str, int], passages: int, *, background: tuple[int, int] = (0, 0)
) -> dict[str, float]:
    """BM25's idf of each term: ln(1 + (N - n + .5) / (n + .5)), N passages of which n have the term.

    `background` = (m, k) counts every term as found in k of m further passages.
    """
    more, found_there = background
    return {term: _idf(min(found, passages) + found_there, passages + more) for term, found in frequencies.items()}


def weigh(hits: Sequence[Hit], idf: Mapping[str, float], *, number: bool = False) -> list[Candidate]:
    """The sentences of these passages, best first. `idf` of the question's terms; `number`: one is asked for."""
    sentences = [
        (hit, span, cosine, terms(hit.passage.slice(span)))
        for hit in hits
        for span, cosine in zip(hit.passage.sentences, hit.similarities, strict=True)
    ]
    matched = [_bm25(words, idf) for *_, words in sentences]
    most = max(matched, default=0.0) or 1.0
    found: list[Candidate] = []
    for (hit, span, cosine, words), bm25 in zip(sentences, matched, strict=True):
        own = COSINE * cosine + WORDS * bm25 / most + PASSAGE * hit.score + _kind(hit.passage.slice(span), number)
        before = found[-1].score if found and found[-1].passage is hit.passage else 0.0
        spoken = frozenset(words)
        lead_in = LEAD_IN if len(spoken - idf.keys()) < NEW_TERMS else 0.0
        found.append(Candidate(hit.passage, span, spoken, cosine, bm25 / most, own + FOLLOWS * before - lead_in))
    return sorted(found, key=lambda c: (is_fragment(c.text, len(c.terms)), -c.score, c.passage.id, c.span.start))


def is_fragment(sentence: str, term_count: int) -> bool:
    """A crosshead or a list label: short, and without an end. It may be found, but says nothing by itself."""
    return term_count < _FRAGMENT_TERMS and not sentence.rstrip().endswith(tuple(_ENDINGS))


def _kind(sentence: str, number: bool) -> float:
    return KIND if number and has_number(sentence) else 0.0


def _idf(found: int, total: int) -> float:
    return math.log1p((total - found + 0.5) / (found + 0.5))


def _bm25(words: Sequence[str], idf: Mapping[str, float]) -> float:
    found = Counter(word for word in words if word in idf)
    norm = _K1 * (1 - _B + _B * len(words) / _MEAN_TERMS)
    return sum(idf[term] * times * (_K1 + 1) / (times + norm) for term, times in found.items())
