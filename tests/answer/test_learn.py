from __future__ import annotations

import numpy as np
import pytest

from byline.answer.learn import calibration, order_weights


def test_weights_that_made_the_labels_are_found_again() -> None:
    random = np.random.default_rng(13)
    truth = np.array([2.0, -1.0, 0.0])
    asked = []
    for _ in range(3000):
        values = random.normal(size=(6, 3))
        share = np.exp(values @ truth)
        labels = np.zeros(6)
        labels[random.choice(6, p=share / share.sum())] = 1
        asked.append((values, labels))
    assert order_weights(asked, ridge=0.1) == pytest.approx(truth, abs=0.1)


def test_what_is_the_same_for_all_sentences_of_a_question_weighs_nothing() -> None:
    random = np.random.default_rng(13)
    asked = []
    for _ in range(50):
        own = random.normal(size=4)
        asked.append((np.stack([own, np.full(4, random.normal())], axis=1), (own == own.max()).astype(float)))
    assert order_weights(asked)[1] == pytest.approx(0, abs=1e-6)


def test_a_sentence_that_may_answer_by_chance_is_not_learned_from() -> None:
    clear = (np.array([[1.0], [0.0]]), np.array([1.0, 0.0]))
    unsure = (np.array([[1.0], [0.0], [9.0]]), np.array([1.0, 0.0, -1.0]))
    assert order_weights([unsure]) == pytest.approx(order_weights([clear]))


def test_a_chance_is_how_often_it_is_so() -> None:
    random = np.random.default_rng(13)
    values = random.normal(size=(20_000, 1))
    labels = (random.uniform(size=20_000) < 1 / (1 + np.exp(-(3 * values[:, 0] - 1)))).astype(float)
    intercept, scale = calibration([(values, labels)], np.array([2.0]))
    assert intercept == pytest.approx(-1, abs=0.1)
    assert scale == pytest.approx(1.5, abs=0.1)
