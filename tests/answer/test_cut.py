"""Sentences while they come."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.answer.cut import Cutter, has_end
from byline.errors import ChatModelError

TEXT = (
    "Trade hit $68.7 billion in 2025. [1] The U.S. Senate voted “no.” Mr. Modi said it cost 3.5 crowns [2]. "
    "It rose.[3]\nThen it fell"
)
SENTENCES = [
    "Trade hit $68.7 billion in 2025. [1]",
    "The U.S. Senate voted “no.”",
    "Mr. Modi said it cost 3.5 crowns [2].",
    "It rose.[3]",
    "Then it fell",
]


def cut(*pieces: str) -> list[str]:
    cutter = Cutter()
    return [*(sentence for piece in pieces for sentence in cutter.feed(piece)), *cutter.finish()]


@given(st.lists(st.integers(0, len(TEXT)), max_size=30).map(sorted))
def test_the_pieces_do_not_matter(places: list[int]) -> None:
    ends = [0, *places, len(TEXT)]
    assert cut(*(TEXT[start:end] for start, end in pairwise(ends))) == SENTENCES


def test_a_sentence_is_there_with_the_first_word_of_the_next() -> None:
    cutter = Cutter()
    assert list(cutter.feed("It rose. [1] ")) == []
    assert list(cutter.feed("Then ")) == ["It rose. [1]"]
    assert cutter.rest == "Then "


def test_a_line_break_ends_a_sentence() -> None:
    assert list(Cutter().feed("It rose [1]\n")) == ["It rose [1]"]


def test_thoughts_that_come_first_are_no_answer() -> None:
    assert cut("\n<th", "ink>The reader asks. I say: It", " rose.</thi", "nk>It fell.") == ["It fell."]
    assert cut("<think>It goes on and on. And on.") == []
    assert cut("<th") == ["<th"]


def test_what_does_not_end_is_no_text() -> None:
    with pytest.raises(ChatModelError) as raised:
        cut(*["lorem ipsum "] * 200)
    assert raised.value.fault == "garbled"


@pytest.mark.parametrize(
    ("sentence", "ended"), [("It rose.", True), ("“No!” [2]", True), ("यह है।", True), ("It rose by", False)]
)
def test_an_end_is_seen(sentence: str, ended: bool) -> None:
    assert has_end(sentence) == ended
