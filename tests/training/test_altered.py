from __future__ import annotations

import random

from training.altered import altered_question
from training.rows import Row

from byline.types import Span

PASSAGE = "In 1911 Ola Berge sold the largest quay to Farsund. Later, in 1926, Nils Dahl bought the Mandal yard."


def changed(question: str, answer: str) -> set[str]:
    at = PASSAGE.index(answer)
    row = Row("r", question, PASSAGE, (Span(at, at + len(answer)),), "some")
    return {said for seed in range(60) if (said := altered_question(row, random.Random(seed))) is not None}


def test_another_name_of_the_passage_stands_in_but_never_the_answer() -> None:
    found = changed("What did Ola Berge sell?", "quay")
    assert "What did Nils Dahl sell?" in found
    assert "What did Ola Berge sell?" not in found
    assert not any("Nils Dahl" in said for said in changed("Who came after Ola Berge?", "Nils Dahl"))


def test_another_year_or_the_opposite_stands_in() -> None:
    found = changed("Which quay, the largest, was sold in 1911?", "Farsund")
    assert "Which quay, the largest, was sold in 1926?" in found
    assert "Which quay, the smallest, was sold in 1911?" in found


def test_a_question_in_which_nothing_can_be_changed_is_left_alone() -> None:
    assert changed("Why so?", "Farsund") == set()
