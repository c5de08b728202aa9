"""Asks the demo corpus its hand-checked questions and holds the floors of gate.yaml: `make eval`.

Exit codes: 0 the floors hold, 1 one does not or a quote is not its article's words, 2 the input cannot be used.
"""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, Field, ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from byline.build import Desk, open_desk
from byline.errors import BylineError, InputError
from byline.settings import read_settings
from byline.types import Answer, Question, Turn

QUESTIONS, GATE = Path(__file__).with_name("questions.jsonl"), Path(__file__).with_name("gate.yaml")
Kind = Literal[
    "fact", "several", "time", "followup", "disagreement", "false_premise", "opinion", "unanswerable", "other_language"
]


class Evidence(BaseModel, frozen=True, extra="forbid"):
    article: str
    quote: str = Field(min_length=1)


class Row(BaseModel, frozen=True, extra="forbid"):
    """`answers`: every group must be met, by any of its alternatives. See README.md."""

    id: str
    kind: Kind
    question: str
    answerable: bool
    answers: tuple[tuple[str, ...], ...]
    evidence: tuple[Evidence, ...]
    history: tuple[Turn, ...] = ()


class Gate(BaseModel, frozen=True, extra="forbid"):
    """Shares in [0, 1]: four floors and a ceiling. `questions_sha256` is of the file that they were measured on."""

    questions_sha256: str
    answer_first: float
    answer_shown: float
    right_article: float
    unanswerable_refused: float
    answerable_refused_at_most: float


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


def normal(text: str) -> str:
    """As SQuAD compares answers: lower case, without punctuation and articles, blanks folded."""
    text = unicodedata.normalize("NFC", text).lower()
    kept = "".join(c for c in text if unicodedata.category(c)[0] not in "PS")
    return " ".join(word for word in kept.split() if word not in ("a", "an", "the"))


def holds(text: str, groups: Sequence[Sequence[str]]) -> bool:
    """Whether the text has, as whole words, an alternative of every group."""
    words = f" {normal(text)} "
    return all(any(f" {normal(alternative)} " in words for alternative in group) for group in groups)


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


def breaches(measured: Mapping[str, tuple[int, int]], gate: Gate, digest: str) -> list[str]:
    """A line for each measure on the wrong side of its limit, and one when the limits are of other questions."""
    found = [] if digest == gate.questions_sha256 else [f"the floors were set for other questions; these are {digest}"]
    for name, (count, total) in measured.items():
        limit, share = getattr(gate, name), count / max(1, total)
        if total and (share > limit if name.endswith("_at_most") else share < limit):
            found.append(f"{name} is {share:.3f} ({count}/{total}), the limit is {limit:.3f}")
    return found


def misquoted(answer: Answer, texts: Mapping[str, str]) -> list[str]:
    """The quotes that are not the slice of their article which they claim to be."""
    quotes = [quote for sentence in answer.sentences for quote in sentence.quotes]
    return [q.text for q in quotes if texts.get(q.passage.article.id, "")[q.start : q.end] != q.text]


def read_questions(path: Path) -> list[tuple[str, Row]]:
    """Each row with its file:line. Raises InputError for the first that cannot be used, and for an id used twice."""
    rows: dict[str, tuple[str, Row]] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        where = f"{path}:{number}"
        try:
            row = Row.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            raise InputError(f"{where}: {'.'.join(map(str, first['loc']))} {first['msg'].lower()}.") from error
        if row.id in rows:
            raise InputError(f"{where}: the id {row.id} is taken by {rows[row.id][0]}.")
        if row.answerable != bool(row.answers) or row.answerable != bool(row.evidence):
            raise InputError(f"{where}: answers and evidence belong to an answerable question, and only to one.")
        rows[row.id] = (where, row)
    return list(rows.values())


def read_gate(path: Path) -> Gate:
    try:
        return Gate.model_validate(yaml.safe_load(path.read_bytes()))
    except (ValidationError, yaml.YAMLError) as error:
        raise InputError(f"{path}: {error}") from error


def check_evidence(rows: Sequence[tuple[str, Row]], texts: Mapping[str, str]) -> None:
    """Raises InputError where a quote is not in its article, or an answer in none of the quotes."""
    for where, row in rows:
        for evidence in row.evidence:
            if evidence.quote not in texts.get(evidence.article, ""):
                raise InputError(f"{where}: {evidence.article} does not say {evidence.quote!r}.")
        if row.answerable and not holds(" ".join(evidence.quote for evidence in row.evidence), row.answers):
            raise InputError(f"{where}: no quote holds the answer.")


def run(desk: Desk, questions: Path = QUESTIONS) -> tuple[list[Outcome], list[str]]:
    """What was answered, and the quotes that are not their articles' words. Raises InputError."""
    rows = read_questions(questions)
    texts = {article.ref.id: article.text for article in desk.library.live_articles()}
    check_evidence(rows, texts)
    asked = [(row, Question(row.question, row.question, row.history)) for _, row in rows]
    outcomes = [Outcome(row, desk.answerer.answer(question)) for row, question in asked]
    return outcomes, [quote for outcome in outcomes for quote in misquoted(outcome.answer, texts)]


def report(console: Console, outcomes: Sequence[Outcome]) -> None:
    """A row of counts for each kind, then every question whose first sentence is not the answer."""
    table = Table("kind", *(name.replace("_", " ").removesuffix(" at most") for name in measure([])))
    for kind in (*dict.fromkeys(outcome.row.kind for outcome in outcomes), None):
        counts = measure([outcome for outcome in outcomes if kind in (outcome.row.kind, None)])
        shown = (f"{count}/{total}" if total else "" for count, total in counts.values())
        table.add_row(kind or "all", *shown, style=None if kind else "bold")
    console.print(table)
    for o in outcomes:
        if o.within(1) if o.row.answerable else not o.answer.answered:
            continue
        label = "late " if o.row.answerable and o.within() else "WRONG"
        wanted = " + ".join("|".join(group) for group in o.row.answers) or "a refusal"
        said = "".join(f"\n  said   {s.text}" for s in o.answer.sentences) or "\n  refused"
        console.print(Text(f"\n{label} {o.row.id}: {o.row.question}\n  wanted {wanted}{said}"), soft_wrap=True)


def main() -> int:
    console = Console(highlight=False)
    try:
        gate = read_gate(GATE)
        with open_desk(read_settings()) as desk:
            outcomes, altered = run(desk)
    except (BylineError, OSError) as error:
        Console(stderr=True).print(Text(f"eval: {error}"), soft_wrap=True)
        return 2
    report(console, outcomes)
    broken = breaches(measure(outcomes), gate, hashlib.sha256(QUESTIONS.read_bytes()).hexdigest())
    broken += [f"not an exact quote: {quote!r}" for quote in altered]
    console.print(Text("\n".join(broken), style="bold red"))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
