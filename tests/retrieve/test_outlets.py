from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.retrieve.outlets import arrange, named_outlets

OUTLETS = {"The Verge", "TechCrunch", "Time", "Delhi Ledger"}


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What do The Verge and TechCrunch say of the trial?", ["TechCrunch", "The Verge"]),
        ("what does the verge say?", ["The Verge"]),
        ("At what time did it begin?", []),
        ("What did Time write?", ["Time"]),
        ("Who are the Delhi Ledgers?", []),
        ("Who won?", []),
    ],
)
def test_names_in_a_question(question: str, named: list[str]) -> None:
    assert named_outlets(question, OUTLETS) == named


def test_outlets_named_take_turns_before_the_rest() -> None:
    scores = {"v1": 0.9, "v2": 0.8, "v3": 0.7, "t1": 0.3, "t2": 0.2, "x": 0.95}
    outlet = {"v1": "V", "v2": "V", "v3": "V", "t1": "T", "t2": "T", "x": None}
    assert arrange(scores, outlet, ["T", "V"]) == ["v1", "t1", "v2", "t2", "v3", "x"]


def test_one_outlet_named_is_a_hint() -> None:
    scores = {"a": 0.90, "b": 0.85, "c": 0.5}
    assert arrange(scores, {"b": "T", "c": "T"}, ["T"]) == ["b", "a", "c"]


def test_none_named_changes_nothing() -> None:
    assert arrange({"a": 0.1, "b": 0.9, "c": 0.9}, {}, []) == ["b", "c", "a"]


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.floats(0, 1), max_size=20),
    st.lists(st.sampled_from(["A", "B", "C"]), unique=True),
)
def test_every_candidate_once(scores: dict[str, float], named: list[str]) -> None:
    outlet = {key: "ABCD"[len(key) % 4] for key in scores}
    assert sorted(arrange(scores, outlet, named)) == sorted(scores)
