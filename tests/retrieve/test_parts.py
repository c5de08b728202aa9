from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.retrieve.parts import parts_of

OUTLETS = {"The Verge", "TechCrunch", "Weekend - Life and Style"}


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who proposed the harbour bridge?", ["Who proposed the harbour bridge?"]),
        (
            "Does The Verge say that the harbour bridge reopened, while TechCrunch claims the ferry firm went broke?",
            [
                "Does The Verge say that the harbour bridge reopened, ",
                "while TechCrunch claims the ferry firm went broke?",
            ],
        ),
        (  # what only says who reported it is no part, nor is a list of few words
            "Which company sold the old ferries, as reported by The Verge, and hired captains, cooks and sailors?",
            [
                "Which company sold the old ferries, as reported by The Verge, ",
                "and hired captains, cooks and sailors?",
            ],
        ),
        (  # neither an outlet's "and" nor a date's comma divides
            "What did Weekend - Life and Style report about ferry tickets on October 7, 2023 in Port Ellen?",
            ["What did Weekend - Life and Style report about ferry tickets on October 7, 2023 in Port Ellen?"],
        ),
        (  # nor what stands in a quoted phrase
            "Who wrote that 'ferries are slow, bridges are fast, tunnels are dear' about Port Ellen?",
            ["Who wrote that 'ferries are slow, bridges are fast, tunnels are dear' about Port Ellen?"],
        ),
        (  # punctuation divides in any language
            "पुल की मरम्मत में कितना खर्च हुआ, नौका कंपनी ने कितने टिकट बेचे?",
            ["पुल की मरम्मत में कितना खर्च हुआ, ", "नौका कंपनी ने कितने टिकट बेचे?"],
        ),
    ],
)
def test_clauses(question: str, parts: list[str]) -> None:
    assert [part.text for part in parts_of(question, OUTLETS)] == parts


def test_what_each_part_names() -> None:
    question = (
        "Between the report of The Verge on October 7, 2023 about Anna Berg's 'slow ferries', and that of TechCrunch "
        "of 2023-11-02 on new tickets of the Harbour Board, did the number of tickets change?"
    )
    first, second, third = parts_of(question, OUTLETS)
    assert first.named() == {
        "publishers": ["The Verge"],
        "dates": [date(2023, 10, 7).isoformat()],
        "names": ["Anna Berg"],
        "quoted": ["slow ferries"],
    }
    assert second.named() == {"publishers": ["TechCrunch"], "dates": ["2023-11-02"], "names": ["Harbour Board"]}
    assert third.named() == {}


@given(
    st.lists(st.sampled_from(["ferry", "bridge", "and", "while", ",", "The Verge", "'", "7 May 2024", "?", "नौका"]))
    | st.lists(st.text(max_size=8), max_size=12)
)
def test_the_parts_are_all_of_the_question_in_order(words: list[str]) -> None:
    question = " ".join(words)
    parts = parts_of(question, OUTLETS)
    assert "".join(part.text for part in parts) == question
    assert all(part.span.within(question) == part.text for part in parts)
