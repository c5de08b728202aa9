"""The candidates of a question of several parts in one order, so that every part has its evidence near the top. Pure.

They are taken one by one: always the one with the best sum of its score for the whole question and for the part that it
answers best, less what its article, its outlet and its part have had already. Evidence for several parts mostly stands
in several articles; two passages of the best one rarely serve two parts.

All numbers were chosen by hand on the whole of MultiHop-RAG's development half, not by cross-validation. They lie on a
plateau: about halving or doubling one moved all-evidence@10 by less than .01, while the merge lifts it from .356 to
.433. With the term coverage that BM25 was given later it is .447, and higher in each of five folds by answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from byline.library.visible import Imprint
from byline.protocols import Vector
from byline.retrieve.outlets import ONE_NAMED
from byline.retrieve.parts import Part

Scores = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

PART = 2.0
"""Weight of the part that a passage answers best, beside 1 for the whole question."""

OUTLET, DAY = 0.4, 0.2
"""Added to a part's score when the article is of an outlet, or of a day, that the part names."""

SAME_ARTICLE, SAME_PART, SAME_OUTLET = 0.05, 0.02, 0.2
"""Taken off for each passage that an article (up to four), a part, or an outlet named beside others has had already."""

_CAP = 4


def merge(
    parts: Sequence[Part],
    whole: Mapping[str, float],
    each: Mapping[str, Vector],
    of: Mapping[str, Imprint],
    first: int,
) -> dict[str, int]:
    """Keys best first → the number of the part that each serves. `whole`: key → score in [0, 1]; `each`: key → such
    a score for every part.

    The `first` of them are taken one by one; those behind are in the order of their scores.
    """
    keys = sorted(whole.keys() & each.keys())
    imprints = [of.get(key, Imprint("")) for key in keys]
    named = {name for part in parts for name in part.outlets}
    days = {day for part in parts for day in part.days}
    base = np.array([whole[key] for key in keys]) + ONE_NAMED * _from(imprints, named) + DAY * _on(imprints, days)
    scores = np.array([each[key] for key in keys], dtype=np.float64).reshape(-1, len(parts)).T
    for row, part in enumerate(parts):
        scores[row] += OUTLET * _from(imprints, part.outlets or named) + DAY * _on(imprints, part.days)
    order, served = _taken(base, scores, imprints, named if len(named) > 1 else (), first)
    return {keys[place]: int(served[place]) for place in order}


def _taken(
    base: Scores, scores: Scores, imprints: Sequence[Imprint], named: Collection[str], first: int
) -> tuple[list[int], Places]:
    """Places in their order, and by place the part served."""
    articles = np.unique([imprint.article for imprint in imprints], return_inverse=True)[1]
    outlets = np.unique([imprint.publisher or "" for imprint in imprints], return_inverse=True)[1]
    unnamed = _from(imprints, named) == 0 if named else np.zeros(len(base), dtype=bool)
    of_article, of_outlet, of_part = np.zeros(len(base)), unnamed.astype(float), np.zeros(len(scores))
    served = scores.argmax(axis=0)
    value = base + PART * scores.max(axis=0)
    order: list[int] = []
    while len(order) < min(first, len(base)):
        fresh = scores - SAME_PART * (of_part - of_part.min())[:, np.newaxis]
        value = base + PART * fresh.max(axis=0) - SAME_ARTICLE * np.minimum(of_article, _CAP) - SAME_OUTLET * of_outlet
        value[order] = -np.inf
        place = int(value.argmax())
        served[place] = fresh[:, place].argmax()
        order.append(place)
        of_article += articles == articles[place]
        of_part[served[place]] += 1
        if named:
            of_outlet += outlets == outlets[place]
            of_outlet[unnamed] = of_outlet[~unnamed].max(initial=0) + 1
    value[order] = -np.inf
    taken = set(order)
    behind = [place for place in np.argsort(-value, kind="stable").tolist() if place not in taken]
    return order + behind, served


def _from(imprints: Sequence[Imprint], outlets: Collection[str]) -> Scores:
    return np.array([float(imprint.publisher in outlets) for imprint in imprints])


def _on(imprints: Sequence[Imprint], days: Collection[date]) -> Scores:
    wanted = {day.isoformat() for day in days}
    return np.array([float((imprint.published or "")[:10] in wanted) for imprint in imprints])
