"""Whether the articles answer at all: a logistic rule over a few signals of the search, calibrated on public questions.

It tells what the articles do not cover from what they do (AUROC in the card beside the weights). A question whose near
neighbours are there but whose answer is not is a harder matter, and is not decided here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from byline.answer.weigh import Candidate
from byline.types import Hit

BACKGROUND = (1000, 5)
"""Every term counts as found in 5 of 1,000 further passages (`inverse_frequencies`): in a library of two articles, a
word that is in most passages would else weigh nothing in a question, and one that is in none almost everything."""

FEATURES = ("sentence_cosine", "passage_cosine", "passage_coverage", "sentence_coverage", "bm25_per_idf", "cosine_gap")


@dataclass(frozen=True, slots=True)
class RefusalRule:
    """`answerable` is the logistic of intercept + weights · features; below `threshold` the question is refused."""

    intercept: float
    weights: Mapping[str, float]
    threshold: float

    def answerable(self, features: Mapping[str, float]) -> float:
        """Probability in [0, 1] that the articles answer, on the data the rule was calibrated on."""
        total = self.intercept + sum(self.weights[name] * features[name] for name in FEATURES)
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))

    def refuses(self, features: Mapping[str, float]) -> bool:
        return self.answerable(features) < self.threshold


@cache
def calibrated() -> RefusalRule:
    """The rule shipped with the package, fitted for the bundled embedder (`refusal.json`, with its card)."""
    card = json.loads(resources.files("byline.answer").joinpath("refusal.json").read_text())
    return RefusalRule(card["intercept"], card["weights"], card["threshold"])


def features(hits: Sequence[Hit], candidates: Sequence[Candidate], idf: Mapping[str, float]) -> dict[str, float]:
    """All in about [0, 1]. `idf` of the question's terms, with the `BACKGROUND`."""
    mass = sum(idf.values()) or 1.0
    cosines = sorted((candidate.cosine for candidate in candidates), reverse=True) or [0.0]
    held = [{term for candidate in candidates if candidate.passage == hit.passage for term in candidate.terms}
            for hit in hits[:5]]  # fmt: skip
    return {
        "sentence_cosine": cosines[0],
        "passage_cosine": _best(hits, "dense"),
        "passage_coverage": max((_mass(terms, idf) for terms in held), default=0.0) / mass,
        "sentence_coverage": max((_mass(candidate.terms, idf) for candidate in candidates[:5]), default=0.0) / mass,
        "bm25_per_idf": min(3.0, _best(hits, "lexical") / mass),
        "cosine_gap": cosines[0] - cosines[min(4, len(cosines) - 1)],
    }


def _mass(terms: set[str] | frozenset[str], idf: Mapping[str, float]) -> float:
    return sum(weight for term, weight in idf.items() if term in terms)


def _best(hits: Sequence[Hit], retriever: str) -> float:
    return max((hit.ranks[retriever].score for hit in hits if retriever in hit.ranks), default=0.0)
