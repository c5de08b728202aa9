"""Fits the rules of follow-up questions on CANARD's development conversations, with and without their topics, and
writes `src/byline/retrieve/follow_up.json` with its card.

A mention is meant when people put at least .6 of its new words into their question. Rates in the card are those of
five folds over articles: an article's conversations are never in what their rules were fitted on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from bench.data import ROOT
from bench.followups import DATA, Case, alternating, cases, content_f1, heading, untitled
from byline.retrieve import alone
from byline.retrieve.antecedents import FEATURES, KINDS, AntecedentRule
from byline.retrieve.mentions import words_of
from byline.retrieve.standalone import Conversation
from byline.types import Turn

CARD = ROOT / "src" / "byline" / "retrieve" / "follow_up.json"
FOLDS = 5
MEANT = 0.6
RIDGE = {"person": 5.0, "it": 80.0, "this": 20.0, "they": 5.0}
"""How strongly the weights are held to `GRAMMAR`; 3 for the others. CANARD's conversations are about one person or
group and hardly say "it"."""

GRAMMAR: dict[str, dict[str, float]] = {
    "person": {"asked_for": 2.0, "opening": 0.5, "located": -1.0, "last_question": 1.0, "last_answer": 0.5},
    "they": {"asked_for": 1.0, "plural": 1.0, "located": -1.0, "last_question": 1.0},
    "it": {"thing": 2.5, "title": 3.0, "single": -1.0, "opening": -0.5, "located": -1.0, "last_question": 1.5,
           "last_answer": 0.5, "same_pronoun": 2.0, "asked_for": 1.0},
    "this": {"thing": 1.0, "title": 1.0, "last_answer": 1.0},
    "noun": {"head": 2.0},
    "open": {"thing": 0.5, "last_question": 0.5},
}  # fmt: skip
"""Where the fit starts: what is true of English pronouns whatever the conversation. Written down, not fitted."""

LEAST = {
    "person": 0.1, "they": 0.1, "it": 0.1, "this": 0.2, "noun": 0.3, "open": 0.3, "besides": 0.5, "alone": 0.06,
}  # fmt: skip
RULES = {kind: FEATURES for kind in KINDS} | {"alone": alone.FEATURES}
Array = npt.NDArray[np.float64]
Turns = Callable[[Sequence[str]], tuple[Turn, ...]]


@dataclass(frozen=True, slots=True)
class Example:
    """One candidate of one question (`kind` of leaning), or one question (`alone`)."""

    kind: str
    article: str
    values: tuple[float, ...]
    label: float


def examples(rule: AntecedentRule, turns: Turns) -> list[Example]:
    found: list[Example] = []
    for case in cases():
        if turns is untitled and len(case.history) < 4:
            continue
        talk = Conversation(turns(case.history), case.question, rule)
        talk.listen()
        last = len(talk.said) - 1
        wanted = talk.asked(last)
        if talk.unmarked(wanted):
            values = talk.alone(last)
            found.append(Example("alone", case.article, _row(values, alone.FEATURES), float(case.alone)))
        asked = set(words_of(case.question))
        added = set(words_of(case.rewrite)) - asked
        for kind, leaning in wanted:
            for mention, values in talk.candidates(last, kind, leaning):
                new = mention.words - asked
                label = float(len(new & added) >= MEANT * len(new))
                found.append(Example(kind, case.article, _row(values, FEATURES), label))
    return found


def _row(values: dict[str, float], names: Sequence[str]) -> tuple[float, ...]:
    return tuple(values[name] for name in names)


def newton(values: Array, labels: Array, weight: Array, start: Array, ridge: float) -> Array:
    """Logistic regression, its weights held to `start` by the ridge; intercept first."""
    design = np.hstack([np.ones((len(values), 1)), values])
    penalty = ridge * np.eye(design.shape[1])
    penalty[0, 0] = 0
    weights = start.copy()
    weights[0] = np.log(labels.mean() / (1 - labels.mean())) - (values @ start[1:]).mean()
    for _ in range(60):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        gradient = design.T @ (weight * (labels - chance)) - penalty @ (weights - start)
        curvature = (design * (weight * chance * (1 - chance))[:, None]).T @ design + penalty
        step = np.linalg.solve(curvature, gradient)
        weights = weights + step * min(1.0, 2.0 / max(1e-9, float(np.abs(step).max())))
    return weights


def rule_of(found: Sequence[Example]) -> AntecedentRule:
    intercepts, weights = {}, {}
    for kind, names in RULES.items():
        chosen = [one for one in found if one.kind == kind]
        labels = np.array([one.label for one in chosen])
        # few of CANARD's questions stand alone; a question touched in vain is worth three left as they were
        weight = np.where((labels == 1) & (kind == "alone"), 3.0, 1.0)
        values = np.array([one.values for one in chosen])
        start = np.array([0.0, *(GRAMMAR.get(kind, {}).get(name, 0.0) for name in names)])
        fitted = newton(values, labels, weight, start, RIDGE.get(kind, 3.0))
        intercepts[kind] = round(float(fitted[0]), 3)
        weights[kind] = {name: round(float(w), 3) for name, w in zip(names, fitted[1:], strict=True)}
    return AntecedentRule(intercepts, weights, LEAST)


def fitted() -> list[Example]:
    """Twice: what earlier questions meant, a feature of the later ones, needs a rule itself."""
    nothing = AntecedentRule(
        dict.fromkeys(RULES, 0.0),
        {kind: dict.fromkeys(names, 0.0) for kind, names in RULES.items()},
        dict.fromkeys(RULES, 2.0),
    )
    first = rule_of([one for turns in (alternating, untitled) for one in examples(nothing, turns)])
    return [one for turns in (alternating, untitled) for one in examples(first, turns)]


def held_out(found: Sequence[Example]) -> dict[str, dict[str, float]]:
    """By how the topic is told: content-word F1 of the turns that need rewriting, share of the others untouched."""
    articles = sorted({case.article for case in cases()})
    fold = {article: place % FOLDS for place, article in enumerate(articles)}
    rules = [rule_of([one for one in found if fold[one.article] != number]) for number in range(FOLDS)]
    return {turns.__name__: _figures(rules, fold, turns) for turns in (alternating, heading, untitled)}


def _figures(rules: Sequence[AntecedentRule], fold: dict[str, int], turns: Turns) -> dict[str, float]:
    def made(case: Case) -> str:
        return Conversation(turns(case.history), case.question, rules[fold[case.article]]).standalone()

    rewritten = [content_f1(made(case), case.rewrite) for case in cases() if not case.alone]
    untouched = [made(case) == case.question for case in cases() if case.alone]
    return {"content_word_f1": round(float(np.mean(rewritten)), 4), "untouched": round(float(np.mean(untouched)), 4)}


def fit() -> str:
    found = fitted()
    rule = rule_of(found)
    figures = held_out(found)
    card = {
        "what": "chance that a mention is meant by a way of leaning, and that a question without a pronoun stands "
        "alone; below `least` a mention is not taken, from it on a question is left alone",
        "intercepts": rule.intercepts,
        "weights": rule.weights,
        "least": rule.least,
        "card": {
            "date": datetime.now(UTC).date().isoformat(),
            "by": "python -m bench.followups fit",
            "data": f"CANARD, development half: {len(cases())} questions, with their topics and without",
            "sha256": sha256(DATA.read_bytes()).hexdigest(),
            "on_articles_it_was_not_fitted_on": figures,
            "limits": "English; conversations about one person, group or work at a time",
        },
    }
    CARD.write_text(json.dumps(card, indent=2) + "\n")
    return json.dumps(figures, indent=2)
