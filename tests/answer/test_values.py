"""Figures and dates as people write them: which are the same, which agree, and what is no value at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.answer.values import Value, comparable, compatible, equal, values_in


def only(text: str) -> Value:
    (value,) = values_in(text)
    assert text[value.start : value.end] == value.text
    return value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$100 bn", "100 billion USD"),
        ("US$100bn", "100 billion US dollars"),
        ("$1,000,000", "a million dollars"),
        ("50%", "50 per cent"),
        ("fifty percent", "50%"),
        ("€5m", "5 million euros"),
        ("₹5 lakh crore", "₹5 trillion"),
        ("10,00,000 people", "1 million people"),
        ("twenty-three members", "23 members"),
        ("the 23rd annual summit", "the 23rd summit"),
        ("3 October 2000", "October 3, 2000"),
        ("2000-10-03", "3rd of October 2000"),
        ("a 30-day visa", "30 days"),
        ("in 1905", "1905"),
    ],
)
def test_the_same_value_in_other_words(one: str, other: str) -> None:
    assert equal(only(one), only(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("67 members", "76 members"),
        ("$100 million", "$100 billion"),
        ("100 billion euros", "$100 billion"),
        ("50%", "50 members"),
        ("12 members", "12 states"),
        ("3 October 2000", "October 2000"),
        ("the 22nd summit", "the 23rd summit"),
        ("1.5 million people", "1.6 million people"),
        ("A$5 million", "$5 million"),
    ],
)
def test_another_value_is_never_the_same(one: str, other: str) -> None:
    assert not equal(only(one), only(other))


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("about $67 billion", "$67.3 billion", True),
        ("$67 billion", "$67.3 billion", True),
        ("$67 billion", "$68 billion", False),
        ("$65.7 billion", "$68.7 billion", False),
        ("about 90 per cent", "96 per cent", False),
        ("nearly 50 per cent", "48 per cent", True),
        ("more than 60 people", "67 people", True),
        ("more than 60 people", "58 people", False),
        ("at least 12 people", "nine people", False),
        ("up to 20 days", "14 days", True),
        ("15 to 20 members", "18 members", True),
        ("between 15 and 20 members", "25 members", False),
        ("6,000 megawatts", "5,970 megawatts", True),
        ("30 people", "34 people", False),
        ("67 members", "76 members", False),
        ("in October 2000", "3 October 2000", True),
        ("in October 2000", "3 November 2000", False),
        ("5 December", "5 December 2025", True),
        ("4 December", "5 December 2025", False),
        ("in the 1990s", "in 1994", True),
        ("in the 19th century", "in 1904", False),
        ("around 1990", "in 1992", True),
        ("the 22nd summit", "the 23rd summit", False),
    ],
)
def test_two_reports_of_one_thing(one: str, other: str, agree: bool) -> None:
    mine, its = only(one), only(other)
    assert comparable(mine, its)
    assert compatible(mine, its) is compatible(its, mine) is agree


@pytest.mark.parametrize(
    ("one", "other"),
    [("18 kilometres", "11 miles"), ("$5", "€5"), ("15 members", "15 states"), ("50%", "in 1950")],
)
def test_things_of_different_units_are_not_compared(one: str, other: str) -> None:
    assert not comparable(only(one), only(other))


@pytest.mark.parametrize(
    "text",
    [
        "Soyuz T-11 and AK-203 and S-400",
        "They won 3-1 on Sunday",
        "It was one of its largest",
        "two-thirds of the members",
        "half a billion dollars",
        "the launch of Apollo 11 was delayed",
        "at 10:30 p.m.",
        "version 3.11.7",
        "एक भी अंक नहीं",
        "",
    ],
)
def test_what_is_no_value(text: str) -> None:
    assert [value for value in values_in(text) if value.kind != "date"] == []


def test_several_values_come_in_order_with_their_places() -> None:
    text = "On 27 August 2025 the rate rose from 25% to 50%, and $48 billion of exports from 12 states were hit."
    found = values_in(text)
    assert [(value.kind, value.text) for value in found] == [
        ("date", "27 August 2025"),
        ("percent", "25%"),
        ("percent", "50%"),
        ("money", "$48 billion"),
        ("count", "12 states"),
    ]


def test_what_is_counted_may_have_a_name_with_a_number() -> None:
    assert (only("five S-400 units").unit, only("five S-400 units").text) == ("unit", "five S-400 units")


def test_a_change_is_what_it_came_to() -> None:
    assert only("grew from 15 to 20 members").low == Decimal(20)


@given(st.integers(1, 10**12), st.sampled_from(["${}", "{} USD", "{} dollars", "US${}"]))
def test_an_amount_is_equal_to_itself_in_every_notation(amount: int, notation: str) -> None:
    written = only(notation.format(f"{amount:,}"))
    assert (written.low, written.high, written.unit) == (Decimal(amount), Decimal(amount), "usd")


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_exact_counts_agree_only_within_what_was_rounded(one: int, other: int) -> None:
    mine, its = only(f"{one} people"), only(f"{other} people")
    assert compatible(mine, its) is compatible(its, mine)
    if compatible(mine, its):
        assert abs(one - other) <= 0.05 * max(one, other)
    assert compatible(mine, mine)


@given(st.text())
def test_nothing_breaks_it(text: str) -> None:
    for value in values_in(text):
        assert text[value.start : value.end] == value.text
        assert value.low <= value.high
