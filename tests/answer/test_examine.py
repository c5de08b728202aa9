"""What stands beside an answer, over the demo articles with the real model: cases made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from byline.build import Desk, open_desk
from byline.settings import read_settings
from byline.types import Answer, Question


@pytest.fixture(scope="module")
def desk(demo_index: Path) -> Iterator[Desk]:
    with open_desk(read_settings({}, index=demo_index)) as opened:
        yield opened


def asked(desk: Desk, question: str) -> Answer:
    return desk.answerer.answer(Question(question, question))


@pytest.mark.parametrize(
    ("question", "asserted", "said"),
    [
        ("Why did India–Russia trade reach $90 billion in 2023-24?", "$90 billion", "$65.7 billion"),
        (
            "Why is 80 per cent of payments between Russia and India in national currencies?",
            "80 per cent",
            "96 per cent",
        ),
        (
            "Why did Medvedev land in New Delhi for two days in December 2025?",
            "Medvedev",
            "Russian President Vladimir Putin",
        ),
    ],
)
def test_a_wrong_premise_is_answered_with_what_the_articles_say(
    desk: Desk, question: str, asserted: str, said: str
) -> None:
    premise = asked(desk, question).premise
    assert premise
    assert (premise.asserted, premise.said) == (asserted, said)
    assert said in premise.quote.text


@pytest.mark.parametrize(
    "question",
    [
        "Why did India–Russia trade reach $65.7 billion in 2023-24?",
        "How was the trade target of $100 billion chosen?",
        "What happened in December 2021?",
        "Why is 96 per cent of commercial payments in national currencies?",
        "Who were the foreign ministers that signed the treaty of 1971?",
        "Why did the United States double the tariff to 50%?",
    ],
)
def test_a_right_premise_is_left_alone(desk: Desk, question: str) -> None:
    assert asked(desk, question).premise is None


def test_a_correction_is_shown_under_what_it_corrects_and_is_a_source(desk: Desk) -> None:
    answer = asked(desk, "Which annual summit did the leaders hold in Hyderabad House?")
    [corrected] = [sentence for sentence in answer.sentences if sentence.correction]
    assert "22nd" in corrected.text, "of an article that is corrected, only what was wrong"
    assert corrected.correction
    assert "was the 23rd" in corrected.correction.text
    assert corrected.correction.passage.article in answer.sources
    assert answer.disagreements == ()


def test_the_22nd_summit_of_moscow_was_the_22nd(desk: Desk) -> None:
    answer = asked(desk, "When was the 22nd annual summit held in Moscow?")
    assert answer.answered
    assert not [sentence for sentence in answer.sentences if sentence.correction and "Moscow" in sentence.text]


def test_two_estimates_are_two(desk: Desk) -> None:
    [differing] = asked(desk, "How many Indian exports does the U.S. tariff affect?").disagreements
    assert differing.values == ("$48 billion", "$60 billion")


@pytest.mark.parametrize(
    "question",
    [
        "How much was India–Russia trade in 2024-25?",
        "How large is India–Russia trade at present?",
        "What share of payments between Russia and India is in national currencies?",
        "How high is the U.S. tariff on Indian goods?",
        "What trade target did India and Russia set for 2030?",
        "What was Russia's share of India's oil imports before 2022?",
        "How has Russia's share of India's arms imports changed since 2010?",
        "भारत और रूस का व्यापार कितना है?",
    ],
)
def test_figures_of_other_years_and_rounded_figures_are_no_disagreement(desk: Desk, question: str) -> None:
    assert asked(desk, question).disagreements == ()


def test_quoted_speech_keeps_its_speaker(desk: Desk) -> None:
    answer = asked(desk, "What did Modi say about neutrality?")
    assert answer.sentences[0].speaker == "Mr. Modi"


def test_examining_twice_gives_the_same(desk: Desk) -> None:
    question = "Which annual summit did the leaders hold in Hyderabad House?"
    one, other = asked(desk, question), asked(desk, question)
    assert (one.sentences, one.disagreements, one.premise) == (other.sentences, other.disagreements, other.premise)
