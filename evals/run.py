"""Asks the demo corpus its hand-checked questions and holds the floors of gate.yaml: `make eval`.

`python -m evals.run --all` shows what was answered to every question, not only to those whose answer is wrong. Exit
codes: 0 the floors hold, 1 one does not or a quote is not its article's words, 2 the input cannot be used.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError
from rich.console import Console
from rich.text import Text

from byline.build import Desk, open_desk
from byline.errors import BylineError, InputError
from byline.settings import read_settings
from byline.types import Answer
from evals.cases import QUESTIONS, Kind, check_evidence, read_questions
from evals.judge import quotes_of
from evals.outcomes import Outcome, measure, right_by_kind
from evals.report import print_answers, print_counts

GATE = Path(__file__).with_name("gate.yaml")


class Gate(BaseModel, frozen=True, extra="forbid"):
    """Shares in [0, 1]: floors and a ceiling. `questions_sha256` is of the file that they were measured on."""

    questions_sha256: str
    answer_first: float
    answer_shown: float
    right_article: float
    unanswerable_refused: float
    answerable_refused_at_most: float
    right: dict[Kind, float]


def breaches(outcomes: Sequence[Outcome], gate: Gate, digest: str) -> list[str]:
    """A line for each measure on the wrong side of its limit, and one when the limits are of other questions."""
    found = [] if digest == gate.questions_sha256 else [f"the floors were set for other questions; these are {digest}"]
    limits = {name: getattr(gate, name) for name in measure([])} | {
        f"right {kind}": x for kind, x in gate.right.items()
    }
    counts = measure(outcomes) | {f"right {kind}": counted for kind, counted in right_by_kind(outcomes).items()}
    for name, (count, total) in counts.items():
        limit, share = limits.get(name, 1.0), count / max(1, total)
        if total and (share > limit if name.endswith("_at_most") else share < limit):
            found.append(f"{name} is {share:.3f} ({count}/{total}), the limit is {limit:.3f}")
    return found


def misquoted(answer: Answer, texts: Mapping[str, str]) -> list[str]:
    """The quotes that are not the slice of their article which they claim to be."""
    return [q.text for q in quotes_of(answer) if texts.get(q.passage.article.id, "")[q.start : q.end] != q.text]


def read_gate(path: Path) -> Gate:
    try:
        return Gate.model_validate(yaml.safe_load(path.read_bytes()))
    except (ValidationError, yaml.YAMLError) as error:
        raise InputError(f"{path}: {error}") from error


def run(desk: Desk, questions: Path = QUESTIONS) -> tuple[list[Outcome], list[str]]:
    """What was answered, and the quotes that are not their articles' words. Raises InputError."""
    rows = read_questions(questions)
    texts = {article.ref.id: article.text for article in desk.library.live_articles()}
    check_evidence(rows, texts)
    outcomes = [Outcome(row, desk.answerer.answer(row.asked)) for _, row in rows]
    return outcomes, [quote for outcome in outcomes for quote in misquoted(outcome.answer, texts)]


def main(arguments: Sequence[str] = ()) -> int:
    console = Console(highlight=False)
    try:
        gate = read_gate(GATE)
        with open_desk(read_settings()) as desk:
            outcomes, altered = run(desk)
    except (BylineError, OSError) as error:
        Console(stderr=True).print(Text(f"eval: {error}"), soft_wrap=True)
        return 2
    print_counts(console, outcomes)
    print_answers(console, outcomes if "--all" in arguments else [o for o in outcomes if o.faults])
    broken = breaches(outcomes, gate, hashlib.sha256(QUESTIONS.read_bytes()).hexdigest())
    broken += [f"not an exact quote: {quote!r}" for quote in altered]
    console.print(Text("\n".join(broken), style="bold red"))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
