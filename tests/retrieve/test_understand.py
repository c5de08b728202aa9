from __future__ import annotations

import time
from collections.abc import Sequence
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


def test_another_language_gets_the_question_before_in_front() -> None:
    first = "मोदी ने व्यापार मंच पर क्या प्रस्ताव रखा?"
    assert understand("क्यों?", asked(first)).standalone == f"{first} क्यों?"


def test_what_a_rewriter_makes_up_is_not_used() -> None:
    def invents(question: str, history: Sequence[Turn]) -> str:
        return "Did Obama propose the corridor?"

    def knows(question: str, history: Sequence[Turn]) -> str:
        return "Who backed what Modi proposed at the Business Forum?"

    history = asked("What did Modi propose at the Business Forum?")
    assert understand("and who backed it?", history, rewriter=invents).standalone == "and who backed it?"
    assert understand("and who backed it?", history, rewriter=knows).standalone == knows("", ())


@pytest.mark.parametrize(
    "question",
    ["What did Putin say about the Security Council?", "Which ports does the Chennai corridor link, and since when?"],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert understand(question, asked("What did Modi propose at the Business Forum?")).standalone == question
