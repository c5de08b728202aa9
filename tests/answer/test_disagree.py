"""Pairs of sentences that differ about one thing, and pairs that only look as if they did (`pairs.jsonl`)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from byline.answer.disagree import disagreements
from byline.answer.weigh import Candidate
from byline.models.terms import terms
from byline.testing import passage_of, quoting
from byline.types import ArticleRef, Disagreement, Passage

PAIRS = [json.loads(line) for line in Path(__file__).with_name("pairs.jsonl").read_text().splitlines()]
DIFFER, AGREE = ([pair for pair in PAIRS if bool(pair["values"]) is differ] for differ in (True, False))
FIRST_DAY = datetime(2026, 3, 2, tzinfo=UTC)


def candidate(passage: Passage, place: int = 0) -> Candidate:
    span = passage.sentences[place]
    return Candidate(passage, span, frozenset(terms(passage.slice(span))), 0.8, 1.0, 0.9)


def found(pair: dict[str, Any]) -> tuple[Disagreement, ...]:
    one, other = (
        passage_of(ArticleRef(name, name.title(), published=FIRST_DAY + timedelta(days=days)), pair[name])
        for name, days in (("one", 0), ("other", pair["days"]))
    )
    return disagreements(pair["question"], [quoting(one, pair["one"])], [candidate(one), candidate(other)])


@pytest.mark.parametrize("pair", AGREE, ids=[pair["other"][:60] for pair in AGREE])
def test_what_only_looks_like_a_disagreement_is_none(pair: dict[str, Any]) -> None:
    assert found(pair) == ()


def test_most_disagreements_are_found_with_the_words_of_each() -> None:
    """27 of 31; the others are told in words that share too little. The later twelve were written after the rules."""
    told = {pair["other"]: [disagreement.values for disagreement in found(pair)] for pair in DIFFER}
    right = [pair for pair in DIFFER if told[pair["other"]] == [tuple(pair["values"])]]
    assert len(right) >= 27
    assert all(len(values) <= 1 for values in told.values())


def test_both_quotes_are_shown_and_the_order_is_that_of_the_answer() -> None:
    pair = DIFFER[0]
    [disagreement] = found(pair)
    assert [quote.text for quote in disagreement.quotes] == [pair["one"], pair["other"]]
    assert disagreement.about == pair["question"]


def test_one_article_does_not_disagree_with_itself() -> None:
    pair = DIFFER[0]
    passage = passage_of(ArticleRef("a", "A"), f"{pair['one']} {pair['other']}")
    both = [candidate(passage, place) for place in range(len(passage.sentences))]
    assert disagreements(pair["question"], [quoting(passage, pair["one"])], both) == ()


def test_a_sentence_that_gives_two_estimates_disagrees_in_itself() -> None:
    said = "Officials put the loss at about $48 million, while the institute estimated it at $60 million."
    passage = passage_of(ArticleRef("a", "A"), said)
    [disagreement] = disagreements("How large is the loss?", [quoting(passage, said)], [candidate(passage)])
    assert disagreement.values == ("$48 million", "$60 million")
    told = "Officials put the loss at $48 million, while the institute put the gain at $60 million and the rest at 5%."
    assert (
        len(disagreements("How large is the loss?", [quoting(passage_of(ArticleRef("b", "B"), told), told)], [])) <= 1
    )
