"""What a run of the questions prints: counts by kind, and a table of answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from byline.types import Answer
from evals.outcomes import Outcome, measure, right_by_kind


def print_counts(console: Console, outcomes: Sequence[Outcome]) -> None:
    """A row for each kind: how many are right, and the measures of the gate."""
    table = Table("kind", "right", *(name.replace("_", " ").removesuffix(" at most") for name in measure([])))
    right = right_by_kind(outcomes)
    for kind, (count, total) in right.items():
        counts = measure([outcome for outcome in outcomes if outcome.row.kind == kind])
        table.add_row(kind, f"{count}/{total}", *_shares(counts))
    everything = f"{sum(count for count, _ in right.values())}/{len(outcomes)}"
    table.add_row("all", everything, *_shares(measure(outcomes)), style="bold")
    console.print(table)


def print_answers(console: Console, outcomes: Sequence[Outcome]) -> None:
    """A row for each question: what was asked, what was answered, what is wrong with it."""
    table = Table("question", "answered", "wrong because", show_lines=True)
    for outcome in outcomes:
        row = outcome.row
        turns = "".join(f"{turn.content[:60]}\n" for turn in row.history if turn.role == "user")
        when = f"\non {row.as_of:%-d %B %Y}" if row.as_of else ""
        asked = Text.assemble((f"{row.id}\n", "bold"), (turns, "dim"), row.question, (when, "dim"))
        table.add_row(asked, Text("\n".join(said_by(outcome.answer))), Text("\n".join(outcome.faults), style="red"))
    console.print(table)


def said_by(answer: Answer) -> Iterator[str]:
    """Line by line what a reader would see, in short."""
    if answer.question.standalone != answer.question.text:
        yield f"(understood as: {answer.question.standalone})"
    if answer.premise is not None:
        yield f"NOT SO {answer.premise.asserted!r}, but {answer.premise.said!r}: {answer.premise.quote.text}"
    for sentence in answer.sentences:
        first = sentence.quotes[0].passage.article
        leads = "".join(f"{lead.text} → " for lead in sentence.leads)
        corrected = f" CORRECTED: {sentence.correction.text}" if sentence.correction else ""
        yield f"• {leads}{sentence.text} [{first.id}]{corrected}"
    for differing in answer.disagreements:
        yield f"DIFFER on {differing.about}: {' | '.join(differing.values)}"
    if not answer.answered:
        yield f"refused: {answer.reason}"


def _shares(counts: dict[str, tuple[int, int]]) -> list[str]:
    return [f"{count}/{total}" if total else "" for count, total in counts.values()]
