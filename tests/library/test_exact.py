"""Exact search is what the approximate one is judged by."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.library.exact import ExactVectors
from tests.newsroom import article, newsroom

SIZE = 8


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    distinct=st.integers(1, 30),
    copies=st.integers(1, 4),
    limit=st.integers(1, 60),
)
def test_equal_vectors_score_the_same_and_the_least_ids_are_kept(
    seed: int, distinct: int, copies: int, limit: int
) -> None:
    random = np.random.default_rng(seed)
    held = np.repeat(random.normal(size=(distinct, SIZE)), copies, axis=0).astype(np.float32)
    held /= np.linalg.norm(held, axis=1, keepdims=True)
    order = random.permutation(len(held))
    index = ExactVectors()
    index.add([f"{i:03}" for i in order], held[order])
    found = index.search(held[0], limit)
    true = held.astype(np.float64) @ held[0].astype(np.float64)
    # copies of a vector are told apart by their ids alone
    expected = sorted(range(len(held)), key=lambda i: (-true[i // copies * copies], i))[:limit]
    assert [int(passage_id) for passage_id, _ in found] == expected


def test_it_holds_one_copy() -> None:
    vectors = np.ones((40_000, 64), dtype=np.float32)
    ids = [str(i) for i in range(len(vectors))]
    tracemalloc.start()
    try:
        index = ExactVectors()
        for start in range(0, len(ids), 500):
            index.add(ids[start : start + 500], vectors[start : start + 500])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1.7 * vectors.nbytes  # the ids, and a block that is not full


def test_a_library_is_loaded_as_readers_see_it(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.sync([article("harbour", "The bridge opened on Monday."), article("council", "The council paid.")])
        room.library.hide(["council"])
        index = ExactVectors.load(room.library, room.rules, room.embedder.fingerprint)
        assert index.ids() == room.library.passage_ids(room.rules, live=True)
        stored = room.library.passage_vectors(sorted(index.ids()), room.embedder.fingerprint)
        for passage_id, vector in stored.items():
            assert index.search(vector, 1)[0][0] == passage_id
        assert not ExactVectors.load(room.library, "other-rules", room.embedder.fingerprint).ids()
