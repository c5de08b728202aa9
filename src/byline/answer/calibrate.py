"""Fitting the refusal rule to questions whose answer is known: thresholds, and weights near those shipped. Pure.

What is fitted is measured on questions that it was not fitted on, in `FOLDS` turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from byline.answer.logistic import Array, Logistic, Sample, auroc, fit, folds
from byline.answer.refuse import RefusalRule, Thresholds
from byline.errors import InputError
from byline.types import Reason

REFUSED_AT_MOST = 0.04
"""Share of the answerable questions that the thresholds refuse where they are fitted; .05 is what is promised."""

SUBJECT_SHARE, NOTHING_SHARE = 0.6, 0.4
"""Of these, the share that may be refused for not being on the subject, and for there being nothing at all."""

LEAST, LEAST_FOR_WEIGHTS = 40, 100
"""Answerable questions that thresholds need, who may refuse one of 40; and questions of each kind that weights need."""

FOLDS = 5
PRIOR = 20.0
"""How many questions the shipped weights count for against a publisher's own."""

Signals = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with its signals, whether the articles answer it and, if known, why not; `group` is never split."""

    signals: Signals
    answerable: bool
    group: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """Of questions that nothing was fitted on: shares refused, and how confidence tells them apart (AUROC), if both
    kinds are there."""

    answerable: int
    answerable_refused: float
    unanswerable: int
    unanswerable_refused: float | None
    auroc: float | None


def fitted_thresholds(rule: RefusalRule, answerable: Sequence[Signals]) -> Thresholds:
    """Those that refuse REFUSED_AT_MOST of these questions, and no more of them for their subject than its share."""
    subject, answering = rule.on_subject.chances(answerable), rule.answering.chances(answerable)
    budget = REFUSED_AT_MOST * len(answerable)
    nothing, on_subject = (_limit(subject, budget * share) for share in (SUBJECT_SHARE * NOTHING_SHARE, SUBJECT_SHARE))
    left = budget - float((subject < on_subject).sum())
    return Thresholds(nothing, on_subject, _limit(answering[subject >= on_subject], left))


def _limit(chances: Array, refused: float) -> float:
    """The highest value with at most so many chances below it, rounded down, so that it refuses no more when kept."""
    return float(np.floor(np.sort(chances)[int(refused)] * 1e4) / 1e4)


def rates(rules: Sequence[RefusalRule], asked: Sequence[Judged]) -> Rates:
    """`rules[n]` is the one for `asked[n]`."""
    verdicts = [rule.judge(one.signals) for rule, one in zip(rules, asked, strict=True)]
    wanted = np.array([float(one.answerable) for one in asked])
    refused = np.array([verdict.reason is not None for verdict in verdicts])
    both = 0 < wanted.sum() < len(wanted)
    return Rates(
        answerable=int(wanted.sum()),
        answerable_refused=round(float(refused[wanted == 1].mean()), 4),
        unanswerable=int((wanted == 0).sum()),
        unanswerable_refused=round(float(refused[wanted == 0].mean()), 4) if both else None,
        auroc=round(auroc(wanted, np.array([verdict.confidence for verdict in verdicts])), 4) if both else None,
    )


def held_out(make: Callable[[Sequence[Judged]], RefusalRule], asked: Sequence[Judged]) -> list[RefusalRule]:
    """For every question a rule made without its fold."""
    fold = folds([one.group for one in asked], FOLDS)
    made = [make([one for one, its in zip(asked, fold, strict=True) if its != number]) for number in range(FOLDS)]
    return [made[number] for number in fold]


def with_own_thresholds(rule: RefusalRule, asked: Sequence[Judged]) -> RefusalRule:
    """Raises InputError when there are too few answerable questions."""
    answerable = [one.signals for one in asked if one.answerable]
    _enough("answerable", len(answerable), LEAST)
    return rule.within(fitted_thresholds(rule, answerable))


def with_own_weights(rule: RefusalRule, asked: Sequence[Judged]) -> RefusalRule:
    """Both rules pulled towards these questions, and thresholds for them. Raises InputError when there are too few."""
    kinds = {kind: sum(one.answerable is kind for one in asked) for kind in (True, False)}
    _enough("answerable", kinds[True], LEAST_FOR_WEIGHTS)
    _enough("unanswerable", kinds[False], LEAST_FOR_WEIGHTS)
    off_topic = [one for one in asked if one.answerable or one.reason == "not_in_articles"]
    near = [one for one in asked if one.answerable or one.reason != "not_in_articles"]
    moved = RefusalRule(_moved(rule.on_subject, off_topic), _moved(rule.answering, near), rule.thresholds)
    return with_own_thresholds(moved, asked)


def _moved(rule: Logistic, asked: Sequence[Judged]) -> Logistic:
    wanted = np.array([float(one.answerable) for one in asked])
    if wanted.all():
        return rule
    weight: npt.NDArray[np.float64] = np.where(wanted == 1, 0.5 / wanted.mean(), 0.5 / (1 - wanted.mean()))
    sample = Sample([one.signals for one in asked], wanted, weight, [one.group for one in asked])
    return fit(list(rule.weights), sample, ridge=PRIOR, near=rule)


def _enough(kind: str, there: int, needed: int) -> None:
    if there < needed:
        raise InputError(f"There are {there} {kind} questions; at least {needed} are needed.", "Add more rows.")
