"""How sure a figure is, and whether two runs differ. Pure; the same input gives the same figures.

Questions of one conversation are not independent: wherever `groups` are given, whole groups are drawn or flipped.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

RESAMPLES = 10_000
SEED = 20_261_122
LEVEL = 0.95
_BLOCK = 2_000_000
"""Numbers drawn at once: 16 MB."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the 95 % interval around it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Of paired runs, B minus A. `p` is two-sided; `detectable` is the smallest true difference that a set of this size
    and spread would find four times out of five.
    """

    interval: Interval
    p: float
    detectable: float


def mean_interval(values: Sequence[float], groups: Sequence[str]) -> Interval:
    """Bootstrap percentiles (Efron 1979) over groups. Raises ValueError without values."""
    sums, sizes = _by_group(values, groups)
    means = _resampled(sums, sizes)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(sums.sum() / sizes.sum()), float(low), float(high))


def share_interval(successes: int, total: int) -> Interval:
    """Wilson's score interval (1927), which stays inside [0, 1] and has a width at 0 and at 1."""
    found = stats.binomtest(successes, total).proportion_ci(LEVEL, method="wilson")
    return Interval(successes / total, float(found.low), float(found.high))


def paired_difference(before: Sequence[float], after: Sequence[float], groups: Sequence[str]) -> Difference:
    """The randomisation test of Fisher and Pitman: were it chance which run is which, each group's sign would be too.

    Smucker, Allan and Carterette (CIKM 2007) recommend it over Wilcoxon's and the sign test.
    """
    differences = [b - a for a, b in zip(before, after, strict=True)]
    interval = mean_interval(differences, groups)
    sums, sizes = _by_group(differences, groups)
    return Difference(interval, _sign_flip_p(sums), _detectable(sums, sizes))


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> float:
    """The exact test of McNemar (1947) for two runs right or wrong on the same questions: two-sided p."""
    lost = sum(a and not b for a, b in zip(before, after, strict=True))
    won = sum(b and not a for a, b in zip(before, after, strict=True))
    return float(stats.binomtest(won, won + lost).pvalue) if won + lost else 1.0


def holm(ps: Sequence[float]) -> list[float]:
    """Holm's adjustment (1979): below .05, a difference stands even though several were looked at."""
    adjusted, highest = [0.0] * len(ps), 0.0
    for place, index in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        highest = max(highest, min(1.0, (len(ps) - place) * ps[index]))
        adjusted[index] = highest
    return adjusted


def _by_group(values: Sequence[float], groups: Sequence[str]) -> tuple[Floats, Floats]:
    """Sum and size of each group, in the order in which groups first appear."""
    if not values:
        raise ValueError("there is nothing to measure")
    places: dict[str, int] = {}
    index = np.array([places.setdefault(group, len(places)) for group in groups])
    held = np.asarray(values, dtype=np.float64)
    sums, sizes = np.zeros((2, len(places)))
    np.add.at(sums, index, held)
    np.add.at(sizes, index, 1.0)
    return sums, sizes


def _resampled(sums: Floats, sizes: Floats) -> Floats:
    generator, count = np.random.default_rng(SEED), len(sums)
    means = []
    for rows in _blocks(count):
        picks = generator.integers(0, count, size=(rows, count))
        means.append(sums[picks].sum(axis=1) / sizes[picks].sum(axis=1))
    return np.concatenate(means)


def _sign_flip_p(sums: Floats) -> float:
    """(1 + as extreme) / (1 + tried): never 0, and never below what was tried could show."""
    observed, generator, extreme = abs(float(sums.sum())), np.random.default_rng(SEED), 0
    for rows in _blocks(len(sums)):
        signs = generator.integers(0, 2, size=(rows, len(sums)), dtype=np.int8) * 2 - 1
        extreme += int((np.abs(signs @ sums) >= observed - 1e-12).sum())
    return (1 + extreme) / (1 + RESAMPLES)


def _detectable(sums: Floats, sizes: Floats) -> float:
    """(z.975 + z.8) standard errors of the mean, groups being what varies."""
    count, mean = len(sums), sums.sum() / sizes.sum()
    if count < 2:
        return math.inf
    spread = float(np.sqrt(((sums - mean * sizes) ** 2).sum() * count / (count - 1))) / float(sizes.sum())
    return float((stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) * spread)


def _blocks(count: int) -> list[int]:
    rows = max(1, min(RESAMPLES, _BLOCK // count))
    return [min(rows, RESAMPLES - done) for done in range(0, RESAMPLES, rows)]
