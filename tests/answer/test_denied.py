"""Answers that deny: what was not told, and who has not."""

from __future__ import annotations

import pytest

from byline.answer.denied import denial, there_is_none
from byline.answer.weigh import Candidate
from byline.models.terms import terms
from byline.testing import passage_of
from byline.types import ArticleRef

STADIUM = (
    "The city will build a stadium beside the river in Varna. Neither the price nor the date of the first match "
    "has been announced. It is not known who will design it. Work starts in May."
)
PACT = "Norway, Chile and Ghana have signed the fishing pact of the coastal states. Peru has not. Talks go on."


def sentences_of(text: str) -> list[Candidate]:
    passage = passage_of(ArticleRef("a", "A title"), text)
    spans = passage.sentences
    return [Candidate(passage, span, frozenset(terms(passage.slice(span))), 0.5, 0.5, 0.5) for span in spans]


def found(question: str, text: str) -> str | None:
    said = denial(question, sentences_of(text))
    return said.text if said else None


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("How much will the stadium in Varna cost?", STADIUM, "Neither the price"),
        ("When is the first match in the stadium beside the river?", STADIUM, "Neither the price"),
        ("Who will design the stadium in Varna?", STADIUM, "It is not known who"),
        ("When did Peru sign the fishing pact?", PACT, "Peru has not."),
        ("Since when is Peru in the fishing pact of the coastal states?", PACT, "Peru has not."),
    ],
)
def test_it_was_not_told_or_is_not_so(question: str, text: str, said: str) -> None:
    assert (found(question, text) or "").startswith(said)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When does work on the stadium in Varna start?", "The stadium in Varna was closed. Work starts in May."),
        ("How much will the airport in Burgas cost?", STADIUM),
        ("How many seats will the stadium in Varna have?", STADIUM),
        ("When did Ghana sign the fishing pact?", PACT),
        ("Did Peru sign the fishing pact?", PACT),
        ("Which state has not signed the fishing pact?", PACT),
        ("How much does Ghana trade with Peru?", PACT),
    ],
)
def test_what_another_question_is_about(question: str, text: str) -> None:
    assert found(question, text) is None


def test_there_is_no_such_thing() -> None:
    island = sentences_of("The island has no airport. Boats leave at noon.")
    assert there_is_none("How many flights leave from the airport of the island?", island)
    assert not there_is_none("How many boats leave the island?", island)
