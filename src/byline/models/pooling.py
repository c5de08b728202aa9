"""From token vectors to passage and sentence vectors: pure array functions, no model.

Late pooling: one forward pass over a passage gives a vector per word piece *in context*; averaging those of one
sentence gives the sentence's vector at no further cost (design §6: as good as encoding sentences separately, at half
the time).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from byline.protocols import Vector
from byline.types import Span

Integers = npt.NDArray[np.int64]
POOLING_VERSION = (
    1  # part of every fingerprint: raise it when the same token vectors would give other sentence or passage vectors
)


def unit(rows: Vector) -> Vector:
    """Rows (..., dimension) scaled to length 1; a row without direction becomes the first basis vector."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    basis = np.zeros(rows.shape[-1], dtype=np.float32)
    basis[0] = 1
    return np.where(lengths > 1e-12, rows / np.maximum(lengths, 1e-12), basis).astype(np.float32)


def windows(length: int, cuts: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Cuts range(length) into runs of at most `room`, alike in length, at one of `cuts` where one is in reach."""
    runs = []
    start = 0
    while length - start > room:
        left = math.ceil((length - start) / room)
        even = start + math.ceil((length - start) / left)
        end = min((cut for cut in cuts if start < cut <= start + room), key=lambda cut: abs(cut - even), default=even)
        runs.append((start, end))
        start = end
    return [*runs, (start, length)]


def token_runs(ends: Integers, sentences: Sequence[Span]) -> list[tuple[int, int]]:
    """Each sentence's tokens as [first, last): those whose last character lies in it. `ends` ascends, in code points.

    The end decides, not the start: SentencePiece tokens begin with the space before the word.
    """
    first = np.searchsorted(ends, [span.start for span in sentences], side="right")
    last = np.searchsorted(ends, [span.end for span in sentences], side="right")
    return [(int(a), int(b)) for a, b in zip(first, last, strict=True)]


def mean_rows(tokens: Vector, runs: Sequence[tuple[int, int]], otherwise: Vector) -> Vector:
    """(runs, hidden): the mean of each run's token vectors; `otherwise` (hidden,) where a run has none."""
    rows = [tokens[first:last].mean(axis=0) if first < last else otherwise for first, last in runs]
    return np.array(rows, dtype=np.float32).reshape(len(runs), otherwise.shape[-1])
