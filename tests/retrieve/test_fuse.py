from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.retrieve.fuse import dense_weight, fuse, scaled

scores = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.floats(-5, 50), max_size=30)


def test_by_hand() -> None:
    fused = fuse({"a": 0.9, "b": 0.5, "c": 0.1}, {"b": 20.0, "d": 10.0}, weight=0.5, depth=50)
    assert fused == pytest.approx({"a": 0.5, "b": 0.75, "c": 0.0, "d": 0.0})


@given(scores, scores, st.floats(0, 1))
def test_covers_the_union_within_bounds(dense: dict[str, float], lexical: dict[str, float], weight: float) -> None:
    fused = fuse(dense, lexical, weight=weight, depth=50)
    assert fused.keys() == dense.keys() | lexical.keys()
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in fused.values())


@given(scores, st.integers(1, 40))
def test_scaling_keeps_the_order(found: dict[str, float], depth: int) -> None:
    result = scaled(found, depth)
    for one in found:
        for other in found:
            if found[one] >= found[other]:
                assert result[one] >= result[other]


def test_words_weigh_more_in_a_long_question() -> None:
    weights = [dense_weight(terms) for terms in range(60)]
    assert weights[0] == weights[5] == 0.5
    assert weights[59] == weights[27] == 0.25
    assert weights == sorted(weights, reverse=True)
