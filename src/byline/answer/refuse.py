"""Whether the articles answer at all: a logistic rule over a few signals of the search, calibrated on public questions.

It tells what the articles do not cover from what they do (AUROC in the card beside the weights). A question whose near
neighbours are there but whose answer is not is a harder matter, and is not decided here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from byline.models.terms import passage_terms, query_terms, terms
from byline.types import Hit

_WORD = re.compile(r"[^\W_][\w'’.-]*")

BACKGROUND = (1000, 5)
"""Every term counts as found in 5 of 1,000 further passages (`inverse_frequencies`): in a library of two articles, a
word that is in most passages would else weigh nothing in a question, and one that is in none almost everything."""

FEATURES = (
    "sentence_cosine",
    "passage_cosine",
    "best_coverage",
    "top_coverage",
    "cosine_and_coverage",
    "top_score",
    "name_coverage",
    "mean_idf",
    "log_terms",
    "unseen",
)


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


def features(question: str, read: Sequence[Hit], idf: Mapping[str, float], unseen: float) -> dict[str, float]:
    """The signals of a search. `read`: the hits whose sentences were weighed; `idf` of the question's terms,
    `unseen` the share of them that no passage of the library has.

    Coverage is the share of the question's idf mass that a passage has, in [0, 1]: `best_` of the passage with most of
    it, `top_` of the first hit, `name_` of the names and numbers in the question.
    """
    held = [frozenset(passage_terms(hit.passage)) for hit in read]
    covered = [_mass(terms, idf) for terms in held]
    best = max(zip(covered, held, strict=True), key=lambda pair: pair[0], default=(0.0, frozenset[str]()))
    sentences = [
        (cosine, _mass(frozenset(terms(hit.passage.slice(span))), idf))
        for hit in read
        for span, cosine in zip(hit.passage.sentences, hit.similarities, strict=True)
    ]
    proper = names(question)
    named = {term: weight for term, weight in idf.items() if term in proper}
    return {
        "sentence_cosine": max((cosine for cosine, _ in sentences), default=0.0),
        "passage_cosine": max((hit.ranks["dense"].score for hit in read if "dense" in hit.ranks), default=0.0),
        "best_coverage": best[0],
        "top_coverage": covered[0] if covered else 0.0,
        "cosine_and_coverage": max((cosine * share for cosine, share in sentences), default=0.0),
        "top_score": read[0].score if read else 0.0,
        "name_coverage": _mass(best[1], named) if named else 1.0,
        "mean_idf": sum(idf.values()) / max(1, len(idf)),
        "log_terms": math.log1p(len(idf)),
        "unseen": unseen,
    }


def names(question: str) -> frozenset[str]:
    """Terms of the words that look like names or numbers: a capital where no sentence begins, or a digit."""
    words = _WORD.findall(question)
    named = (
        word
        for place, word in enumerate(words)
        if (place and word[0].isupper()) or (len(word) > 1 and word.isupper()) or any(map(str.isdigit, word))
    )
    return frozenset(term for word in named for term in query_terms(word))


def _mass(terms: frozenset[str], idf: Mapping[str, float]) -> float:
    """Share of the idf mass that these terms have."""
    return sum(weight for term, weight in idf.items() if term in terms) / (sum(idf.values()) or 1.0)
