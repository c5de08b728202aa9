"""A desk of answers for the browser tests: one question that works, and one for each way to go wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from playwright.sync_api import Page, expect

from byline.errors import QuestionError, StorageError
from byline.library.freshness import Freshness
from byline.serve.warm import Loaded, WarmEngine
from byline.testing import ScriptedAnswerer, answering, demo_answers, passage_of, quoting
from byline.types import Answer, AnswerEvent, ArticleRef, Disagreement, Premise, Question
from tests.scripted import scripted_answers

(QUESTION,) = demo_answers()
UNKNOWN = "Who won the regatta?"
TOO_LONG = "Too long?"
BUSY = "Busy?"
ENDLESS = "Endless?"
HOSTILE_QUESTION = "What does <img src=x onerror=alert(1)> ![](https://evil.example/q.png) $x$ say?"
HOSTILE = (
    '<script>alert(1)</script><img src="https://evil.example/i.png" onerror="alert(1)"> '
    "![](https://evil.example/m.png) [click](javascript:alert(1)) $\\href{javascript:alert(1)}{x}$ $$x$$ "
    "https://evil.example/auto <style>*{display:none}</style>"
)


class Answerer(ScriptedAnswerer):
    """Scripted, with one question for each way to go wrong."""

    def __init__(self) -> None:
        hostile = ArticleRef(HOSTILE, HOSTILE, url="javascript:alert(1)", authors=(HOSTILE,), publisher=HOSTILE)
        quoted = quoting(passage_of(hostile, f"{HOSTILE} End."), f"{HOSTILE} End.")
        super().__init__(
            {**demo_answers(), **scripted_answers(), HOSTILE_QUESTION: _hostile(answering(HOSTILE_QUESTION, quoted))},
            closest=demo_answers()[QUESTION].sources,
        )
        self.closed = threading.Event()

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        if question.text == TOO_LONG:
            raise QuestionError("A question may have 500 characters.", "Ask in fewer words.")
        if question.text == BUSY:
            raise StorageError("/secret is full.")
        events = super().stream(question)
        if question.text == ENDLESS:
            try:
                while True:
                    yield next(super().stream(question))
                    threading.Event().wait(0.05)
            finally:
                self.closed.set()
        yield from events


def _hostile(answer: Answer) -> Answer:
    """Everything that may stand beside a sentence, in the same hostile words."""
    (said,) = answer.sentences
    (quote,) = said.quotes
    return replace(
        answer,
        sentences=(replace(said, leads=(quote,), speaker=f"{HOSTILE}!", correction=quote),),
        disagreements=(Disagreement(HOSTILE, (quote, quote), (HOSTILE, HOSTILE)),),
        premise=Premise(HOSTILE, HOSTILE, quote),
        newer=answer.sources,
    )


class Desk:
    """An engine that is ready at once, and what its answerer saw."""

    def __init__(self) -> None:
        self.answerer = Answerer()
        self.engine = WarmEngine(
            lambda: Loaded(self.answerer, lambda: Freshness(18, datetime(2026, 1, 12))), (QUESTION, UNKNOWN)
        )
        self.engine.start()
        self.engine.wait(5)


def ask(page: Page, question: str) -> None:
    page.fill("#box textarea", question)
    page.press("#box textarea", "Enter")


def answered(page: Page) -> None:
    ask(page, QUESTION)
    expect(page.locator("button.copy").last).to_be_visible()
