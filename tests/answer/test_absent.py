"""Names of a question that no article brings together, and those that are only spelled or said in another way."""

from __future__ import annotations

import pytest

from byline.answer.absent import absent_names, countries, names_asked
from byline.testing import passage_of
from byline.types import ArticleRef, Hit

DAM = (
    "Ines Calderón opened the Maravel dam in Lisbon's hinterland. "
    "The Portuguese minister and one of the United States praised its engineers."
)
BRIDGE = "The Kessel bridge was designed by Johan Lindqvist and paid for by Norway."
HITS = [
    Hit(passage_of(ArticleRef("dam", "Water for Alentejo", publisher="The Tagus Mail", authors=("Rui Sá",)), DAM), 0.9),
    Hit(passage_of(ArticleRef("bridge", "A crossing at last"), BRIDGE), 0.5),
]


def absent(question: str, **more: str) -> list[str]:
    return absent_names(question, HITS, lambda ids: more)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("When did Johan Lindqvist open the Maravel dam?", ["Maravel"]),
        ("When did Ines Calderón open the Kessel bridge?", ["Kessel"]),
        ("What did Okonkwo say about the Maravel dam?", ["Okonkwo"]),
        ("How much did Sweden pay for the Kessel bridge?", ["Sweden"]),
        ("What did Calderón and Xu open at Maravel?", ["Xu"]),
    ],
)
def test_no_article_has_all_names(question: str, missing: list[str]) -> None:
    assert absent(question) == missing


@pytest.mark.parametrize(
    "question",
    [
        "When did Ines Calderon open the Maravell dam?",
        "How did Portugal's minister speak of the Maravel dam?",
        "How much did the Norwegians pay for the Kessel bridge?",
        "What did the American minister praise at Maravel?",
        "Why did Oslo pay for the Kessel bridge?",
        "What does Rui Sá write about the Maravel dam?",
        "What did Calderón and Lindqvist each do?",
        "Calderón opened the Maravel dam. Right or wrong?",
        "In which Iberian country is the Maravel dam?",
        "What did Prime Minister Calderón open last August?",
        "Who designed the bridge?",
        "बाँध किसने खोला?",
    ],
)
def test_what_is_there_in_another_spelling_or_word(question: str) -> None:
    assert not absent(question)


def test_what_the_rest_of_an_article_names() -> None:
    asked = "When did Johan Lindqvist visit the Maravel dam?"
    assert absent(asked)
    assert not absent(asked, dam=f"{DAM} Johan Lindqvist came to see it.")


def test_a_long_question_may_be_about_several_articles() -> None:
    long = "Did Lindqvist design the bridge before Calderón opened the dam that farmers, fishers and towns along the "
    assert not absent(f"{long} river and its valleys had wanted for thirty dry years without success?")


def test_nothing_was_found() -> None:
    assert absent_names("Who is Lindqvist?", [], lambda ids: {}) == []


def test_names_are_no_months_titles_or_first_words() -> None:
    assert list(names_asked("Which Minister met Anna-Lena Virtanen in March at NATO?")) == ["Anna", "Lena", "Virtanen"]


def test_words_for_one_country() -> None:
    assert frozenset(["kremlin"]) in countries()["russian"]
    assert frozenset(["german"]) not in countries()["french"]
