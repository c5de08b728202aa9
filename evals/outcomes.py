"""Answered rows, and how many of them are right. Pure, but for the words that a terminal would show."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rich.console import Console

from byline.terminal_answer import print_answer
from byline.types import Answer
from evals.cases import Kind, Row
from evals.judge import faults
from evals.words import holds


@dataclass(frozen=True)
class Outcome:
    row: Row
    answer: Answer

    @property
    def cited(self) -> bool:
        """A sentence that is shown quotes one of the articles that hold the answer."""
        held = {evidence.article for evidence in self.row.evidence}
        return any(quote.passage.article.id in held for s in self.answer.sentences for quote in s.quotes)

    def within(self, sentences: int | None = None) -> bool:
        """Whether the first so many sentences, or all that are shown, hold the answer."""
        return holds(" ".join(s.text for s in self.answer.sentences[:sentences]), self.row.answers)

    @cached_property
    def faults(self) -> list[str]:
        said = io.StringIO()
        print_answer(Console(file=said, width=120), self.answer)
        return faults(self.row, self.answer, said.getvalue())


def measure(outcomes: Sequence[Outcome]) -> dict[str, tuple[int, int]]:
    """(how many, of how many) by measure, named as in the gate."""
    asked, silent = ([o for o in outcomes if o.row.answerable is wanted] for wanted in (True, False))
    return {
        "answer_first": (sum(o.within(1) for o in asked), len(asked)),
        "answer_shown": (sum(o.within() for o in asked), len(asked)),
        "right_article": (sum(o.cited for o in asked), len(asked)),
        "unanswerable_refused": (sum(not o.answer.answered for o in silent), len(silent)),
        "answerable_refused_at_most": (sum(not o.answer.answered for o in asked), len(asked)),
    }


def right_by_kind(outcomes: Sequence[Outcome]) -> dict[Kind, tuple[int, int]]:
    """(right, of how many)"""
    kinds = dict.fromkeys(outcome.row.kind for outcome in outcomes)
    by_kind = {kind: [o for o in outcomes if o.row.kind == kind] for kind in kinds}
    return {kind: (sum(not o.faults for o in those), len(those)) for kind, those in by_kind.items()}
