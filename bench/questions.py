"""Warm questions in a process of their own: `python -m bench.questions INDEX` prints CPU-ms by stage as JSON."""

from __future__ import annotations

import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.data import multihop
from byline.answer import decide
from byline.build import Desk, open_desk
from byline.settings import Settings
from byline.types import Question

WARM_UP, COUNT, SEED = 10, 200, 13
Costs = dict[str, list[float]]


def questions() -> list[str]:
    """Seeded; the first ten warm up."""
    return [case.question for case in random.Random(SEED).sample(multihop(), WARM_UP + COUNT)]


def stages(desk: Desk) -> dict[str, tuple[object, str]]:
    """Where the stages of a question begin: name → (object, method). What none of them covers is the rest."""
    with desk.searcher.lease() as searcher:
        opened = searcher.opened
    return {
        "embed the question": (desk.embedder, "embed_query"),
        "dense candidates": (opened.vectors, "search"),
        "BM25 candidates": (opened.lexical, "search"),
        "sentence vectors": (desk.library, "live_sentence_vectors"),
        "passages": (desk.library, "live_passages"),
        "weigh sentences": (decide, "evidence_of"),
    }


def measure(desk: Desk) -> Costs:
    """CPU-ms of each question and of its stages."""
    costs: Costs = defaultdict(list)

    def timed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **named: Any) -> Any:
            started = time.process_time()
            result = call(*args, **named)
            costs[name].append((time.process_time() - started) * 1e3)
            return result

        return run

    asked = questions()
    for text in asked[:WARM_UP]:
        desk.answerer.answer(Question(text, text))
    with ExitStack() as stack:
        for name, (owner, method) in stages(desk).items():
            stack.enter_context(patch.object(owner, method, timed(name, getattr(owner, method))))
        answer = timed("whole question", desk.answerer.answer)
        for text in asked[WARM_UP:]:
            answer(Question(text, text))
    return costs


if __name__ == "__main__":
    with open_desk(Settings(index=Path(sys.argv[1]))) as opened:
        print(json.dumps(measure(opened)))
