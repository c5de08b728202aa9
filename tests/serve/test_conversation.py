"""A conversation is its exchanges: events advance the last one, and only finished answers are remembered."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from byline.serve.conversation import Exchange, advance, ask, messages, panel, question_of, stopped
from byline.serve.render import PREPARING
from byline.testing import ScriptedAnswerer, demo_answers
from byline.types import Failed, Sentence, SentenceChecked, TextDelta

(QUESTION,) = demo_answers()


def asked(past: tuple[Exchange, ...], text: str) -> tuple[Exchange, ...]:
    events = ScriptedAnswerer().stream(question_of(past, text))
    return (*past, reduce(advance, events, ask(past, text, PREPARING)))


def test_sentences_appear_as_they_are_checked_and_done_is_the_last_word() -> None:
    steps = []
    exchange = ask((), QUESTION, PREPARING)
    for event in ScriptedAnswerer().stream(question_of((), QUESTION)):
        exchange = advance(exchange, event)
        steps.append(exchange.body.count('class="said"'))
    assert steps == [0, 0, 1, 2, 3, 3]
    assert exchange.finished
    assert exchange.said.startswith("The repairs cost")


def test_words_that_are_not_checked_are_no_part_of_the_answer_and_go_when_they_are_struck() -> None:
    exchange = reduce(advance, [TextDelta("The repairs"), TextDelta(" were <b>")], ask((), QUESTION, PREPARING))
    assert '<p class="pending">The repairs were &#60;b&#62;</p>' in exchange.body
    assert 'class="said"' not in exchange.body
    assert "repairs" not in stopped(exchange).body
    struck = advance(exchange, SentenceChecked(0, Sentence("The repairs were free.", (), supported=False)))
    assert "The repairs" not in struck.body
    assert struck.pending == struck.sources == ""


def test_a_sentence_that_was_settled_goes_when_it_is_struck_after_all() -> None:
    first, *_ = demo_answers()[QUESTION].sentences
    settled = advance(ask((), QUESTION, PREPARING), SentenceChecked(0, first))
    assert settled.body.count('class="said"') == 1
    struck = advance(settled, SentenceChecked(0, replace(first, supported=False)))
    assert 'class="said"' not in struck.body
    assert struck.sources == ""


def test_a_follow_up_carries_the_plain_words_of_what_was_said_before() -> None:
    past = asked((), QUESTION)
    roles = [(turn.role, turn.content) for turn in question_of(past, " And who pays? ").history]
    assert [role for role, _ in roles] == ["user", "assistant"]
    assert roles[0][1] == QUESTION
    assert "<" not in roles[1][1]
    assert question_of(past, " And who pays? ").text == "And who pays?"


def test_a_failed_or_stopped_exchange_is_shown_and_not_remembered() -> None:
    exchange = ask((), QUESTION, PREPARING)
    for ended in (advance(exchange, Failed("Busy.", retryable=True)), stopped(exchange)):
        assert ended.finished
        assert question_of((ended,), "And now?").history == ()
        assert len(messages((ended,))) == 2


def test_stopping_keeps_the_sentences_that_were_checked() -> None:
    exchange = ask((), QUESTION, PREPARING)
    for event in list(ScriptedAnswerer().stream(question_of((), QUESTION)))[:3]:
        exchange = advance(exchange, event)
    assert exchange.body.count('class="said"') == stopped(exchange).body.count('class="said"') == 1
    assert stopped(exchange).sources == exchange.sources != ""


def test_the_panel_keeps_every_turns_sources_under_ids_of_their_own() -> None:
    past = asked(asked((), QUESTION), QUESTION)
    shown = panel(past)
    for anchor in ("s1-1", "s1-2", "s2-1", "s2-2", "sources-1", "sources-2"):
        assert shown.count(f'id="{anchor}"') == 1
