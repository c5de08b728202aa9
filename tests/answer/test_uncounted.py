"""Quantities that are asked for, and whether what was read counts or measures any."""

from __future__ import annotations

import pytest

from byline.answer.uncounted import counted, uncounted
from byline.testing import passage_of
from byline.types import ArticleRef
from tests.answer.test_disagree import candidate

FERRY = "The ferry Alma crosses the sound in 40 minutes and belongs to the harbour board."
CREW = "Twelve sailors and two cooks work on the ferry Alma."
FARE = "A ticket for the ferry Alma costs 14 euros."


def lacks(question: str, *sentences: str) -> bool:
    passages = [passage_of(ArticleRef(f"a{n}", "A title"), text) for n, text in enumerate(sentences)]
    return uncounted(question, [candidate(passage) for passage in passages])


@pytest.mark.parametrize(
    "question",
    [
        "How many lifeboats does the ferry Alma have?",
        "How many tonnes does the ferry Alma carry?",
        "How heavy is the ferry Alma?",
        "How old is the ferry Alma?",
        "How fast is the ferry Alma?",
        "How much did the ferry Alma cost?",
        "What do the sailors of the ferry earn?",
        "What rent does the harbour board pay?",
    ],
)
def test_nothing_counts_or_measures_it(question: str) -> None:
    assert lacks(question, FERRY)


@pytest.mark.parametrize(
    "question",
    [
        "How many sailors work on the ferry Alma?",
        "How many people work on the ferry Alma?",
        "How many minutes does the ferry Alma need?",
        "How much does a ticket for the ferry cost?",
        "How many times did the ferry Alma run aground?",
        "How does the ferry cross the sound?",
        "Who owns the ferry Alma?",
    ],
)
def test_something_does_or_nothing_of_that_kind_is_asked(question: str) -> None:
    assert not lacks(question, CREW, FERRY, FARE)


def test_another_word_for_what_is_counted_may_be_it() -> None:
    assert not lacks("How many sailors work on the ferry?", "The ferry has 12 hands.")
    assert not lacks("How many owners has the ferry?", "Only one family owns the ferry.", "It has several.")


def test_a_sum_for_what_is_counted() -> None:
    assert not lacks("How many exports go by ferry?", "Exports by ferry were worth $3 million.")


def test_nothing_was_read() -> None:
    assert not lacks("How many lifeboats does the ferry have?")


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("How many old wooden lifeboats does it have?", "lifeboat"),
        ("How many of them are there?", None),
        ("How many can go?", None),
        ("How much is it?", None),
    ],
)
def test_what_is_to_be_counted(question: str, what: str | None) -> None:
    assert counted(question) == what
