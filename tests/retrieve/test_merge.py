from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from byline.library.visible import Imprint
from byline.retrieve.merge import merge
from byline.retrieve.parts import Part
from byline.types import Span

FERRY, BRIDGE = (Part(Span(0, 1), name) for name in ("ferry", "bridge"))


def imprints(**articles: str) -> dict[str, Imprint]:
    return {key: Imprint(article) for key, article in articles.items()}


def test_a_weaker_part_has_its_evidence_before_more_of_the_stronger() -> None:
    whole = {"f1": 1.0, "f2": 0.9, "f3": 0.8, "b1": 0.3}
    each = {"f1": (0.9, 0), "f2": (0.6, 0), "f3": (0.5, 0), "b1": (0, 0.9)}
    vectors = {key: np.array(scores) for key, scores in each.items()}
    served = merge((FERRY, BRIDGE), whole, vectors, imprints(f1="f", f2="f", f3="f", b1="b"), 4)
    assert served == {"f1": 0, "b1": 1, "f2": 0, "f3": 0}
    assert list(served) == ["f1", "b1", "f2", "f3"]


def test_of_two_equal_passages_that_of_another_article_comes_first() -> None:
    even = {key: np.array([0.5, 0.0]) for key in ("a1", "a2", "b1")}
    order = list(merge((FERRY, BRIDGE), dict.fromkeys(even, 0.5), even, imprints(a1="a", a2="a", b1="b"), 3))
    assert order == ["a1", "b1", "a2"]


def test_an_outlet_and_a_day_count_for_the_part_that_names_them() -> None:
    even = {key: np.array([0.5, 0.5]) for key in ("x", "y", "z")} | {"y": np.array([0.4, 0.5])}
    of = {"x": Imprint("x"), "y": Imprint("y", "Ledger"), "z": Imprint("z", None, "2023-10-07T08:00:00+00:00")}
    parts = (
        Part(Span(0, 1), "ferry", days=(date(2023, 10, 7),)),
        Part(Span(1, 2), "bridge", outlets=("Ledger",)),
    )
    assert merge(parts, dict.fromkeys(even, 0.5), even, of, 3) == {"y": 1, "z": 0, "x": 0}


def test_outlets_named_take_turns() -> None:
    even = {key: np.array([0.5, 0.1]) for key in ("v1", "v2", "t1")}
    of = {"v1": Imprint("a", "Verge"), "v2": Imprint("b", "Verge"), "t1": Imprint("c", "Times")}
    parts = (Part(Span(0, 1), "ferry", outlets=("Times", "Verge")), BRIDGE)
    order = list(merge(parts, {"v1": 0.9, "v2": 0.8, "t1": 0.7}, even, of, 3))
    assert order == ["v1", "t1", "v2"]


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.tuples(*[st.floats(0, 1)] * 3), max_size=20),
    st.integers(0, 25),
)
def test_every_candidate_once_with_its_part(scores: dict[str, tuple[float, float, float]], first: int) -> None:
    whole = {key: score for key, (score, _, _) in scores.items()}
    each = {key: np.array(of_parts) for key, (_, *of_parts) in scores.items()}
    served = merge((FERRY, BRIDGE), whole, each, {key: Imprint(key[0]) for key in scores}, first)
    assert served.keys() == scores.keys()
    assert set(served.values()) <= {0, 1}
