"""Asking a large library in a process of its own: `python -m bench.scale_search WHAT INDEX` prints JSON.

`start`: open and answer one question. `search`: warm, without filters and with ranges of dates. `recall`: Chroma
against exact search. Times are of the whole process, every thread of it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np

from bench.grown import DAYS, NEWEST, questions
from bench.processes import resident_mb
from byline.build import open_desk
from byline.library.exact import ExactVectors
from byline.settings import Settings
from byline.types import Filters, Question

WARM_UP, COUNT, LIMIT = 30, 200, 10
SPANS = {"a week": 7, "three months": 91, "a year": 365, "five years": 1826}
Figures = dict[str, float]


def date_ranges(days: int) -> list[Filters]:
    """As many as questions, evenly over the ten years."""
    begins = (NEWEST - timedelta(days=days + (DAYS - days) * turn / COUNT) for turn in range(COUNT))
    return [Filters(published_from=begin, published_until=begin + timedelta(days=days)) for begin in begins]


def start(index: Path) -> Figures:
    began = time.perf_counter()
    with open_desk(Settings(index=index)) as desk:
        desk.answerer.answer(Question(questions()[0], questions()[0]))
        return {"cpu_s": time.process_time(), "wall_s": time.perf_counter() - began, "rss_mb": resident_mb(os.getpid())}


def search(index: Path) -> Figures:
    asked = questions()
    with open_desk(Settings(index=index)) as desk:

        def costs(filters: Sequence[Filters]) -> list[float]:
            pairs = zip(asked[WARM_UP : WARM_UP + COUNT], filters, strict=True)
            found = [Question(text, text, filters=wanted) for text, wanted in pairs]
            return spent_ms([partial(desk.searcher.search, question, LIMIT) for question in found])

        for text in asked[:WARM_UP]:
            desk.searcher.search(Question(text, text), LIMIT)
        figures = middle_and_high("no filter", costs([Filters()] * COUNT))
        every: list[float] = []
        for name, days in SPANS.items():
            ranged = costs(date_ranges(days))
            figures |= middle_and_high(name, ranged)
            every += ranged
        figures |= middle_and_high("any filter", every)
        return figures | {"rss_mb": resident_mb(os.getpid())}


def recall(index: Path) -> Figures:
    """Mean share of the exact ten that Chroma has in its ten."""
    with open_desk(Settings(index=index)) as desk, desk.searcher.lease() as searcher:
        opened = searcher.opened
        exact = ExactVectors.load(desk.library, opened.generation.rules, opened.generation.embedder)
        shares = []
        for text in questions():
            vector = desk.embedder.embed_query(text)
            truth = {key for key, _ in exact.search(vector, LIMIT)}
            shares.append(len(truth & {key for key, _ in opened.vectors.search(vector, 5 * LIMIT)[:LIMIT]}) / LIMIT)
    return {"recall": float(np.mean(shares)), "worst": min(shares), "passages": len(exact.ids())}


def spent_ms(calls: Sequence[Callable[[], object]]) -> list[float]:
    costs = []
    for call in calls:
        started = time.process_time()
        call()
        costs.append((time.process_time() - started) * 1e3)
    return costs


def middle_and_high(name: str, costs: Sequence[float]) -> Figures:
    middle, high = np.percentile(costs, [50, 95])
    return {f"{name} p50": float(middle), f"{name} p95": float(high)}


if __name__ == "__main__":
    print(json.dumps({"start": start, "search": search, "recall": recall}[sys.argv[1]](Path(sys.argv[2]))))
