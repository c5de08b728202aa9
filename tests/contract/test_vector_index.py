"""What every VectorIndex promises, over the real adapter and the double."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from byline.library.exact import ExactVectors
from byline.protocols import Vector, VectorIndex
from byline.testing import MemoryVectors

SIZE = 16


def directions(count: int, seed: int = 7) -> Vector:
    rows = np.random.default_rng(seed).normal(size=(count, SIZE)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(params=["chroma", "exact", "memory"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorIndex]:
    if request.param != "chroma":
        yield ExactVectors() if request.param == "exact" else MemoryVectors()
        return
    from byline.library.vectors import ChromaVectors

    chroma = ChromaVectors(tmp_path / "chroma")
    yield chroma
    chroma.close()


def test_nearest_comes_first_with_its_cosine(index: VectorIndex) -> None:
    vectors = directions(50)
    index.add([f"p{i}" for i in range(50)], vectors)
    found = index.search(vectors[17], 3)
    assert found[0][0] == "p17"
    assert found[0][1] == pytest.approx(1.0, abs=1e-5)
    expected = sorted((float(row @ vectors[17]) for row in vectors), reverse=True)[:3]
    assert [score for _, score in found] == pytest.approx(expected, abs=1e-5)


def test_adding_twice_is_adding_once(index: VectorIndex) -> None:
    vectors = directions(5)
    ids = [f"p{i}" for i in range(5)]
    index.add(ids, vectors)
    index.add(ids, vectors)
    assert index.ids() == set(ids)
    assert len(index.search(vectors[0], 10)) == 5


def test_equals_are_ordered_by_id_however_they_were_written(index: VectorIndex) -> None:
    """Also at the cut: among equals the least ids are kept."""
    same = np.repeat(directions(1), 9, axis=0)
    index.add([f"p{number}" for number in (7, 3, 1, 5, 8, 2, 6, 4, 0)], same)
    assert [passage_id for passage_id, _ in index.search(same[0], 9)] == [f"p{number}" for number in range(9)]


def test_removed_passages_are_not_found(index: VectorIndex) -> None:
    vectors = directions(5)
    index.add([f"p{i}" for i in range(5)], vectors)
    index.remove(["p0", "p3"])
    assert index.ids() == {"p1", "p2", "p4"}
    assert "p0" not in dict(index.search(vectors[0], 5))


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert index.search(directions(1)[0], 5) == []
    assert index.ids() == set()
    index.remove([])


def test_more_than_one_write_batch(index: VectorIndex) -> None:
    """Chroma's largest add is 5,461 records."""
    vectors = directions(6000)
    index.add([f"p{i}" for i in range(6000)], vectors)
    assert len(index.ids()) == 6000
    assert index.search(vectors[5999], 1)[0][0] == "p5999"


def test_what_is_written_and_removed_in_turns_stays_right(index: VectorIndex) -> None:
    vectors = directions(40)
    index.add([f"p{i}" for i in range(30)], vectors[:30])
    index.remove([f"p{i}" for i in range(0, 30, 2)])
    index.add([f"p{i}" for i in range(30, 40)], vectors[30:])
    index.remove(["p39", "never there"])
    held = {f"p{i}": vectors[i] for i in (*range(1, 30, 2), *range(30, 39))}
    assert index.ids() == set(held)
    for passage_id, vector in held.items():
        assert index.search(vector, 1)[0][0] == passage_id


def test_chroma_keeps_what_it_was_given(tmp_path: Path) -> None:
    from byline.library.vectors import ChromaVectors

    vectors = directions(10)
    first = ChromaVectors(tmp_path / "chroma")
    first.add([f"p{i}" for i in range(10)], vectors)
    first.close()
    again = ChromaVectors(tmp_path / "chroma")
    assert again.search(vectors[4], 1)[0][0] == "p4"
    again.close()
