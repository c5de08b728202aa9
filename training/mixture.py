"""What one pass is made of: which rows, how often, and with which windows. Drawn anew for every pass. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from training.altered import altered_question
from training.headers import header
from training.rows import Row
from training.windows import Window, answer_window, beside_window, wrong_window

SHORTEST, LONGEST = 120, 430
"""Code points of a window, drawn between the two: with question and header at most about 128 tokens."""

TIMES = {"squad2_near_misses": 2.0, "qamr_sample": 0.5, "time_sensitive": 0.6, "clapnq_unanswerable": 2.0}
"""How often a file's rows are in a pass, where not once: near misses are what is rarest and matters most."""

ALTERED, WRONG, BESIDE = 0.24, 0.2, 0.16
"""Windows made from answerable rows, as a share of them: a question changed, a wrong passage, sentences beside."""

WEIGHTS = {"near": 1.5, "altered": 1.0, "wrong": 0.7, "beside": 0.8, "answer": 1.0, "sentence": 0.5}
"""What an error in a window of each kind costs."""

SENTENCES = "selqa_sentences"
"""The file whose answers are sentences: every word of them may be pointed at."""


def mixture(rows: Sequence[Row], wrong: Mapping[str, list[str]], seed: int) -> Iterator[Window]:
    """One pass over the rows in their order; the same for the same seed."""
    rng = random.Random(seed)
    for row in rows:
        for _ in range(_drawn(TIMES.get(row.source, 1.0), rng)):
            if (window := _own(row, rng)) is not None:
                yield window
        if row.answerable and row.source != SENTENCES:
            yield from _made(row, wrong.get(row.id, []), rng)


def natural(rows: Sequence[Row], seed: int = 0) -> list[Window]:
    """One window of each row as it is, for measuring."""
    rng = random.Random(seed)
    return [window for row in rows if (window := _own(row, rng)) is not None]


def _own(row: Row, rng: random.Random) -> Window | None:
    head, limit = header(row.passage, rng), rng.randint(SHORTEST, LONGEST)
    if not row.answerable:
        return wrong_window(row, head, limit, rng, "near")
    window = answer_window(row, head, limit, rng)
    if window is not None and row.source == SENTENCES:
        return replace(window, kind="sentence")
    return window


def _made(row: Row, wrong: Sequence[str], rng: random.Random) -> Iterator[Window]:
    made: list[Window | None] = []
    head, limit = header(row.passage, rng), rng.randint(SHORTEST, LONGEST)
    if rng.random() < ALTERED and (question := altered_question(row, rng)) is not None:
        window = answer_window(row, head, limit, rng)
        made.append(window and replace(window, question=question, answers=(), kind="altered"))
    if rng.random() < BESIDE:
        made.append(beside_window(row, head, limit, rng))
    if wrong and rng.random() < WRONG:
        passage = wrong[min(int(rng.expovariate(0.7)), len(wrong) - 1)]
        other = Row(row.id, row.question, passage, (), row.source)
        made.append(wrong_window(other, header(passage, rng), limit, rng, "wrong"))
    yield from (window for window in made if window is not None)


def _drawn(times: float, rng: random.Random) -> int:
    whole = int(times)
    return whole + (rng.random() < times - whole)
