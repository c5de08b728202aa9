"""How likely each sentence of the best passages answers a question, by a linear model that a person can read.

Sentence cosine alone is not enough on news, where every sentence is about the same few names (3 of 7 right on two
articles); with BM25 over sentences it is (6 of 7), and with what is asked for, what the sentences around have and how
the question's words stand together better still: see `sentences.json`, which `python -m bench sentences` writes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType

from byline.answer.reading import AskedFor, is_fragment, read
from byline.answer.signals import SIGNALS, signals
from byline.types import Hit, Passage, Span


@dataclass(frozen=True, slots=True)
class SentenceRule:
    """`chance` is the logistic of intercept + weights · signals."""

    intercept: float
    weights: Mapping[str, float]

    def chance(self, found: Mapping[str, float]) -> float:
        """In (0, 1): that a sentence answers, where the articles do."""
        total = self.intercept + sum([weight * found[name] for name, weight in self.weights.items()])
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


@cache
def trained() -> SentenceRule:
    """The rule shipped with the package, fitted for the bundled embedder (`sentences.json`, with its card)."""
    card = json.loads(resources.files("byline.answer").joinpath("sentences.json").read_text())
    return SentenceRule(card["intercept"], {name: card["weights"][name] for name in SIGNALS})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might answer. `cosine` and `words` (BM25, scaled by the best candidate's) are its evidence.

    `score` is the calibrated chance in (0, 1) that it has the answer, given that the articles have it: fitted on
    questions that they do answer, so it says which sentence, not whether one does. It does not sum to 1 over the
    candidates: several sentences may have the answer. `signals` are the numbers it was made of, by name
    (`byline.answer.signals.WHY`); `terms` are all of the sentence's, stop words too.
    """

    passage: Passage
    span: Span
    terms: frozenset[str]
    cosine: float
    words: float
    score: float
    signals: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

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


def weigh(
    question: str, hits: Sequence[Hit], idf: Mapping[str, float], rule: SentenceRule | None = None
) -> list[Candidate]:
    """The sentences of these passages, best first, crossheads last. `idf` of the question's terms."""
    sentences = read(hits)
    rule = rule or trained()
    found = [
        Candidate(s.hit.passage, s.span, s.spoken, s.cosine, values["words"], rule.chance(values), values)
        for s, values in zip(sentences, signals(AskedFor(question, idf), sentences), strict=True)
    ]
    return sorted(found, key=lambda c: (is_fragment(c.text, len(c.terms)), -c.score, c.passage.id, c.span.start))


def _idf(found: int, total: int) -> float:
    return math.log1p((total - found + 0.5) / (found + 0.5))
