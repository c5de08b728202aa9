"""An answer as it stands in a terminal."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from byline.terminal_answer import print_answer
from byline.types import Answer
from tests.scripted import (
    CORRECTED,
    DIFFERS,
    ITSELF,
    NOT_THEN,
    OPINION,
    PREMISE,
    RELATED,
    SPOKEN,
    scripted_answers,
)

ANSWERS = scripted_answers()


def printed(answer: Answer) -> list[str]:
    out = StringIO()
    print_answer(Console(file=out, width=400, highlight=False), answer)
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_every_quote_has_the_number_of_a_source_that_is_listed(answer: Answer) -> None:
    text = "\n".join(printed(answer))
    leads = {lead for sentence in answer.sentences for lead in sentence.leads}
    for quote in set(answer.quotes) - leads:
        number = text.split(f"{quote.text} [")[1].split("]")[0]
        assert f"\n[{number}] " in text


def test_what_differs_is_shown_with_bylines() -> None:
    lines = printed(ANSWERS[DIFFERS])
    start = lines.index("The articles differ:")
    assert lines[start + 1 : start + 7] == [
        "  34 people",
        "    The explosion at the Marana mine killed 34 people, the governor said. [1]",
        "    Explosion at the Marana mine · Northline Wire · Thomas Ashby · 2 March 2026",
        "  41 people",
        "    Rescue workers say that 41 people were killed in the mine. [2]",
        "    Grief in Marana · Delhi Ledger · Arjun Pathak · 3 March 2026",
    ]
    assert "The article gives different figures: $48 million, $60 million [1]" in printed(ANSWERS[ITSELF])


def test_corrections_leads_speakers_and_newer_articles() -> None:
    lines = printed(ANSWERS[CORRECTED])
    assert lines[:3] == [
        "The council signed for the fourth ferry of the year. [1]",
        "  Corrected on 5 March 2026:",
        "  It was the fifth ferry of the year. [2]",
    ]
    first, *others = printed(ANSWERS[SPOKEN])
    assert first == "The mayor spoke of the bridge. “It will last forty years.” [1] — Mayor Ada Lindqvist"
    assert any(line.startswith("Newer articles on this: Opinion · by Ines Okafor · ") for line in others)


def test_a_premise_comes_first() -> None:
    first, second, *_ = printed(ANSWERS[PREMISE])
    assert "“14 million crowns”" in first
    assert "“41 million crowns”" in first
    assert second.startswith("The repairs cost 41 million crowns"), "a sentence of the answer is not said twice"
    alone = printed(replace(ANSWERS[RELATED], premise=ANSWERS[PREMISE].premise))
    assert alone[1].startswith("  The repairs cost 41 million crowns")


def test_what_is_not_answered_says_why() -> None:
    related = printed(ANSWERS[RELATED])
    assert related[0] == "The articles report on this, but do not answer the question."
    assert related[1] == "The nearest sentences:"
    assert "Opinion · by Ines Okafor · " in related[3]
    assert related[4] == "The closest articles:"
    assert printed(ANSWERS[NOT_THEN])[0] == "The articles do not reach that time: “in 2031”."
    assert any(line.startswith("[1] Opinion · by Ines Okafor · ") for line in printed(ANSWERS[OPINION]))
