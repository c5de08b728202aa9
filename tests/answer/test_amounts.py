"""A number is carried by the same number, however it is written, and by no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.answer.amounts import amounts_in, has


def carried(said: str, source: str) -> bool:
    return all(has(amounts_in(source), amount) for amount in amounts_in(said))


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("$100 bn", "100 billion USD"),
        ("100 million euros", "€100m"),
        ("12 per cent", "12%"),
        ("twenty-three ships", "23 ships"),
        ("1,000 tonnes", "1000 tonnes"),
        ("the 25th summit", "the twenty-fifth summit"),
        ("about 67 tonnes", "67.3 tonnes"),
        ("nearly 70 ships", "69 ships"),
        ("more than 60 ships", "67 ships"),
        ("over 60 ships", "more than 60 ships"),
        ("up to 70 ships", "67 ships"),
        ("at 9 a.m.", "at 9:00 a.m."),
        ("5 km", "five kilometres"),
        ("60 ships", "about 60 ships"),
    ],
)
def test_the_same_number(said: str, source: str) -> None:
    assert amounts_in(said)
    assert carried(said, source)


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("67", "76"),
        ("67 billion", "67 million"),
        ("67%", "67 ships"),
        ("100 euros", "100 dollars"),
        ("5 km", "5 miles"),
        ("67 tonnes", "67.3 tonnes"),
        ("about 67", "80"),
        ("more than 67", "67"),
        ("more than 70", "67"),
        ("up to 60", "67"),
        ("at 9:30", "at 9:45"),
        ("the F-16", "the F-15"),
        ("by 3-1", "by 3-2"),
    ],
)
def test_another_number(said: str, source: str) -> None:
    assert not carried(said, source)


def test_what_is_no_number() -> None:
    assert amounts_in("One of them, says passage 2, follows step 3. [1]") == ()
    assert not amounts_in("2. Stir well")


@given(st.integers(min_value=2, max_value=10**9), st.integers(min_value=2, max_value=10**9))
def test_only_the_same_whole_number(one: int, other: int) -> None:
    assert carried(f"{one:,} ships", f"there were {other} ships") == (one == other)
