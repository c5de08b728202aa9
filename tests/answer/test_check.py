"""A written sentence gets its quotes when they carry it, and its faults when they do not."""

from __future__ import annotations

import pytest

from byline.answer.check import SupportChecker
from byline.answer.given import evidence_of
from byline.models.embed import load_embedder
from byline.protocols import Checker, Evidence
from byline.types import Sentence

HARBOUR = (
    "The harbour bridge opened to traffic again at six on Monday morning, 12 January 2026. Its deck had been closed "
    "since April, when inspectors found cracks in two of the main bearings. The repairs cost 41 million crowns, 9 "
    "million more than the council had set aside. Mayor Ada Lindqvist said that the bridge was “safe for another forty "
    "years”. Buses will not use it before Wednesday. Chief engineer Karl Berg praised the welders."
)
FERRY = (
    "The ferry between Norrvik and Sandholm carried 310,000 passengers last year, 12 per cent fewer than in 2024. Its "
    "director, Ines Okafor, blamed the fares, which rose by 8 per cent. The ferry company refused to lower them."
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return SupportChecker(load_embedder())


@pytest.fixture(scope="module")
def evidence() -> list[Evidence]:
    return evidence_of([HARBOUR, FERRY], load_embedder())


def faulty(sentence: Sentence, words: str) -> bool:
    return not sentence.supported and any(words in fault for fault in sentence.faults)


@pytest.mark.parametrize(
    "text",
    [
        "The repairs cost 41 million crowns, 9 million more than the council had set aside.",
        "The harbour bridge opened to traffic again on Monday, 12 January 2026.",
        "Ada Lindqvist said that the bridge was safe for another forty years.",
        "Mayor Lindqvist said the bridge was \"safe for another forty years\".",
        "The ferry carried 310,000 passengers last year, 12% fewer than in 2024.",
        "The repairs of the harbour bridge cost 41 million crowns. [1]",
    ],
)  # fmt: skip
def test_what_the_quotes_carry(checker: Checker, evidence: list[Evidence], text: str) -> None:
    sentence = checker.check(text, evidence)
    assert sentence.supported, sentence
    assert sentence.faults == ()
    for quote in sentence.quotes:
        assert quote.text == (HARBOUR, FERRY)[int(quote.passage.article.id)][quote.start : quote.end]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("The repairs cost 14 million crowns, 9 million more than the council had set aside.", "the number 14 million"),
        ("The repairs cost 9 million crowns, 41 million more than the council had set aside.", "where this has"),
        ("The harbour bridge opened to traffic again on Tuesday, 12 January 2026.", "the date Tuesday"),
        ("The harbour bridge opened to traffic again on Monday, 13 January 2026.", "the date 13 January 2026"),
        ("Mayor Karl Berg said that the bridge was safe for another forty years.", "Karl Berg"),
        ("Mayor Eva Strand said that the bridge was safe for another forty years.", "the name Eva Strand"),
        ("Mayor Ada Lindqvist said that the bridge was “safe for the next forty years”.", "the words"),
        ("Mayor Ada Lindqvist said that the bridge was not safe for another forty years.", "denied"),
        ("Buses will use it before Wednesday.", "denied"),
        ("Its director, Ines Okafor, blamed the fares, which fell by 8 per cent.", "“rose”"),
        ("The ferry carried 310,000 passengers last year, 12 fewer than in 2024.", "the number 12"),
    ],
)
def test_a_planted_defect_is_named(checker: Checker, evidence: list[Evidence], text: str, fault: str) -> None:
    assert faulty(checker.check(text, evidence), fault)


def test_two_quotes_for_what_stands_in_two_places(checker: Checker, evidence: list[Evidence]) -> None:
    text = "The ferry carried 310,000 passengers, and the repairs of the bridge cost 41 million crowns."
    found = checker.check(text, evidence)
    assert {quote.passage.article.id for quote in found.quotes} == {"0", "1"}


def test_another_passage_does_not_carry_it(checker: Checker, evidence: list[Evidence]) -> None:
    text = "The repairs cost 41 million crowns, 9 million more than the council had set aside."
    assert not checker.check(text, evidence[1:]).supported
    pointed = checker.check(text, evidence, hints=[1])
    assert pointed.supported
    assert pointed.quotes[0].passage.article.id == "0"


def test_without_passages_nothing_is_carried(checker: Checker) -> None:
    found = checker.check("The bridge is open.", [])
    assert not found.supported
    assert found.faults
    assert found.quotes == ()


def test_the_same_words_get_the_same_verdict(checker: Checker, evidence: list[Evidence]) -> None:
    text = "Ada Lindqvist said the bridge was safe."
    assert checker.check(text, evidence) == checker.check(text, evidence)
