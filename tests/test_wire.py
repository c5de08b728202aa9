"""The JSON of an answer: every field of it, every quoted article among its sources, and nothing of a hidden one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from byline.answer.standing import Notice, Standing
from byline.library.saved import SavedAnswer, SavedQuote
from byline.types import Answer
from byline.wire import answer_json, saved_json
from tests.scripted import CORRECTED, DIFFERS, PREMISE, RELATED, SPOKEN, scripted_answers

ANSWERS = scripted_answers()


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_every_quote_names_one_of_the_sources_and_its_exact_place(answer: Answer) -> None:
    row = json.loads(json.dumps(answer_json(answer)))
    sources = {source["article_id"] for source in row["sources"]}
    texts = {quote.passage.article.id: quote.passage for quote in answer.quotes}
    found = list(_quotes(row))
    assert len(found) >= len(answer.quotes)
    for quote in found:
        assert quote["article_id"] in sources
        passage = texts[quote["article_id"]]
        assert passage.text[quote["start"] - passage.start : quote["end"] - passage.start] == quote["text"]


def _quotes(shown: object) -> Iterator[dict[str, Any]]:
    if isinstance(shown, dict):
        if set(shown) == {"article_id", "start", "end", "text"}:
            yield shown
        for value in shown.values():
            yield from _quotes(value)
    elif isinstance(shown, list):
        for value in shown:
            yield from _quotes(value)


def test_what_stands_beside_the_sentences() -> None:
    assert answer_json(ANSWERS[PREMISE])["premise"]["said"] == "41 million crowns"
    [differing] = answer_json(ANSWERS[DIFFERS])["disagreements"]
    assert differing["values"] == ["34 people", "41 people"]
    assert [quote["article_id"] for quote in differing["quotes"]] == ["mine-wire", "mine-ledger"]
    [corrected] = answer_json(ANSWERS[CORRECTED])["sentences"]
    assert corrected["correction"]["article_id"] == "notice"
    row = answer_json(ANSWERS[SPOKEN])
    assert row["confidence"] == 0.8125
    assert row["sentences"][0]["speaker"] == "Mayor Ada Lindqvist"
    assert [lead["text"] for lead in row["sentences"][0]["leads"]] == ["The mayor spoke of the bridge."]
    assert (row["newer"][0]["kind"], row["newer"][0]["authors"]) == ("opinion", ["Ines Okafor"])
    related = answer_json(ANSWERS[RELATED])
    assert (related["reason"], related["answered"]) == ("related_only", False)
    assert [quote["article_id"] for quote in related["nearest"]] == ["bridge-opinion"]


@pytest.mark.parametrize("question", ANSWERS)
def test_a_saved_answer_says_nothing_of_an_article_that_readers_may_not_see(question: str) -> None:
    answer = ANSWERS[question]
    for hidden in {quote.passage.article for quote in answer.quotes} | set(answer.newer):
        shown = json.dumps(_saved(answer, hidden.id), ensure_ascii=False)
        words = [quote.text for quote in answer.quotes if quote.passage.article == hidden]
        assert not [text for text in [*words, hidden.title] if text in shown]
        for disagreement in answer.disagreements:
            for value, quote in zip(disagreement.values, disagreement.quotes, strict=True):
                assert (value in shown) == (quote.passage.article != hidden)


def _saved(answer: Answer, hidden: str) -> dict[str, object]:
    quotes = [quote for sentence in answer.sentences for quote in sentence.quotes]
    kept = tuple(SavedQuote(q.passage.article.id, "", q.start, q.end, q.text) for q in quotes)
    shown = json.loads(json.dumps(answer_json(answer)))
    when = answer.sources[0].published
    assert when
    saved = SavedAnswer("x", when, answer.question.text, shown, kept)
    return saved_json(saved, Standing(tuple(Notice(quote, "as_quoted") for quote in kept), frozenset([hidden])))
