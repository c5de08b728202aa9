from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from byline.library.rows import quantize, unpack_sentences


@given(arrays(np.float32, st.tuples(st.integers(1, 6), st.just(32)), elements=st.floats(-1, 1, width=32)))
def test_int8_keeps_the_direction(vectors: np.ndarray) -> None:
    norms = np.linalg.norm(vectors, axis=1)
    back = unpack_sentences({"p": quantize(vectors).tobytes()}, 32)["p"]
    for row, norm, restored in zip(vectors, norms, back, strict=True):
        if norm > 1e-3:
            assert float(row @ restored) / norm > 0.999


def test_rows_go_back_to_their_passages() -> None:
    one, two = np.eye(4, dtype=np.float32)[:3], np.eye(4, dtype=np.float32)[3:]
    back = unpack_sentences({"a": quantize(one).tobytes(), "b": quantize(two).tobytes()}, 4)
    assert np.allclose(back["a"], one)
    assert np.allclose(back["b"], two)
    assert unpack_sentences({}, 4) == {}
