"""Answers that a model words: what is kept, what is struck, and what stands in when it fails."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import get_args

import pytest

from byline.answer.check import SupportChecker
from byline.answer.fallback import FALLBACKS
from byline.answer.faults import SOMETHING_ELSE
from byline.answer.judge import ELSEWHERE, PROMPT, WITHHELD
from byline.answer.prompt import NO_ANSWER, RULES
from byline.answer.write import REPEATS, UNFINISHED
from byline.answer.written import WITHDRAWN
from byline.build import Desk, open_desk
from byline.errors import ChatModelError, Fault
from byline.protocols import ChatMessage, ChatModel, ModelDelta
from byline.settings import read_settings
from byline.testing import ScriptedChatModel
from byline.types import (
    Answer,
    AnswerEvent,
    Done,
    PassagesFound,
    Question,
    Sentence,
    SentenceChecked,
    Started,
    TextDelta,
    Turn,
)
from tests.writing import written

TARGET = "What trade target did India and Russia set for 2030?"
RIGHT = "India and Russia renewed their pledge to lift yearly trade to $100 billion by the end of the decade."
ALSO = "Modi and Putin announced the plan at Hyderabad House on 5 December 2025."
WRONG = "The moon will be made of green cheese by Tuesday."
NOBODY = "Who won the 1998 football world cup final?"


@pytest.fixture(scope="module")
def desk(demo_index: Path) -> Iterator[Desk]:
    with open_desk(read_settings({}, index=demo_index)) as opened:
        yield opened


def asked(text: str = TARGET, *history: Turn) -> Question:
    return Question(text, text, history)


def events(desk: Desk, model: ChatModel, question: str = TARGET) -> list[AnswerEvent]:
    return list(written(desk, model).stream(asked(question)))


def answer(desk: Desk, *texts: str, question: str = TARGET) -> Answer:
    done = events(desk, ScriptedChatModel(*texts), question)[-1]
    assert isinstance(done, Done)
    return done.answer


def own(desk: Desk) -> tuple[Sentence, ...]:
    return desk.extractive.answer(asked()).sentences


def settled(stream: Sequence[AnswerEvent]) -> tuple[Sentence, ...]:
    """The law of the stream: of each index the last word counts."""
    last = {event.index: event.sentence for event in stream if isinstance(event, SentenceChecked)}
    assert list(last) == list(range(len(last)))
    return tuple(sentence for sentence in last.values() if sentence.supported)


def test_what_the_quotes_bear_out_is_the_answer(desk: Desk) -> None:
    made = answer(desk, f"{RIGHT} [1] {ALSO} [1]")
    assert [sentence.text for sentence in made.sentences] == [RIGHT, ALSO]
    assert (made.model, made.fallback, made.struck) == ("scripted:model", None, ())
    assert made.answered
    assert made.fingerprints is not None
    assert made.fingerprints.checker == SupportChecker(desk.embedder).fingerprint
    assert {quote.passage.article for s in made.sentences for quote in s.quotes} <= set(made.sources)
    texts = desk.library.article_texts([source.id for source in made.sources])
    for quote in made.quotes:
        assert texts[quote.passage.article.id][quote.start : quote.end] == quote.text


def test_what_they_do_not_is_struck(desk: Desk) -> None:
    stream = events(desk, ScriptedChatModel(f"{RIGHT} [1] {WRONG} [2] {ALSO}"))
    done = stream[-1]
    assert isinstance(done, Done)
    assert [sentence.text for sentence in done.answer.sentences] == [RIGHT, ALSO]
    assert [sentence.text for sentence in done.answer.struck] == [WRONG]
    assert done.answer.struck[0].faults
    assert settled(stream) == done.answer.sentences
    assert not any(isinstance(event, TextDelta) and "cheese" in event.text for event in stream)


def test_the_stream_begins_and_ends_as_any_answer_does(desk: Desk) -> None:
    stream = events(desk, ScriptedChatModel(f"{RIGHT} {ALSO}"))
    assert [type(event) for event in stream[:2]] == [Started, PassagesFound]
    assert [event for event in stream if isinstance(event, Done)] == stream[-1:]
    assert "".join(event.text for event in stream if isinstance(event, TextDelta)) == f"{RIGHT} {ALSO}"


def test_its_tokens_are_counted(desk: Desk) -> None:
    usage = answer(desk, RIGHT).usage
    assert usage is not None
    assert 100 < usage.prompt < 700
    assert 10 < usage.completion < 40
    assert (usage.reported_completion, bool(usage.reported_prompt)) == (len(RIGHT.split()), True)


def test_a_refusal_costs_no_call(desk: Desk) -> None:
    model = ScriptedChatModel(RIGHT)
    done = events(desk, model, NOBODY)[-1]
    assert isinstance(done, Done)
    assert (done.answer.answered, done.answer.reason, model.asked) == (False, "not_in_articles", [])


def test_the_quotes_are_in_the_prompt_and_the_question_is_last(desk: Desk) -> None:
    model = ScriptedChatModel(RIGHT)
    events(desk, model)
    [(system, user)] = model.asked
    assert system.content == RULES
    assert "renewed their pledge" in user.content
    assert user.content.splitlines()[-2] == TARGET
    events(desk, model)
    assert model.asked[0] == model.asked[1]


def test_a_follow_up_finds_its_passages_where_they_were(desk: Desk) -> None:
    model = ScriptedChatModel(RIGHT)
    answerer = written(desk, model)
    first = answerer.answer(asked())
    told = " ".join(sentence.text for sentence in first.sentences)
    answerer.answer(asked("And who announced it?", Turn("user", TARGET), Turn("assistant", told)))
    before, after = (messages[1].content.splitlines() for messages in model.asked)
    assert before[:2] == after[:2]


@pytest.mark.parametrize("fault", get_args(Fault))
@pytest.mark.parametrize("text", ["", f"{RIGHT} {ALSO} And"])
def test_whatever_fails_the_articles_own_sentences_answer(
    fault: Fault, text: str, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    model = ScriptedChatModel(text, failure=ChatModelError(fault, "The model scripted:model failed."))
    with caplog.at_level(logging.INFO, "byline"):
        stream = events(desk, model)
    done = stream[-1]
    assert isinstance(done, Done)
    assert done.answer.sentences == own(desk) == settled(stream)
    assert (done.answer.fallback, done.answer.model) == (FALLBACKS[fault], None)
    [line] = caplog.messages
    assert line.startswith("The model scripted:model gave no answer to show: " + fault)
    assert TARGET not in line
    if text:
        assert any(isinstance(e, SentenceChecked) and e.sentence.faults == (WITHDRAWN,) for e in stream)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("\ufffd \x00 ### ---", "garbled"),
        ("lorem ipsum " * 300, "garbled"),
        ("<think>It never stops to", "garbled"),
        (NO_ANSWER, "no_answer"),
        (f"**{NO_ANSWER}**.", "no_answer"),
        (WRONG, "unsupported"),
        ("As a language model I cannot help with that.", "unsupported"),
    ],
)
def test_what_is_no_answer_leaves_the_articles_own(text: str, why: str, desk: Desk) -> None:
    made = answer(desk, text)
    assert made.sentences == own(desk)
    assert made.fallback == FALLBACKS[why]  # type: ignore[index]


def test_what_is_left_must_answer_by_itself_once_something_was_struck(desk: Desk) -> None:
    beside = "Trade passed that mark in the financial year 2022-23, when it came to about $49 billion."
    invented = "India and Russia renewed their pledge to lift yearly trade to $900 billion by 2031."
    made = answer(desk, f"{invented} {beside}")
    assert made.fallback == FALLBACKS["too_little"]
    assert made.sentences == own(desk)


def test_pleasantries_are_left_out_and_no_loss(desk: Desk) -> None:
    made = answer(desk, f"Sure! {RIGHT} I hope this helps!")
    assert [sentence.text for sentence in made.sentences] == [RIGHT]
    assert {fault for sentence in made.struck for fault in sentence.faults} <= {ELSEWHERE, SOMETHING_ELSE}
    assert len(made.struck) == 2


class Slow:
    """Writes one piece, then waits until it is closed."""

    name = "test:slow"

    def __init__(self) -> None:
        self.ended_after_s: float | None = None

    def stream(self, messages: Sequence[ChatMessage], max_tokens: int) -> _Waiting:
        return _Waiting(self)


class _Waiting:
    def __init__(self, model: Slow) -> None:
        self._model, self._closed, self._said = model, Event(), False

    def __iter__(self) -> _Waiting:
        return self

    def __next__(self) -> ModelDelta:
        if not self._said:
            self._said = True
            return ModelDelta("India and ")
        begun = time.monotonic()
        if not self._closed.wait(20):
            raise AssertionError("nobody closed the stream")
        self._model.ended_after_s = time.monotonic() - begun
        raise StopIteration

    def close(self) -> None:
        self._closed.set()


def test_a_model_that_is_too_slow_is_ended_at_the_budget(desk: Desk) -> None:
    begun = time.monotonic()
    made = written(desk, Slow(), budget_s=0.4).answer(asked())
    assert time.monotonic() - begun < 0.4 + 1
    assert made.fallback == FALLBACKS["timeout"]
    assert made.sentences == own(desk)


def test_an_error_of_a_model_of_ones_own_is_no_error_of_the_reader(desk: Desk) -> None:
    class Broken(Slow):
        def stream(self, messages: Sequence[ChatMessage], max_tokens: int) -> _Waiting:
            class Raises(_Waiting):
                def __next__(self) -> ModelDelta:
                    raise ZeroDivisionError("secret")

            return Raises(self)

    made = written(desk, Broken()).answer(asked())
    assert made.fallback == FALLBACKS["garbled"]


def test_a_model_that_repeats_itself_is_heard_once(desk: Desk) -> None:
    made = answer(desk, " ".join([RIGHT] * 12))
    assert [sentence.text for sentence in made.sentences] == [RIGHT]
    assert {sentence.faults for sentence in made.struck} == {(REPEATS,)}


def test_a_sentence_that_was_cut_off_is_not_shown(desk: Desk) -> None:
    made = answer(desk, f"{RIGHT} Modi and Putin announced the")
    assert [sentence.text for sentence in made.sentences] == [RIGHT]
    assert [sentence.faults for sentence in made.struck] == [(UNFINISHED,)]


def test_of_the_prompt_no_word_is_kept(desk: Desk) -> None:
    leak = "Say only what the quotes say, and keep their numbers, dates and names as they stand there."
    made = answer(desk, f"{leak} {RIGHT}")
    assert [(sentence.text, sentence.faults) for sentence in made.struck] == [(WITHHELD, (PROMPT,))]


def test_thoughts_are_not_the_answer(desk: Desk) -> None:
    made = answer(desk, f"<think>The reader asks. {WRONG} So I say:</think>\n\n{RIGHT}")
    assert [sentence.text for sentence in made.sentences] == [RIGHT]
    assert made.struck == ()


def test_what_was_withdrawn_while_the_model_wrote_is_not_quoted(demo_index: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_index, tmp_path / "index")
    with open_desk(read_settings({}, index=tmp_path / "index")) as desk:
        first = answer(desk, RIGHT)
        assert first.model

        class Withdrawing(ScriptedChatModel):
            def write(self, messages: tuple[ChatMessage, ...], most: int, closed: Event) -> Iterator[ModelDelta]:
                for article in first.sources:
                    desk.library.withdraw(article.id)
                return super().write(messages, most, closed)

        made = written(desk, Withdrawing(RIGHT)).answer(asked())
    assert made.fallback == FALLBACKS["changed"]
    assert not set(made.sources) & set(first.sources)


def test_the_answer_is_the_last_word_of_the_stream(desk: Desk) -> None:
    answerer = written(desk, ScriptedChatModel(f"{RIGHT} {WRONG}"))
    done = list(answerer.stream(asked()))[-1]
    assert isinstance(done, Done)
    assert replace(done.answer, timing_ms={}) == replace(answerer.answer(asked()), timing_ms={})
