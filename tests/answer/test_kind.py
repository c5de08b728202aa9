from __future__ import annotations

import pytest

from byline.answer import kind


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who signed the treaty?", "name"),
        ("Which company makes the rifle?", "name"),
        ("Modi met whom in Kazan?", "name"),
        ("In which year was it founded?", "time"),
        ("when did it open", "time"),
        ("How much did trade grow?", "number"),
        ("What percentage of payments is in roubles?", "number"),
        ("Where is the plant?", "place"),
        ("What country bought most?", "place"),
        ("Why did exports fall?", "reason"),
        ("What did Putin say when he landed?", "thing"),  # the word that asks stands first
        ("How do the payments work?", "thing"),
        ("निर्यात कितना था?", "thing"),
        ("", "thing"),
    ],
)
def test_the_kind_that_is_asked_for(question: str, asked: str) -> None:
    assert kind.asked(question) == asked


def test_a_date_is_not_an_amount() -> None:
    assert kind.amounts("It was signed on 20 August 2025.") == frozenset()
    assert kind.amounts("Trade came to $69 billion in 2024, in two years.") == {"69", "billion", "two"}
    assert kind.amounts("It cost $2000, or 1,950 euros.") == {"2000", "1,950"}


def test_dates() -> None:
    assert kind.dates("On Friday, 4 December 2025, the 23rd summit began.") == {"friday", "december", "2025", "23rd"}
    assert kind.dates("He spent 25 dollars.") == frozenset()


def test_capitals_inside_a_sentence_and_at_its_beginning() -> None:
    assert kind.capitals("Trade with Russia's Far East grew.") == (frozenset({"russia", "far", "east"}), "trade")
    assert kind.capitals("“They said so,” Modi replied.") == (frozenset({"modi"}), None)
    assert kind.capitals("व्यापार 68.7 अरब डॉलर रहा।") == (frozenset(), None)


def test_places_come_after_a_preposition() -> None:
    assert kind.places("Modi opened a plant at Korwa in Uttar Pradesh.") == {"korwa", "uttar"}


@pytest.mark.parametrize(
    ("sentence", "listing"),
    [
        ("The union has five members: Armenia, Belarus, Kazakhstan, Kyrgyzstan and Russia.", True),
        ("It sells tea, coffee and rice.", True),
        ("Prices rose, and nobody bought.", False),
        ("Trade grew.", False),
    ],
)
def test_lists(sentence: str, listing: bool) -> None:
    assert kind.lists(sentence) is listing
