from __future__ import annotations

import json
import math

import pytest

from byline.answer.logistic import Logistic
from byline.answer.refuse import (
    ANSWERING,
    ON_SUBJECT,
    RefusalRule,
    Thresholds,
    calibrated,
    names,
    rule_of,
    signals,
    subject_signals,
)
from byline.answer.weigh import Candidate
from byline.models.terms import terms
from byline.types import ArticleRef, Hit, Passage, Rank, Span

TEXT = "Oil prices rose in Oslo."


def passage(text: str, id_: str = "p") -> Passage:
    return Passage(id_, ArticleRef("a", "Markets"), 0, len(text), text, sentences=(Span(0, len(text)),))


def candidate(text: str, cosine: float) -> Candidate:
    return Candidate(passage(text), Span(0, len(text)), frozenset(terms(text)), cosine, 1.0, 1.0)


def test_the_shipped_rule_knows_every_signal() -> None:
    rule = calibrated()
    assert (set(rule.on_subject.weights), set(rule.answering.weights)) == (set(ON_SUBJECT), set(ANSWERING))
    limits = rule.thresholds
    assert 0 < limits.nothing < limits.on_subject < 1
    assert 0 < limits.answering < 1


def test_signals_of_the_subject_by_hand() -> None:
    hit = Hit(passage(TEXT), 0.9, {"dense": Rank(1, 0.6)}, (0.5,))
    other = Hit(passage("The harvest failed.", "q"), 0.4, {"dense": Rank(2, 0.3)}, (0.1,))
    idf = {"oil": 3.0, "oslo": 2.0, "harvest": 4.0, "market": 1.0}
    found = subject_signals(
        names("Did the oil harvest in Oslo move markets?"), [hit, other], [candidate(TEXT, 0.5)], idf
    )
    assert found == pytest.approx(
        {
            "sentence_cosine": 0.5,
            "passage_cosine": 0.6,
            "best_coverage": 0.6,  # oil, oslo, and market from the headline
            "top_coverage": 0.6,
            "cosine_and_coverage": 0.25,  # the sentence has oil and oslo
            "top_score": 0.9,
            "name_coverage": 1.0,
            "union_coverage": 1.0,  # harvest is in the other
            "union_names": 1.0,
            "mean_idf": 2.5,
            "log_terms": math.log1p(4),
            "beyond_a_sentence": 0.0,
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


def test_nothing_found_is_nothing_on_it() -> None:
    verdict = calibrated().judge(signals("Oil?", [], [], {"oil": 3}, 10))
    assert verdict.reason == "not_in_articles"
    assert verdict.confidence < 0.01


def test_a_word_more_that_nobody_has_makes_it_less_likely_to_be_covered() -> None:
    hit = Hit(passage(TEXT), 0.9, {"dense": Rank(1, 0.6)}, (0.5,))
    asked = {"oil": 3, "oslo": 2}
    rule = calibrated().on_subject
    fewer = rule.chance(signals("Oil in Oslo", [hit], [candidate(TEXT, 0.5)], asked, 100))
    assert rule.chance(signals("Oil in Oslo, zebra", [hit], [candidate(TEXT, 0.5)], {**asked, "zebra": 0}, 100)) < fewer


@pytest.mark.parametrize(
    ("subject", "answering", "reason"),
    [
        (0.05, 0.9, "not_in_articles"),
        (0.05, 0.1, "not_in_articles"),
        (0.3, 0.9, "related_only"),
        (0.9, 0.3, "related_only"),
        (0.9, 0.6, None),
    ],
)
def test_the_three_states(subject: float, answering: float, reason: str | None) -> None:
    one, other = (Logistic(math.log(chance / (1 - chance)), {}) for chance in (subject, answering))
    verdict = RefusalRule(one, other, Thresholds(nothing=0.1, on_subject=0.5, answering=0.4)).judge({})
    assert verdict.reason == reason
    assert verdict.confidence == pytest.approx(min(subject, answering))


def test_a_card_gives_its_rule_back() -> None:
    rule = RefusalRule(
        Logistic(1.0, dict.fromkeys(ON_SUBJECT, 2.0)), Logistic(3.0, dict.fromkeys(ANSWERING, 4.0)), Thresholds(0, 0, 0)
    )
    card = {
        "on_subject": {"intercept": 1, "weights": dict.fromkeys(ON_SUBJECT, 2)},
        "answering": {"intercept": 3, "weights": dict.fromkeys(ANSWERING, 4)},
        "thresholds": {"nothing": 0, "on_subject": 0, "answering": 0},
    }
    assert rule_of(json.loads(json.dumps(card))) == rule
