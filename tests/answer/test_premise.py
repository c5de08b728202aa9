"""Questions that take something for granted: what contradicts them, and what leaves them alone."""

from __future__ import annotations

import pytest

from byline.answer.premise import premise_of
from byline.testing import passage_of
from byline.types import ArticleRef
from tests.answer.test_disagree import candidate

TRADE = "Trade between India and Russia reached a record $65.7 billion in the financial year 2023-24."
LANDED = "Vladimir Putin landed in New Delhi on Thursday evening for a visit of two days."
BRIDGE = "The Kessel bridge collapsed in 1998 after heavy rain."
LEAGUE = "The league has nine members, and it meets in spring."
DUTY = "A British duty of 12 per cent on imported steel was announced."
COUNCIL = "The Security Council has 15 members, five of them permanent."


def contradicted(question: str, *sentences: str) -> tuple[str, str, str] | None:
    passages = [passage_of(ArticleRef(f"a{n}", "A title"), text) for n, text in enumerate(sentences)]
    found = premise_of(question, [candidate(passage) for passage in passages])
    return (found.asserted, found.said, found.quote.text) if found else None


@pytest.mark.parametrize(
    ("question", "asserted", "said", "quote"),
    [
        ("Why did India-Russia trade reach $90 billion in 2023-24?", "$90 billion", "$65.7 billion", TRADE),
        (
            "Why did trade between India and Russia reach 90 bn dollars in 2024?",
            "90 bn dollars",
            "$65.7 billion",
            TRADE,
        ),
        ("Why does the Security Council have 25 members?", "25 members", "15 members", COUNCIL),
        ("Why did the Kessel bridge collapse in 1989?", "1989", "1998", BRIDGE),
        ("When did Dmitry Medvedev land in New Delhi for a visit?", "Dmitry Medvedev", "Vladimir Putin", LANDED),
    ],
)
def test_a_wrong_figure_year_or_person(question: str, asserted: str, said: str, quote: str) -> None:
    assert contradicted(question, TRADE, LANDED, BRIDGE, COUNCIL) == (asserted, said, quote)


@pytest.mark.parametrize(
    "question",
    [
        "Why did India-Russia trade reach $65.7 billion in 2023-24?",
        "Why did India-Russia trade reach about $66 billion in 2023-24?",
        "Why did India-Russia trade exceed $60 billion in 2023-24?",
        "Why did India-Russia trade reach $13 billion in 2021-22?",
        "Why did India-Iran trade reach $90 billion in 2023-24?",
        "Was India-Russia trade $60 billion or $70 billion in 2023-24?",
        "How much was India-Russia trade in 2023-24?",
        "Who opened the Kessel bridge in 1989?",
        "Which five members of the Security Council are permanent?",
        "When did Vladimir Putin land in New Delhi for a visit?",
        "What did Sergei Lavrov say about New Delhi?",
        "भारत–रूस व्यापार 90 अरब डॉलर क्यों हुआ?",
    ],
)
def test_a_question_that_may_well_be_right_is_left_alone(question: str) -> None:
    assert contradicted(question, TRADE, LANDED, BRIDGE, COUNCIL) is None


def test_one_sentence_that_says_so_is_enough_to_believe_the_question() -> None:
    question = "Why does the Security Council have 25 members?"
    assert contradicted(question, COUNCIL, "Enlarged, it would have 25 members.") is None
    assert contradicted(question) is None


def test_the_number_of_a_whole_whatever_else_is_asked() -> None:
    whole = passage_of(ArticleRef("l", "The Coastal League in brief"), LEAGUE)
    found = premise_of("What do the twelve members of the Coastal League eat in winter?", [candidate(whole)])
    assert found is not None
    assert (found.asserted, found.said) == ("twelve members", "nine members")
    assert not premise_of("What do the nine members of the Coastal League eat?", [candidate(whole)])
    assert not premise_of("What do the twelve members of the Alpine League eat?", [candidate(whole)])


def test_another_word_for_the_country_that_is_named() -> None:
    assert contradicted("Why is the duty of London on imported steel 20 per cent?", DUTY)
    assert not contradicted("Why is the duty of Norway on imported steel 20 per cent?", DUTY)
