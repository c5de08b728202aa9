from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.errors import QuestionError
from byline.retrieve.understand import MAX_QUESTION_CHARACTERS, understand
from byline.types import Turn


def asked(*questions: str) -> tuple[Turn, ...]:
    return tuple(turn for text in questions for turn in (Turn("user", text), Turn("assistant", "An answer.")))


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\x00\x00", "\ud800", "\u200b\ufeff"])
def test_nothing_asked(question: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        understand(question)


@pytest.mark.parametrize("question", ["???", "— … !", "।"])
def test_only_punctuation(question: str) -> None:
    with pytest.raises(QuestionError, match="no words"):
        understand(question)


def test_too_long_names_the_length_and_the_limit() -> None:
    started = time.monotonic()
    with pytest.raises(QuestionError, match=r"100,000 characters.*2,000"):
        understand("x" * 100_000)
    assert time.monotonic() - started < 1


def test_hostile_characters_are_dropped_and_the_rest_is_asked() -> None:
    assert understand("Who\x00 won\ud800 the\u202e race?").text == "Who won the race?"


def test_hindi_keeps_its_joiners() -> None:
    assert "\u200d" in understand("क\u094d\u200dष क्या है?").text


@given(st.text(max_size=3000))
def test_any_text_is_a_question_or_a_clear_error(text: str) -> None:
    with suppress(QuestionError):
        question = understand(text)
        assert 0 < len(question.text) <= MAX_QUESTION_CHARACTERS
        question.text.encode()


@pytest.mark.parametrize("follow_up", ["And who proposed it?", "why?", "What about energy?", "How many have arrived?"])
def test_a_question_that_leans_gets_the_one_before(follow_up: str) -> None:
    first = "What did Modi propose at the Business Forum?"
    assert understand(follow_up, asked(first)).standalone == f"{first} {follow_up}"


def test_a_chain_leans_back_to_what_stands_alone() -> None:
    chain = asked("What is the oil price?", "What did Modi propose at the Business Forum?", "and who backed it?")
    standalone = understand("why?", chain).standalone
    assert standalone == "What did Modi propose at the Business Forum? and who backed it? why?"


@pytest.mark.parametrize(
    "question",
    ["What did Putin say about the Security Council?", "Which ports does the Chennai corridor link, and since when?"],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert understand(question, asked("What did Modi propose at the Business Forum?")).standalone == question
