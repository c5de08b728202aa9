from __future__ import annotations

import math

import pytest

from byline.answer.refuse import FEATURES, RefusalRule, calibrated, features, names
from byline.types import ArticleRef, Hit, Passage, Rank, Span


def test_the_shipped_rule_knows_every_signal() -> None:
    rule = calibrated()
    assert set(rule.weights) == set(FEATURES)
    assert 0 < rule.threshold < 1


def test_signals_by_hand() -> None:
    text = "Oil prices rose in Oslo."
    passage = Passage("p", ArticleRef("a", "Markets"), 0, len(text), text, sentences=(Span(0, len(text)),))
    hit = Hit(passage, 0.9, {"dense": Rank(1, 0.6)}, (0.5,))
    idf = {"oil": 3.0, "oslo": 2.0, "harvest": 4.0, "market": 1.0}
    found = features("Did the oil harvest in Oslo move markets?", [hit], idf, unseen=0.25)
    assert found == pytest.approx(
        {
            "sentence_cosine": 0.5,
            "passage_cosine": 0.6,
            "best_coverage": 0.6,  # oil, oslo, and market from the headline
            "top_coverage": 0.6,
            "cosine_and_coverage": 0.25,  # the sentence has oil and oslo
            "top_score": 0.9,
            "name_coverage": 1.0,
            "mean_idf": 2.5,
            "log_terms": math.log1p(4),
            "unseen": 0.25,
        }
    )


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did Modi say in 2025?", {"modi", "2025"}),
        ("Who won?", set()),
        ("When was UNSC reform agreed by the U.S.?", {"unsc", "us"}),
        ("निर्यात कितना था?", set()),
    ],
)
def test_names(question: str, named: set[str]) -> None:
    assert names(question) == named


def test_nothing_found_is_refused() -> None:
    assert calibrated().refuses(features("Oil?", [], {"oil": 3.0}, unseen=0.0))


def test_the_rule_is_monotone_in_its_intercept() -> None:
    nothing = dict.fromkeys(FEATURES, 0.0)
    low, high = RefusalRule(-2, nothing, 0.5), RefusalRule(2, nothing, 0.5)
    assert low.answerable(nothing) < 0.5 < high.answerable(nothing)
    assert low.refuses(nothing)
    assert not high.refuses(nothing)
