"""Metrics of the benchmarks, their intervals, and a table. Pure."""

from __future__ import annotations

import re
import string
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

Scores = dict[str, float]


def paragraph_scores(gold: str, ranked: Sequence[str]) -> Scores:
    """R@1, R@10 and MRR@10 of one question with one right article; `ranked` are article ids, best first."""
    rank = next((number for number, found in enumerate(ranked[:10], 1) if found == gold), None)
    return {"R@1": float(rank == 1), "R@10": float(rank is not None), "MRR@10": 1 / rank if rank else 0.0}


def evidence_scores(facts: Sequence[str], gold: Sequence[str], ranked: Sequence[tuple[str, str]]) -> Scores:
    """MultiHop-RAG's own formulas: a passage is relevant when it holds a gold fact, white space aside.

    `ranked` are (article id, text), best first.
    """
    wanted = [_squash(fact) for fact in facts]
    found: set[int] = set()
    first = None
    for rank, (_, text) in enumerate(ranked[:10], 1):
        squashed = _squash(text)
        inside = {i for i, fact in enumerate(wanted) if fact in squashed}
        if inside and first is None:
            first = rank
        found |= inside
    articles = {article for article, _ in ranked[:10]}
    return {
        "Hits@10": float(first is not None),
        "Hits@4": float(first is not None and first <= 4),
        "MRR@10": 1 / first if first else 0.0,
        "all-evidence@10": float(len(found) == len(wanted)),
        "article recall@10": len(articles & set(gold)) / len(set(gold)),
    }


def normalised(text: str) -> str:
    """SQuAD's: lower case, no punctuation, no articles, single blanks."""
    kept = "".join(character for character in text.lower() if character not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", kept).split())


def contains(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in the text, both normalised."""
    said = normalised(text)
    return any(wanted and wanted in said for wanted in map(normalised, answers))


def mean_interval(values: Sequence[float], groups: Sequence[str], seed: int = 13) -> tuple[float, float, float]:
    """Mean and its 95 % interval by 2,000 bootstrap resamples of whole groups."""
    by_group: dict[str, list[float]] = defaultdict(list)
    for value, group in zip(values, groups, strict=True):
        by_group[group].append(value)
    sums = np.array([sum(members) for members in by_group.values()])
    sizes = np.array([len(members) for members in by_group.values()])
    picks = np.random.default_rng(seed).integers(0, len(sums), size=(2000, len(sums)))
    means = sums[picks].sum(axis=1) / sizes[picks].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(np.mean(values)), float(low), float(high)


def area(labels: Sequence[float], scores: Sequence[float]) -> float:
    """Under the ROC curve: how often one labelled 1 scores above one labelled 0, a tie being half (Mann–Whitney)."""
    wanted = np.asarray(labels) == 1
    _, place, counts = np.unique(np.asarray(scores), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    positives, negatives = int(wanted.sum()), int((~wanted).sum())
    return float((ranks[wanted].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def area_interval(
    labels: Sequence[float], scores: Sequence[float], groups: Sequence[str], seed: int = 13
) -> tuple[float, float, float]:
    """`area`, and its 95 % interval by 500 bootstrap resamples of whole groups."""
    of_group: dict[str, list[int]] = defaultdict(list)
    for place, group in enumerate(groups):
        of_group[group].append(place)
    members = [np.array(places) for places in of_group.values()]
    picks = np.random.default_rng(seed).integers(0, len(members), size=(500, len(members)))
    chosen = [np.concatenate([members[group] for group in pick]) for pick in picks]
    known, found = np.asarray(labels), np.asarray(scores)
    areas = [area(known[places], found[places]) for places in chosen if 0 < known[places].sum() < len(places)]
    low, high = np.quantile(areas, [0.025, 0.975])
    return area(labels, scores), float(low), float(high)


def table(rows: Mapping[str, Sequence[Scores]], groups: Sequence[str]) -> str:
    """Markdown: a row for each system, a column for each metric, `mean [low, high]`."""
    names = list(next(iter(rows.values()))[0])
    lines = ["| system | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for system, scores in rows.items():
        cells = []
        for name in names:
            mean, low, high = mean_interval([score[name] for score in scores], groups)
            cells.append(f"{mean:.3f} [{low:.3f}, {high:.3f}]")
        lines.append(f"| {system} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _squash(text: str) -> str:
    return re.sub(r"\s+", "", text)
