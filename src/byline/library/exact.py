"""Exact search in memory: what answers where no graph may, while one is built again or over the few a filter keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from threading import Lock

import numpy as np

from byline.library.database import Library
from byline.protocols import Vector
from byline.types import Filters

_BLOCK = 8192
"""Rows that are allocated at once: growing copies nothing, so memory is one float32 copy and at most a block."""

_ROUNDING = 1e-5
"""More than what the order of additions changes in a cosine of unit vectors, and less than what ranks tell apart."""


class ExactVectors:
    """A `VectorIndex` that compares with every vector: 1.5 KB a passage of 384 dimensions, nothing on disk.

    Safe to share between threads. Vectors are taken to be of unit length, as everywhere.
    """

    def __init__(self) -> None:
        self._blocks: list[Vector] = []
        self._ids: list[str] = []  # by row
        self._rows: dict[str, int] = {}
        self._lock = Lock()

    @classmethod
    def load(cls, library: Library, rules: str, embedder: str, filters: Filters | None = None) -> ExactVectors:
        """Every visible passage that the filters keep, read in batches; .02 CPU-ms each at 300,000."""
        made = cls()
        for ids, vectors in library.live_vectors(rules, embedder, filters):
            made.add(ids, vectors)
        return made

    def add(self, ids: Sequence[str], vectors: Vector) -> None:
        with self._lock:
            rows = np.array([self._rows.setdefault(passage_id, len(self._rows)) for passage_id in ids], dtype=np.intp)
            self._ids.extend([*islice(reversed(self._rows), len(self._rows) - len(self._ids))][::-1])
            while len(self._blocks) * _BLOCK < len(self._ids):
                self._blocks.append(np.empty((_BLOCK, vectors.shape[1]), dtype=np.float32))
            for number in np.unique(rows // _BLOCK):
                mine = rows // _BLOCK == number
                self._blocks[number][rows[mine] % _BLOCK] = vectors[mine]

    def remove(self, ids: Sequence[str]) -> None:
        """The last row moves into the place of one removed."""
        with self._lock:
            for passage_id in ids:
                row = self._rows.pop(passage_id, None)
                if row is None:
                    continue
                last = self._ids.pop()
                if last != passage_id:
                    self._row(row)[:] = self._row(len(self._ids))
                    self._ids[row], self._rows[last] = last, row
                if len(self._ids) % _BLOCK == 0:
                    self._blocks.pop()

    def search(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        with self._lock:
            if not self._ids:
                return []
            scores = np.concatenate([block @ vector for block in self._filled()])
            near = _best(scores, limit)
            # a product of matrices adds up in another order for another place; row by row equal vectors score the same
            exact = [float(np.einsum("i,i->", self._row(row), vector)) for row in near]
            found = [(self._ids[row], score) for row, score in zip(near, exact, strict=True)]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:limit]

    def ids(self) -> set[str]:
        with self._lock:
            return set(self._ids)

    def close(self) -> None:
        """Gives the memory back."""
        with self._lock:
            self._blocks, self._ids, self._rows = [], [], {}

    def _row(self, row: int) -> Vector:
        found: Vector = self._blocks[row // _BLOCK][row % _BLOCK]
        return found

    def _filled(self) -> Iterable[Vector]:
        for start, block in zip(range(0, len(self._ids), _BLOCK), self._blocks, strict=True):
            yield block[: len(self._ids) - start]


def _best(scores: Vector, limit: int) -> list[int]:
    """Rows of the best `limit`, and of all that may equal the last of them."""
    if limit >= len(scores):
        return list(range(len(scores)))
    floor = np.partition(scores, len(scores) - limit)[len(scores) - limit]
    near: list[int] = np.flatnonzero(scores >= floor - _ROUNDING).tolist()
    return near
