"""Fitting the weights of sentences: a conditional logistic regression over the sentences of each question. Pure.

The loss of a question is -ln of the share that its answering sentences have of exp(weights · signals) over all its
sentences, so only differences within a question count: what orders them, not what makes a question easy.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Asked = tuple[Array, Array]
"""(sentences, signals) values of one question, and which of them answer: 1, 0, or -1 for not to be learned from."""


def order_weights(questions: Sequence[Asked], *, ridge: float = 1.0, steps: int = 30) -> Array:
    """(signals,) weights, by Newton steps that are halved until they help; the ridge makes the curvature definite."""
    useful = [(values[labels >= 0], labels[labels >= 0]) for values, labels in questions if 0 in labels and 1 in labels]
    values = np.concatenate([rows for rows, _ in useful])
    answers = np.concatenate([labels for _, labels in useful]) == 1
    sizes = np.array([len(labels) for _, labels in useful])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(sizes)), sizes)

    def shares(weights: Array) -> tuple[Array, Array, float]:
        total = values @ weights
        mass = np.exp(total - np.maximum.reduceat(total, starts)[owner])
        whole, right = np.add.reduceat(mass, starts), np.add.reduceat(mass * answers, starts) + 1e-300
        likelihood = np.log(right / whole).sum() - ridge * (weights @ weights) / 2
        return mass / whole[owner], mass * answers / right[owner], float(likelihood)

    weights = np.zeros(values.shape[1])
    share, answering, likelihood = shares(weights)
    for _ in range(steps):
        means = np.add.reduceat(values * share[:, None], starts)
        curvature = (values.T * share) @ values - means.T @ means + ridge * np.eye(len(weights))
        step = np.linalg.solve(curvature, (answering - share) @ values - ridge * weights)
        reached = likelihood
        while np.abs(step).max() > 1e-6:
            share, answering, reached = shares(weights + step)
            if reached >= likelihood:
                break
            step = step / 2
        weights = weights + step
        if reached - likelihood < 1e-3:
            break
        likelihood = reached
    return weights


def calibration(questions: Sequence[Asked], weights: Array, *, steps: int = 50) -> tuple[float, float]:
    """(intercept, scale): a sentence answers with the chance logistic(intercept + scale · weights · signals)."""
    kept = [(values[labels >= 0] @ weights, labels[labels >= 0]) for values, labels in questions if len(labels)]
    totals, labels = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    design = np.stack([np.ones_like(totals), totals], axis=1)
    fitted = np.zeros(2)
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-np.clip(design @ fitted, -50, 50)))
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-6 * np.eye(2)
        fitted = fitted + np.linalg.solve(curvature, design.T @ (labels - chance))
    return float(fitted[0]), float(fitted[1])
