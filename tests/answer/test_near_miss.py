"""What a question says and the sentence that looks like its answer does not."""

from __future__ import annotations

import pytest

from byline.answer.near_miss import SIGNALS, near_miss_signals, opposites
from byline.answer.refuse import names
from byline.answer.weigh import Candidate
from byline.models.terms import query_terms, terms
from byline.types import ArticleRef, Passage, Span

BEFORE, SAID, AFTER = (
    "The port lies in the north.",
    "Lind opened the largest harbour of the coast in 1906.",
    "It was not widened.",
)
TEXT = f"{BEFORE} {SAID} {AFTER}"
SPANS = (
    Span(0, len(BEFORE)),
    Span(len(BEFORE) + 1, len(BEFORE) + 1 + len(SAID)),
    Span(len(TEXT) - len(AFTER), len(TEXT)),
)
PASSAGE = Passage("p", ArticleRef("a", "Harbours"), 0, len(TEXT), TEXT, sentences=SPANS)
BEST = Candidate(PASSAGE, SPANS[1], frozenset(terms(SAID)), 0.7, 1.0, 1.0)


def found(question: str, best: Candidate = BEST) -> dict[str, float]:
    return near_miss_signals(question, names(question), dict.fromkeys(query_terms(question), 2.0), [best])


@pytest.mark.parametrize(
    ("question", "signal"),
    [
        ("Who opened the harbour in 1908?", "number_missing"),
        ("Who opened the harbour in 1908?", "number_differs"),
        ("Who opened the smallest harbour?", "opposite_in_sentence"),
        ("Who opened the harbour in the south?", "opposite_in_passage"),
        ("Did Berg open the harbour?", "name_missing"),
        ("Why was the first harbour opened?", "opposable_missing"),
    ],
)
def test_each_signal_is_there_for_the_miss_and_not_for_the_answer(question: str, signal: str) -> None:
    assert found(question)[signal] == 1.0
    assert found("Did Lind open the largest harbour in 1906?")[signal] == 0.0


def test_a_negation_may_stand_in_a_neighbour() -> None:
    alone = Passage("q", ArticleRef("a", "Harbours"), 0, len(SAID), SAID, sentences=(Span(0, len(SAID)),))
    question = "What was not opened?"
    assert found(question)["negation_missing"] == 0.0
    assert found(question, Candidate(alone, alone.sentences[0], BEST.terms, 0.7, 1.0, 1.0))["negation_missing"] == 1.0


def test_what_is_missing_weighs_by_its_rarity() -> None:
    idf = {"harbour": 1.0, "port": 3.0, "zeppelin": 5.0}
    signals = near_miss_signals("harbour port zeppelin", frozenset(), idf, [BEST])
    assert signals["rarest_not_in_sentence"] == signals["rarest_not_around"] == 5.0
    del idf["zeppelin"]
    signals = near_miss_signals("harbour port", frozenset(), idf, [BEST])
    assert (signals["rarest_not_in_sentence"], signals["rarest_not_around"]) == (3.0, 0.0)
    assert (signals["sentence_coverage"], signals["gathered"]) == (0.25, 0.25)


def test_other_scripts_have_no_negation_and_no_opposites() -> None:
    signals = found("निर्यात कितना नहीं था?")
    assert not any(value for name, value in signals.items() if name.startswith(("negat", "oppos")))


def test_without_a_candidate_every_signal_is_there() -> None:
    assert near_miss_signals("Who?", frozenset(), {}, []) == dict.fromkeys(SIGNALS, 0.0)
    assert set(found("Who?")) == set(SIGNALS)


def test_opposites_go_both_ways_and_no_word_is_its_own() -> None:
    held = opposites()
    assert all(one in held[other] for one, others in held.items() for other in others)
    assert all(one not in others for one, others in held.items())
