"""Signals by hand, the shipped weights, and that nothing depends on the order of a set."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from byline.answer.reading import AskedFor, read
from byline.answer.signals import SIGNALS, signals
from byline.answer.weigh import trained
from byline.types import ArticleRef, Hit, Passage, Span

SENTENCES = (
    "BrahMos is a joint company.",
    "India holds 50.5 per cent of it.",
    "The rest belongs to Russia since 12 June 1998.",
)


def found(question: str, idf: dict[str, float]) -> list[dict[str, float]]:
    text = " ".join(SENTENCES)
    spans = [Span(text.index(each), text.index(each) + len(each)) for each in SENTENCES]
    passage = Passage("p", ArticleRef("a", "Missiles"), 0, len(text), text, sentences=tuple(spans))
    hit = Hit(passage, 0.8, similarities=(0.6, 0.4, 0.2))
    return signals(AskedFor(question, idf), read([hit]))


def test_signals_by_hand() -> None:
    first, second, third = found(
        "How much of BrahMos missiles does India hold?", {"brahmo": 3.0, "missil": 2.0, "india": 1.0, "hold": 2.0}
    )
    assert set(first) == set(SIGNALS)
    assert [row["coverage"] for row in (first, second, third)] == pytest.approx([3 / 8, 3 / 8, 0])
    assert [row["coverage_before"] for row in (first, second, third)] == pytest.approx([0, 3 / 8, 3 / 8])
    assert [row["coverage_after"] for row in (first, second, third)] == pytest.approx([3 / 8, 0, 0])
    assert [row["coverage_earlier"] for row in (first, second, third)] == pytest.approx([0, 0, 3 / 8])
    assert [row["coverage_title"] for row in (first, second, third)] == pytest.approx([2 / 8, 2 / 8, 2 / 8])
    assert [row["together"] for row in (first, second, third)] == pytest.approx([0, 1 / 3, 0])  # India, holds
    assert [row["named"] for row in (first, second, third)] == pytest.approx([3 / 4, 1 / 4, 0])  # BrahMos, India
    assert [row["amount"] for row in (first, second, third)] == [0, 1, 0]  # a date is no amount
    assert [row["opens"] for row in (first, second, third)] == [1, 0, 0]
    assert [row["cosine_before"] for row in (first, second, third)] == [0, 0.6, 0.4]


@pytest.mark.parametrize(
    ("question", "signal", "expected"),
    [
        ("When did Russia join?", "date", [0, 0, 1]),
        ("When was 12 June 1998?", "date", [0, 0, 0]),  # the question has it
        (
            "Who else owns BrahMos?",
            "new_names",
            [0, 0, 0.5],
        ),  # Russia, June; India only begins a sentence, as any word may
        ("Where is the rest?", "place", [0, 0, 1]),
        ("Why is that?", "reason", [0, 0, 1]),
    ],
)
def test_what_is_asked_for(question: str, signal: str, expected: list[float]) -> None:
    assert [row[signal] for row in found(question, {"brahmo": 1.0})] == expected


def test_the_shipped_rule_knows_every_signal() -> None:
    rule = trained()
    assert tuple(rule.weights) == SIGNALS
    chances = [rule.chance(row) for row in found("Who holds BrahMos?", {"brahmo": 1.0})]
    assert all(0 < chance < 1 for chance in chances)


_ASK = """
from tests.answer.test_signals import found
print(repr(found("How much of BrahMos missiles does India hold?",
                 {"brahmo": 3.1, "missil": 2.3, "india": 1.7, "hold": 2.9, "rest": 0.7, "join": 0.1})))
"""


def test_the_order_of_sets_changes_nothing() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", _ASK],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
    assert "coverage" in said.pop()
