"""Whether the articles answer: two logistic rules, calibrated on public questions, decide which of three states it is.

The first tells what the articles are not about from what they are; the second, a near miss from an answer. A question
is answered when both are confident enough. Weights, data and error rates are in `refusal.json`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from byline.answer.kind import KIND_TERMS
from byline.answer.logistic import Logistic
from byline.answer.near_miss import SIGNALS, near_miss_signals
from byline.answer.weigh import Candidate, inverse_frequencies
from byline.models.terms import passage_terms, query_terms
from byline.types import Hit, Reason

_WORD = re.compile(r"[^\W_][\w'’.-]*")

BACKGROUND = (1000, 5)
"""Every term counts as found in 5 of 1,000 further passages (`inverse_frequencies`): in a library of two articles, a
word that is in most passages would else weigh nothing in a question, and one that is in none almost everything."""

LONG = 12
"""Terms of a question that no single sentence can be expected to have all of; those of SQuAD have 3 to 9, those of
MultiHop-RAG, over several articles, 16 to 34."""

ON_SUBJECT = (
    "sentence_cosine",
    "passage_cosine",
    "best_coverage",
    "top_coverage",
    "cosine_and_coverage",
    "top_score",
    "name_coverage",
    "union_coverage",
    "union_names",
    "mean_idf",
    "log_terms",
)
ANSWERING = ("sentence_cosine", "cosine_and_coverage", "top_score", "log_terms", "beyond_a_sentence", *SIGNALS)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Below `nothing` the articles are not on the subject, and from `on_subject` they are; from `answering` the best
    sentence answers. What is on the subject without answering is related."""

    nothing: float
    on_subject: float
    answering: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """`confidence` in [0, 1] that the articles answer; the `reason` when they are not taken to."""

    confidence: float
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class RefusalRule:
    """The chance that the articles are on the subject, the chance that the best sentence answers, and their limits."""

    on_subject: Logistic
    answering: Logistic
    thresholds: Thresholds

    def judge(self, signals: Mapping[str, float]) -> Verdict:
        """As strong as the weaker of the two: their product ranks near misses worse, by .010 of AUROC."""
        subject, answering = self.on_subject.chance(signals), self.answering.chance(signals)
        return Verdict(min(subject, answering), self._reason(subject, answering))

    def within(self, thresholds: Thresholds) -> RefusalRule:
        return replace(self, thresholds=thresholds)

    def _reason(self, subject: float, answering: float) -> Reason | None:
        limits = self.thresholds
        if subject < limits.nothing:
            return "not_in_articles"
        return "related_only" if subject < limits.on_subject or answering < limits.answering else None


@cache
def calibrated() -> RefusalRule:
    """The rule shipped with the package, fitted for the bundled embedder (`refusal.json`, with its card)."""
    return rule_of(json.loads(resources.files("byline.answer").joinpath("refusal.json").read_text()))


def rule_of(card: Mapping[str, Any]) -> RefusalRule:
    """Raises KeyError or TypeError where the card is not one."""
    on_subject, answering = (
        Logistic(float(card[rule]["intercept"]), {name: float(card[rule]["weights"][name]) for name in names})
        for rule, names in (("on_subject", ON_SUBJECT), ("answering", ANSWERING))
    )
    return RefusalRule(on_subject, answering, Thresholds(**card["thresholds"]))


def signals(
    question: str,
    read: Sequence[Hit],
    candidates: Sequence[Candidate],
    frequencies: Mapping[str, int],
    passages: int,
) -> dict[str, float]:
    """All that is decided on. `read`: the hits whose sentences are the `candidates`, best first; `frequencies`: in how
    many of the library's `passages` each term of the question is.
    """
    meant = {term: found for term, found in frequencies.items() if term not in KIND_TERMS} or frequencies
    idf = inverse_frequencies(meant, passages, background=BACKGROUND)
    proper = names(question)
    return subject_signals(proper, read, candidates, idf) | near_miss_signals(question, proper, idf, candidates)


def subject_signals(
    proper: frozenset[str], read: Sequence[Hit], candidates: Sequence[Candidate], idf: Mapping[str, float]
) -> dict[str, float]:
    """Coverage is the share of the question's idf mass that a passage has, in [0, 1]: `best_` of the passage with most
    of it, `top_` of the first hit, `name_` of the names and numbers in the question; `union_`, of all that was read
    together: a question about several articles has its words in none of them alone.
    """
    held = [frozenset(passage_terms(hit.passage)) for hit in read]
    union = frozenset[str]().union(*held)
    covered = [mass(terms, idf) for terms in held]
    best = max(zip(covered, held, strict=True), key=lambda pair: pair[0], default=(0.0, frozenset[str]()))
    named = {term: weight for term, weight in idf.items() if term in proper}
    log_terms = math.log1p(len(idf))
    return {
        "sentence_cosine": max((one.cosine for one in candidates), default=0.0),
        "passage_cosine": max((hit.ranks["dense"].score for hit in read if "dense" in hit.ranks), default=0.0),
        "best_coverage": best[0],
        "top_coverage": covered[0] if covered else 0.0,
        "cosine_and_coverage": max((one.cosine * mass(one.terms, idf) for one in candidates), default=0.0),
        "top_score": read[0].score if read else 0.0,
        "name_coverage": mass(best[1], named) if named else 1.0,
        "union_coverage": mass(union, idf),
        "union_names": mass(union, named) if named else 1.0,
        "mean_idf": sum(idf.values()) / max(1, len(idf)),
        "log_terms": log_terms,
        "beyond_a_sentence": max(0.0, log_terms - math.log1p(LONG)),
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


def mass(terms: frozenset[str], idf: Mapping[str, float]) -> float:
    """Share of the idf mass that these terms have."""
    return sum([weight for term, weight in idf.items() if term in terms]) / (sum(idf.values()) or 1.0)
