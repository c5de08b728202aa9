from __future__ import annotations

import numpy as np
import pytest

from byline.answer.calibrate import (
    LEAST,
    LEAST_FOR_WEIGHTS,
    Judged,
    fitted_thresholds,
    held_out,
    rates,
    with_own_thresholds,
    with_own_weights,
)
from byline.answer.logistic import Logistic
from byline.answer.refuse import RefusalRule, Thresholds
from byline.errors import InputError

RULE = RefusalRule(Logistic(0.0, {"s": 1.0}), Logistic(0.0, {"a": 1.0}), Thresholds(0.0, 0.0, 0.0))


def asked(count: int, *, answerable: bool, at: float, seed: int = 5) -> list[Judged]:
    random = np.random.default_rng(seed + answerable)
    return [
        Judged({"s": float(s), "a": float(a)}, answerable, f"{answerable}{number}")
        for number, (s, a) in enumerate(random.normal(at, 1, size=(count, 2)))
    ]


def test_thresholds_refuse_no_more_than_they_may_where_they_were_fitted() -> None:
    answerable = [one.signals for one in asked(1000, answerable=True, at=1)]
    rule = RULE.within(fitted_thresholds(RULE, answerable))
    reasons = [rule.judge(signals).reason for signals in answerable]
    refused = len(reasons) - reasons.count(None)
    assert 30 <= refused <= 43
    assert 0 < reasons.count("not_in_articles") <= 11
    assert rule.thresholds.nothing <= rule.thresholds.on_subject


def test_rates_are_of_questions_that_were_held_out() -> None:
    questions = [*asked(400, answerable=True, at=2), *asked(400, answerable=False, at=-2)]
    found = rates(held_out(lambda part: with_own_thresholds(RULE, part), questions), questions)
    assert (found.answerable, found.unanswerable) == (400, 400)
    assert found.answerable_refused < 0.1
    assert found.unanswerable_refused is not None
    assert found.unanswerable_refused > 0.9
    assert found.auroc is not None
    assert found.auroc > 0.98


def test_without_unanswerable_questions_only_what_is_lost_is_known() -> None:
    questions = asked(60, answerable=True, at=1)
    found = rates([with_own_thresholds(RULE, questions)] * 60, questions)
    assert (found.unanswerable, found.unanswerable_refused, found.auroc) == (0, None, None)


def test_too_few_questions_are_said_to_be_too_few() -> None:
    with pytest.raises(InputError, match=f"{LEAST - 1} answerable"):
        with_own_thresholds(RULE, asked(LEAST - 1, answerable=True, at=1))
    enough = asked(LEAST_FOR_WEIGHTS, answerable=True, at=1)
    with pytest.raises(InputError, match="0 unanswerable"):
        with_own_weights(RULE, enough)


def test_weights_move_towards_what_tells_the_questions_apart() -> None:
    turned = RefusalRule(Logistic(0.0, {"s": 1.0}), Logistic(0.0, {"a": -1.0}), RULE.thresholds)
    questions = [*asked(400, answerable=True, at=2), *asked(400, answerable=False, at=-2)]
    rule = with_own_weights(turned, questions)
    assert rule.answering.weights["a"] > 0
    assert rule.on_subject == turned.on_subject  # of none is it said that there is nothing on it
