from __future__ import annotations

from byline.answer.refuse import FEATURES, RefusalRule, calibrated, features
from byline.answer.weigh import weigh
from byline.types import ArticleRef, Hit, Passage, Rank, Span


def test_the_shipped_rule_knows_every_signal() -> None:
    rule = calibrated()
    assert set(rule.weights) == set(FEATURES)
    assert 0 < rule.threshold < 1


def test_signals_by_hand() -> None:
    text = "Oil prices rose."
    passage = Passage("p", ArticleRef("a", "A"), 0, len(text), text, sentences=(Span(0, len(text)),))
    hit = Hit(passage, 1.0, {"dense": Rank(1, 0.6), "lexical": Rank(1, 4.0)}, (0.7,))
    idf = {"oil": 3.0, "harvest": 1.0}
    found = features([hit], weigh([hit], idf), idf)
    assert found == {
        "sentence_cosine": 0.7,
        "passage_cosine": 0.6,
        "passage_coverage": 0.75,
        "sentence_coverage": 0.75,
        "bm25_per_idf": 1.0,
        "cosine_gap": 0.0,
    }


def test_nothing_found_is_refused() -> None:
    assert calibrated().refuses(features([], [], {"oil": 3.0}))


def test_the_rule_is_monotone_in_its_intercept() -> None:
    nothing = dict.fromkeys(FEATURES, 0.0)
    low, high = RefusalRule(-2, nothing, 0.5), RefusalRule(2, nothing, 0.5)
    assert low.answerable(nothing) < 0.5 < high.answerable(nothing)
    assert low.refuses(nothing)
    assert not high.refuses(nothing)
