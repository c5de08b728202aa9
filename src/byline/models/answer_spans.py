"""From scores of tokens to words: the likeliest answer in a window. Pure."""

from __future__ import annotations

import numpy as np

from byline.models.reader_input import ReaderInput
from byline.protocols import Reading, Vector
from byline.types import Span

MAX_ANSWER = 30
"""Tokens of an answer; 99 of 100 in SQuAD have fewer than 22."""


def likeliest(begins: Vector, ends: Vector, read: ReaderInput) -> Reading:
    """`begins`, `ends`: logits of every token (tokens,); the first is `[CLS]`, whose two are the null answer.

    A window without a token has an empty answer at its beginning, as unlikely as can be.
    """
    null = float(begins[0]) + float(ends[0])
    last = read.first + len(read.offsets)
    begin, end = begins[read.first : last], ends[read.first : last]
    if not len(begin):
        return Reading(Span(0, 0), -np.inf, null)
    sums = np.add.outer(begin.astype(np.float64), end.astype(np.float64))
    allowed = np.tril(np.triu(np.ones_like(sums, dtype=bool)), MAX_ANSWER - 1)
    first, final = divmod(int(np.argmax(np.where(allowed, sums, -np.inf))), len(end))
    words = Span(read.offsets[first][0], read.offsets[final][1])
    return Reading(words, float(sums[first, final]), null)
