from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.answer.logistic import Logistic, Sample, auroc, fit, folds


def sample(values: list[float], wanted: list[int]) -> Sample:
    return Sample(
        [{"x": value} for value in values], np.array(wanted, float), np.ones(len(values)), ["g"] * len(values)
    )


def test_fitting_finds_the_rule_that_made_the_data() -> None:
    random = np.random.default_rng(3)
    values = random.normal(size=4000)
    wanted = random.random(4000) < 1 / (1 + np.exp(-(0.5 + 2 * values)))
    rule = fit(["x"], sample(values.tolist(), wanted.astype(int).tolist()))
    assert rule.intercept == pytest.approx(0.5, abs=0.15)
    assert rule.weights["x"] == pytest.approx(2.0, abs=0.2)


def test_few_questions_hardly_move_a_rule_that_is_trusted() -> None:
    shipped = Logistic(0.0, {"x": 3.0})
    against = sample([-1.0, 1.0], [1, 0])
    assert fit(["x"], against, ridge=100, near=shipped).weights["x"] == pytest.approx(3.0, abs=0.1)
    assert fit(["x"], against, ridge=0.1, near=shipped).weights["x"] < 0


def test_auroc_by_hand() -> None:
    assert auroc(np.array([1.0, 0, 1, 0]), np.array([0.9, 0.1, 0.4, 0.6])) == 0.75
    assert auroc(np.array([1.0, 0]), np.array([0.5, 0.5])) == 0.5


@given(st.lists(st.text(max_size=2), min_size=1, max_size=30))
def test_a_group_is_never_split(groups: list[str]) -> None:
    fold = folds(groups, 5)
    assert all(len({its for its, group in zip(fold, groups, strict=True) if group == one}) == 1 for one in groups)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_chance_is_one(intercept: float, value: float) -> None:
    assert 0 < Logistic(intercept, {"x": 1.0}).chance({"x": value}) < 1
