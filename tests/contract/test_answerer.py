"""What everything that answers promises to a surface, over the real thing and the double."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from byline.build import open_desk
from byline.protocols import AnswersQuestions
from byline.settings import read_settings
from byline.testing import ScriptedAnswerer
from byline.types import Answer, Done, Failed, PassagesFound, Question, SentenceChecked, Started, TextDelta

BRIDGE = "How much did the bridge repairs cost?"
TARGET = "What trade target did India and Russia set for 2030?"
NOBODY = "Who won the 1998 football world cup final?"


@pytest.fixture(scope="module", params=["extractive", "scripted"])
def answerer(request: pytest.FixtureRequest) -> Iterator[AnswersQuestions]:
    if request.param == "scripted":
        script = ScriptedAnswerer()
        yield ScriptedAnswerer({TARGET: script.answer(asking(BRIDGE))})
        return
    index: Path = request.getfixturevalue("demo_index")
    with open_desk(read_settings({}, index=index)) as desk:
        yield desk.answerer


def asking(text: str) -> Question:
    return Question(text, text)


def without_time(answer: Answer) -> Answer:
    return replace(answer, timing_ms={})


@pytest.mark.parametrize("text", [TARGET, NOBODY])
def test_a_stream_starts_once_and_ends_once(answerer: AnswersQuestions, text: str) -> None:
    events = list(answerer.stream(asking(text)))
    assert isinstance(events[0], Started)
    assert events[0].question.text == text
    assert sum(isinstance(event, Started) for event in events) == 1
    assert [event for event in events if isinstance(event, Done | Failed)] == events[-1:]


@pytest.mark.parametrize("text", [TARGET, NOBODY])
def test_passages_come_before_words(answerer: AnswersQuestions, text: str) -> None:
    kinds = [type(event) for event in answerer.stream(asking(text))]
    assert kinds.count(PassagesFound) == 1
    assert kinds[1] is PassagesFound


@pytest.mark.parametrize("text", [TARGET, NOBODY])
def test_the_last_word_is_the_answer(answerer: AnswersQuestions, text: str) -> None:
    *_, done = answerer.stream(asking(text))
    assert isinstance(done, Done)
    assert without_time(done.answer) == without_time(answerer.answer(asking(text)))
    assert done.answer.question.text == text


def test_the_sentences_come_one_by_one(answerer: AnswersQuestions) -> None:
    *events, done = answerer.stream(asking(TARGET))
    assert isinstance(done, Done)
    checked = [event for event in events if isinstance(event, SentenceChecked)]
    assert [event.index for event in checked] == list(range(len(checked)))
    assert tuple(event.sentence for event in checked) == done.answer.sentences
    words = "".join(event.text for event in events if isinstance(event, TextDelta))
    # words as they come are optional; those that come are the answer's
    assert words in ("", " ".join(sentence.text for sentence in done.answer.sentences))


def test_an_answer_rests_on_quotes_of_its_sources(answerer: AnswersQuestions) -> None:
    answer = answerer.answer(asking(TARGET))
    assert answer.answered
    assert answer.reason is None
    assert answer.sentences
    quotes = [quote for sentence in answer.sentences for quote in sentence.quotes]
    assert all(sentence.quotes for sentence in answer.sentences)
    assert {quote.passage.article for quote in quotes} == set(answer.sources)
    for quote in quotes:
        inside = quote.start - quote.passage.start
        assert quote.passage.text[inside : inside + len(quote.text)] == quote.text
        assert quote.end - quote.start == len(quote.text)


def test_a_refusal_has_a_reason_and_no_sentences(answerer: AnswersQuestions) -> None:
    events = list(answerer.stream(asking(NOBODY)))
    answer = answerer.answer(asking(NOBODY))
    assert not answer.answered
    assert answer.reason == "not_in_articles"
    assert answer.sentences == ()
    assert answer.sources
    assert not any(isinstance(event, SentenceChecked | TextDelta) for event in events)


def test_a_stream_may_be_left_early(answerer: AnswersQuestions) -> None:
    stream = answerer.stream(asking(TARGET))
    assert isinstance(next(stream), Started)
    del stream
    assert answerer.answer(asking(TARGET)).answered
