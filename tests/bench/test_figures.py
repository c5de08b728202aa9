"""The area under the curve against its definition, and the table against figures by hand."""

from __future__ import annotations

import pytest
from bench.figures import area, area_interval
from bench.summary import PRODUCT, Measured, figure, table
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=30))
def test_the_area_is_how_often_a_right_one_scores_higher(scored: list[tuple[bool, int]]) -> None:
    right, wrong = ([score for label, score in scored if label is wanted] for wanted in (True, False))
    if right and wrong:
        pairs = [(one > other) + 0.5 * (one == other) for one in right for other in wrong]
        found = area([float(label) for label, _ in scored], [float(score) for _, score in scored])
        assert found == pytest.approx(sum(pairs) / len(pairs))


def test_the_interval_holds_the_area() -> None:
    labels, scores = [1.0, 0.0, 1.0, 0.0, 1.0, 0.0], [0.9, 0.2, 0.4, 0.5, 0.8, 0.1]
    middle, low, high = area_interval(labels, scores, ["a", "a", "b", "b", "c", "c"])
    assert middle == pytest.approx(8 / 9)
    assert low <= middle <= high
    assert low < high


def test_the_table_says_which_goals_are_kept() -> None:
    groups = ["a", "b", "c", "d"]
    right = figure("set: right", {PRODUCT: [1, 1, 1, 0], "BM25": [1, 0, 0, 0]}, groups, goal=0.7)
    refused = figure("set: refused", {PRODUCT: [1, 0, 0, 0]}, groups, goal=0.05, at_most=True)
    lines = table([Measured("set", "digest", (right, refused), {"peer": "not installed"})]).splitlines()
    assert lines[0] == "| | n | Byline | goal | BM25 |"
    assert lines[2].startswith("| set: right | 4 | 0.750 [")
    assert "≥ 0.7: kept | 0.250 [" in lines[2]
    assert "≤ 0.05: **missed** |  |" in lines[3]
    assert lines[-1] == "peer: not installed"
