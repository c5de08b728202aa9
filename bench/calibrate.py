"""Fits the refusal rule and writes `src/byline/answer/refusal.json` with its card.

Every answerable SQuAD development question is asked twice: with its article in the index, and after a real sync without
it. A logistic rule separates the two; by title it is fitted on the others and tried on the one left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.answers import Signals, answerable_and_removed
from bench.data import ROOT, SHARED, WORK
from byline.answer.refuse import FEATURES

CARD = ROOT / "src" / "byline" / "answer" / "refusal.json"
FALSE_REFUSALS = 0.035
"""Share of answerable questions the threshold may refuse: below the promised .05, for other corpora differ."""

Array = npt.NDArray[np.float64]
Found = Sequence[tuple[str, Signals]]


def fit(values: Array, labels: Array, *, ridge: float = 1.0, steps: int = 50) -> Array:
    """Logistic regression by Newton's method; returns intercept and weights, (1 + features,)."""
    design = np.hstack([np.ones((len(values), 1)), values])
    penalty = ridge * np.eye(design.shape[1])
    penalty[0, 0] = 0
    weights = np.zeros(design.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (labels - chance) - penalty @ weights
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + penalty
        weights = weights + np.linalg.solve(curvature, gradient)
    return weights


def predicted(values: Array, weights: Array) -> Array:
    chance: Array = 1 / (1 + np.exp(-(weights[0] + values @ weights[1:])))
    return chance


def auroc(labels: Array, scores: Array) -> float:
    """Area under the ROC curve: how often an answerable question scores above a removed one (Mann–Whitney)."""
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    positives = labels.sum()
    return float((ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * (len(labels) - positives)))


def report(inside: Found, outside: Found) -> dict[str, object]:
    """The card, with error rates on titles that the rule was not fitted on."""
    found = [*inside, *outside]
    values = np.array([[signals[name] for name in FEATURES] for _, signals in found])
    labels = np.array([1.0] * len(inside) + [0.0] * len(outside))
    titles = np.array([title for title, _ in found])
    held_out = np.empty(len(found))
    for title in sorted(set(titles)):
        mine = titles == title
        held_out[mine] = predicted(values[mine], fit(values[~mine], labels[~mine]))
    weights = fit(values, labels)
    threshold = float(np.quantile(held_out[labels == 1], FALSE_REFUSALS))
    return {
        "what": "probability that the articles answer a question; below the threshold it is refused",
        "intercept": round(float(weights[0]), 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights[1:], strict=True)},
        "threshold": round(threshold, 4),
        "card": {
            "date": datetime.now(UTC).date().isoformat(),
            "embedder": "all-MiniLM-L6-v2, int8 ONNX",
            "data": f"SQuAD 2.0 development half, {len(inside)} answerable questions, {len(set(titles))} titles, "
            "each asked with and without its article in the index",
            "data_sha256": sha256((SHARED / "squad2" / "questions_dev.jsonl").read_bytes()).hexdigest(),
            "by": "python -m bench calibrate",
            "held_out_by_title": {
                "auroc": round(auroc(labels, held_out), 4),
                "answerable_refused": round(float((held_out[labels == 1] < threshold).mean()), 4),
                "removed_refused": round(float((held_out[labels == 0] < threshold).mean()), 4),
            },
            "limits": "tells what the articles do not cover; not a near miss, where they cover the subject "
            "without giving the answer",
        },
    }


def calibrate(path: Path = CARD) -> str:
    saved = WORK / "signals.json"
    if not saved.exists():
        saved.write_text(json.dumps(answerable_and_removed()))
    inside, outside = json.loads(saved.read_text())
    card = report(inside, outside)
    path.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    return json.dumps(card, indent=2, ensure_ascii=False)
