"""The events of an answer that a model writes: words come before they are checked, and those that fail go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.serve.events import Encoder
from byline.serve.follow import BROKEN, BadQuestion
from byline.testing import answering, demo_answers, passage_of, quoting
from byline.types import (
    AnswerEvent,
    ArticleRef,
    Done,
    Failed,
    Question,
    Sentence,
    SentenceChecked,
    Started,
    TextDelta,
)

(QUESTION,) = demo_answers()
ASKED = Question(QUESTION, QUESTION)
FIRST, SECOND, THIRD = demo_answers()[QUESTION].sentences
STRUCK = Sentence("It was built by giants 😀.", (), supported=False, faults=("name",))


def encoded(events: Sequence[AnswerEvent]) -> list[tuple[str, dict[str, Any]]]:
    encoder = Encoder("abc")
    return [encoder.begin(), *(told for event in events for told in encoder.encode(event))]


def written(*sentences: Sentence, pieces: int = 7) -> list[AnswerEvent]:
    """As a model streams it: pieces that know nothing of sentences, and a check as soon as one is complete."""
    text = " ".join(sentence.text for sentence in sentences)
    ends, at = [], 0
    for sentence in sentences:
        at = text.index(sentence.text, at) + len(sentence.text)
        ends.append(at)
    events: list[AnswerEvent] = [Started(ASKED)]
    checked = 0
    for start in range(0, len(text), pieces):
        events.append(TextDelta(text[start : start + pieces]))
        while checked < len(ends) and ends[checked] <= start + pieces:
            events.append(SentenceChecked(checked, sentences[checked]))
            checked += 1
    kept = [sentence for sentence in sentences if sentence.supported]
    return [*events, Done(answering(QUESTION, *kept))]


def shown(told: Sequence[tuple[str, dict[str, Any]]]) -> str:
    """What a client shows before `done`: all that was streamed, without what was struck."""
    text = "".join(data["text"] for name, data in told if name == "delta")
    struck = [data for name, data in told if name == "citation" and not data["supported"]]
    for gone in sorted(struck, key=lambda data: -data["answer_start"]):
        text = text[: gone["answer_start"]] + text[gone["answer_end"] :]
    return " ".join(text.split())


@given(
    st.integers(1, 200), st.lists(st.sampled_from([FIRST, SECOND, THIRD, STRUCK]), min_size=1, max_size=4, unique=True)
)
def test_what_a_client_shows_settles_as_the_answer(pieces: int, sentences: list[Sentence]) -> None:
    told = encoded(written(*sentences, pieces=pieces))
    assert told[-1][0] == "done"
    assert shown(told) == told[-1][1]["answer"]
    streamed = "".join(data["text"] for name, data in told if name == "delta")
    for name, data in told:
        if name == "citation" and data["supported"]:
            assert streamed[data["answer_start"] : data["answer_end"]] == data["quote"]
            assert streamed[data["answer_end"] :].startswith(f"[{data['n']}]")
        if name == "delta":
            assert data["text"].count("[") == data["text"].count("]")


def test_words_that_fail_before_they_were_sent_never_are() -> None:
    told = encoded([Started(ASKED), TextDelta(STRUCK.text), SentenceChecked(0, STRUCK), Done(answering(QUESTION))])
    assert "giants" not in str(told)
    [(_, struck)] = [each for each in told if each[0] == "citation"]
    assert struck == {"sentence": 0, "supported": False, "faults": ["name"], "answer_start": 0, "answer_end": 0}


def test_a_check_that_comes_late_still_names_its_words() -> None:
    events = [TextDelta(FIRST.text), TextDelta(f" {SECOND.text}"), TextDelta(" More.")]
    told = encoded([*events, SentenceChecked(0, FIRST), SentenceChecked(1, SECOND)])
    streamed = "".join(data["text"] for name, data in told if name == "delta")
    places = [streamed[d["answer_start"] : d["answer_end"]] for name, d in told if name == "citation"]
    assert places == [FIRST.text, SECOND.text]


def test_sentences_that_nobody_streamed_are_streamed_with_their_check() -> None:
    told = encoded([SentenceChecked(0, FIRST), SentenceChecked(1, THIRD), Done(answering(QUESTION, FIRST, THIRD))])
    assert shown(told) == told[-1][1]["answer"] == f"{FIRST.text}[1] {THIRD.text}[2]"


def test_offsets_are_code_points() -> None:
    wide = quoting(passage_of(ArticleRef("a", "A"), "😀 cost 41. It opened."), "😀 cost 41.")
    other = quoting(passage_of(ArticleRef("b", "B"), "It opened."), "It opened.")
    told = encoded(written(wide, other))
    places = [(d["answer_start"], d["answer_end"]) for name, d in told if name == "citation"]
    assert places == [(0, 10), (14, 24)]


@pytest.mark.parametrize(
    ("failed", "status", "code", "detail"),
    [
        (BadQuestion("Too long. Ask in fewer words.", retryable=False), 422, "unusable_question", "Too long."),
        (Failed("/secret/index is full.", retryable=True), 503, "try_again", BROKEN),
        (Failed("/secret/index is gone.", retryable=False), 500, "broken", BROKEN),
    ],
)
def test_a_failure_is_a_problem_without_secrets(failed: Failed, status: int, code: str, detail: str) -> None:
    name, data = encoded([Started(ASKED), failed])[-1]
    assert (name, data["status"], data["code"]) == ("error", status, code)
    assert data["detail"].startswith(detail)
    assert "/secret" not in str(data)
    assert ("retry_after" in data) == failed.retryable


def test_an_address_that_is_no_link_is_none() -> None:
    article = ArticleRef("a", "A", url="javascript:alert(1)")
    told = encoded(written(quoting(passage_of(article, "It opened."), "It opened.")))
    assert "javascript" not in str(told)
    assert replace(article, url=None).url is None
