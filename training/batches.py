"""Windows as batches of tokens: like lengths together, so that little is padding; in an order that a seed decides."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from byline.models.pooling import Integers
from byline.models.reader_input import ReaderInput, padded, reader_input
from training.mixture import WEIGHTS
from training.windows import Window

POOL = 1_500
"""Windows among which like lengths are put together: much larger, and a batch is all of one file's short ones."""


@dataclass(frozen=True, slots=True)
class Example:
    """`first`, `last`: tokens that may begin and end the answer; both only `[CLS]` when there is none."""

    read: ReaderInput
    first: tuple[int, ...]
    last: tuple[int, ...]
    weight: float


def example(tokenizer: Tokenizer, window: Window) -> Example | None:
    """None when the answer lies beyond what fits."""
    read = reader_input(tokenizer, window.question, window.header, window.text)
    weight = WEIGHTS[window.kind]
    if not window.answers:
        return Example(read, (0,), (0,), weight)
    firsts, lasts = [], []
    for answer in window.answers:
        inside = [at for at, (start, end) in enumerate(read.offsets) if start < answer.end and end > answer.start]
        if inside and read.offsets[inside[-1]][1] >= answer.end:
            firsts += inside if window.kind == "sentence" else inside[:1]
            lasts += inside if window.kind == "sentence" else inside[-1:]
    if not firsts:
        return None
    return Example(
        read, tuple({read.first + at: None for at in firsts}), tuple({read.first + at: None for at in lasts}), weight
    )


def batches(examples: Sequence[Example], tokens: int, seed: int) -> list[list[int]]:
    """Places in `examples`; each batch has at most `tokens` tokens, padding counted."""
    rng = random.Random(seed)
    order = list(range(len(examples)))
    rng.shuffle(order)
    found: list[list[int]] = []
    for start in range(0, len(order), POOL):
        part = sorted(order[start : start + POOL], key=lambda at: examples[at].read.tokens)
        found.extend(_filled(part, examples, tokens))
    rng.shuffle(found)
    return found


def _filled(part: Sequence[int], examples: Sequence[Example], tokens: int) -> Iterator[list[int]]:
    batch: list[int] = []
    for at in part:  # ascending, so the one that is added is the longest
        if batch and (len(batch) + 1) * examples[at].read.tokens > tokens:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class Batch:
    ids: Integers
    mask: Integers
    types: Integers
    first: Integers
    last: Integers
    weights: np.ndarray[tuple[int], np.dtype[np.float32]]


def collated(examples: Sequence[Example]) -> Batch:
    ids, mask, types = padded([one.read for one in examples])
    first, last = np.zeros_like(ids), np.zeros_like(ids)
    for row, one in enumerate(examples):
        first[row, list(one.first)] = 1
        last[row, list(one.last)] = 1
    return Batch(ids, mask, types, first, last, np.array([one.weight for one in examples], np.float32))
