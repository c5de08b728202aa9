"""Scores of a search's candidates as rows, ranks and hits. Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

import numpy as np

from byline.protocols import Vector
from byline.types import Hit, Passage, Rank


def best_cosines(similarities: Mapping[str, Vector], vectors: int) -> Vector:
    """The cosine of each passage's best sentence: (vectors, passages)."""
    if not similarities:
        return np.zeros((vectors, 0), dtype=np.float32)
    starts = np.cumsum([0, *(len(rows) for rows in similarities.values())])[:-1]
    return np.maximum.reduceat(np.concatenate(list(similarities.values())), starts).T


def score_rows(found: Sequence[Sequence[tuple[str, float]]], keys: Mapping[str, Vector]) -> Vector:
    """Scores as (lists, keys); 0 where a list has not found one."""
    scores = [dict(hits) for hits in found]
    return np.array([[hits.get(key, 0.0) for key in keys] for hits in scores], dtype=np.float32)


def hit_of(
    passage: Passage,
    score: float,
    why: Mapping[str, Mapping[str, Rank]],
    cosines: Vector | None,
    part: int | None = None,
) -> Hit:
    ranks = {name: found[passage.id] for name, found in why.items() if passage.id in found}
    return Hit(passage, score, ranks, tuple(cosines[:, 0].tolist()) if cosines is not None else (), part=part)


def ranks_of(among: Container[str], **found: Mapping[str, float]) -> dict[str, dict[str, Rank]]:
    """Of those `among` all that a retriever has found."""
    return {name: _ranked(scores, among) for name, scores in found.items()}


def _ranked(scores: Mapping[str, float], among: Container[str]) -> dict[str, Rank]:
    order: Sequence[str] = sorted(scores, key=lambda key: (-scores[key], key))
    return {key: Rank(rank, scores[key]) for rank, key in enumerate(order, 1) if key in among}
