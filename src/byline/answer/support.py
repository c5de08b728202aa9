"""How likely it is that the quotes carry a written sentence: a logistic rule over named signals. Pure.

Weights, threshold, data and error rates are in `support.json`, which `python -m bench support` writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from math import exp, log
from typing import Any

from byline.answer.logistic import Logistic
from byline.answer.support_signals import SIGNALS


@dataclass(frozen=True, slots=True)
class SupportRule:
    """The chance that a sentence is supported, and from which chance on it is taken to be."""

    chances: Logistic
    threshold: float
    fingerprint: str

    def chance(self, signals: Mapping[str, float]) -> float:
        return self.chances.chance(signals)


@cache
def shipped() -> SupportRule:
    """The rule of the package, fitted for the bundled embedder (`support.json`, with its card)."""
    return rule_of(card())


@cache
def card() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(resources.files("byline.answer").joinpath("support.json").read_text("utf-8"))
    return found


def error_rates() -> str:
    """In one line, from the card: how often it is wrong either way, sentence by sentence."""
    said = []
    for task, found in card()["card"]["on_sources_it_was_not_fitted_on"].items():
        accepted, rejected = found["false_accept_sentence"], found["false_reject_sentence"]
        said.append(
            f"{task}: {accepted[0]:.0%} [{accepted[1]:.0%}, {accepted[2]:.0%}] of invented sentences pass, "
            f"{rejected[0]:.0%} [{rejected[1]:.0%}, {rejected[2]:.0%}] of right ones are struck"
        )
    return f"written sentences, on RAGTruth: {'; '.join(said)}"


def rule_of(found: Mapping[str, Any]) -> SupportRule:
    """Raises KeyError or TypeError where the card is not one."""
    weights = {name: float(found["weights"][name]) for name in SIGNALS}
    rule = Logistic(float(found["intercept"]), weights)
    digest = sha256(json.dumps([found[key] for key in ("intercept", "weights", "threshold")]).encode()).hexdigest()
    return SupportRule(rule, float(found["threshold"]), f"support:{digest[:12]}")


def joined(chance: float, entailed: float, threshold: float) -> float:
    """The rule's chance and what a cross-encoder says, as one chance with the same threshold.

    Their odds, each against its own limit (the threshold; one half), are multiplied and the root is taken: both count
    alike. To weigh them, or to move the threshold, would take labelled answers for the very model that is configured.
    """
    return _logistic(_odds(threshold) + (_odds(chance) - _odds(threshold) + _odds(entailed)) / 2)


def _odds(chance: float) -> float:
    """Their logarithm."""
    bounded = min(1 - 1e-9, max(1e-9, chance))
    return log(bounded / (1 - bounded))


def _logistic(odds: float) -> float:
    return 1 / (1 + exp(-odds))


def whole(scores: Sequence[float]) -> float:
    """Of an answer: that of its weakest sentence, 0 when it has none.

    The product over all would make an answer doubtful for its length; over the three weakest it tells the same (AUROC
    .831 against .824 on QA, .735 against .742).
    """
    return min(scores, default=0.0)
