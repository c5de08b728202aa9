"""The statistics against other implementations, and against what they promise in simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from byline.evaluate import uncertainty
from byline.evaluate.uncertainty import holm, mcnemar, mean_interval, paired_difference, share_interval

GENERATOR = np.random.default_rng(7)


def apart(count: int) -> list[str]:
    return [str(number) for number in range(count)]


def test_a_mean_and_its_interval_are_near_the_exact_ones() -> None:
    values = GENERATOR.normal(3, 2, size=400).tolist()
    found = mean_interval(values, apart(400))
    exact = stats.t.interval(0.95, 399, loc=np.mean(values), scale=stats.sem(values))
    assert found.value == pytest.approx(np.mean(values))
    assert (found.low, found.high) == pytest.approx(exact, abs=0.03)
    assert found == mean_interval(values, apart(400))


def test_conversations_widen_the_interval() -> None:
    """Ten equal answers of one conversation say no more than one."""
    values = GENERATOR.integers(0, 2, size=60).astype(float)
    alone = mean_interval(values.tolist(), apart(60))
    repeated = mean_interval(np.repeat(values, 10).tolist(), [str(n) for n in range(60) for _ in range(10)])
    assert (repeated.low, repeated.high) == pytest.approx((alone.low, alone.high), abs=0.02)


def test_wilson_by_hand() -> None:
    """7 of 10: (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)."""
    z, p, n = 1.959963984540054, 0.7, 10
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    found = share_interval(7, 10)
    assert (found.low, found.high) == pytest.approx(
        ((middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n))
    )
    assert share_interval(0, 10).high > 0.2


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_never_helps_and_keeps_the_order(ps: list[float]) -> None:
    adjusted = holm(ps)
    assert all(p <= a <= 1 for p, a in zip(ps, adjusted, strict=True))
    ordered = [a for _, a in sorted(zip(ps, adjusted, strict=True))]
    assert ordered == sorted(ordered)


def test_mcnemar_by_hand() -> None:
    """1 lost, 8 won: 2 · (C(9,0) + C(9,1)) / 2⁹."""
    before, after = [True] + [False] * 8 + [True] * 5, [False] + [True] * 8 + [True] * 5
    assert mcnemar(before, after) == pytest.approx(20 / 512)
    assert mcnemar([True], [True]) == 1.0


def test_the_sign_flips_are_those_of_an_independent_implementation() -> None:
    before, after = GENERATOR.normal(0, 1, 12), GENERATOR.normal(0.4, 1, 12)
    ours = paired_difference(before.tolist(), after.tolist(), apart(12)).p
    exact = stats.permutation_test(
        (before, after), lambda a, b, axis: (b - a).mean(axis=axis), permutation_type="samples", n_resamples=math.inf,
        vectorized=True,
    ).pvalue  # fmt: skip
    assert ours == pytest.approx(exact, abs=0.012)


def test_p_is_uniform_when_nothing_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uncertainty, "RESAMPLES", 999)
    generator, groups = np.random.default_rng(11), apart(60)
    ps = []
    for _ in range(400):
        before, after = generator.normal(0, 1, (2, 60))
        ps.append(paired_difference(before.tolist(), after.tolist(), groups).p)
    assert stats.kstest(ps, "uniform").pvalue > 0.01


def test_a_true_drop_of_five_points_is_found_four_times_out_of_five(monkeypatch: pytest.MonkeyPatch) -> None:
    """400 questions; 8 of 100 get worse, 3 better, as a change of ranking does."""
    monkeypatch.setattr(uncertainty, "RESAMPLES", 999)
    generator, groups, found = np.random.default_rng(5), apart(400), 0
    for _ in range(200):
        change = generator.choice([-1.0, 0.0, 1.0], size=400, p=[0.08, 0.89, 0.03])
        found += paired_difference([0.0] * 400, change.tolist(), groups).p < 0.05
    assert found / 200 >= 0.8


def test_what_is_called_detectable_is_detected_that_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uncertainty, "RESAMPLES", 999)
    generator, groups = np.random.default_rng(3), apart(100)
    noise = generator.normal(0, 1, (200, 100))
    smallest = paired_difference([0.0] * 100, noise[0].tolist(), groups).detectable
    assert smallest == pytest.approx(0.28, abs=0.04)
    found = sum(paired_difference([0.0] * 100, (row + smallest).tolist(), groups).p < 0.05 for row in noise)
    assert found / 200 == pytest.approx(0.8, abs=0.1)


def test_nothing_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="nothing"):
        mean_interval([], [])
