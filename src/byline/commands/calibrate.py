"""`byline calibrate`: the limits of refusing, fitted to a publisher's own questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from byline.commands.options import Index, Json, print_json, settings_of

if TYPE_CHECKING:
    from byline.answer.calibrate import Judged, Rates
    from byline.build import Desk

Rows = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help='JSONL of {"question", "answerable", "reason"?, "group"?, "history"?, "as_of"?}; one object a line.',
    ),
]


def calibrate(
    file: Rows,
    index: Index = None,
    weights: Annotated[bool, typer.Option("--weights", help="Fit the weights too, not only the limits.")] = False,
    try_only: Annotated[bool, typer.Option("--try", help="Say the error rates and change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Fit when to say "not in the articles" to your own questions."""
    from dataclasses import asdict
    from datetime import UTC, datetime
    from hashlib import sha256

    from byline.answer.calibrate import held_out, rates, with_own_thresholds, with_own_weights
    from byline.answer.calibration import write_rule
    from byline.answer.refuse import calibrated
    from byline.build import open_desk

    settings, shipped = settings_of(index), calibrated()
    fit = with_own_weights if weights else with_own_thresholds
    with open_desk(settings) as desk:
        asked = _judged(desk, file)
        rule = fit(shipped, asked)
        before = rates([shipped] * len(asked), asked)
        after = rates(held_out(lambda part: fit(shipped, part), asked), asked)
        card: dict[str, Any] = {
            "date": datetime.now(UTC).date().isoformat(),
            "embedder": desk.embedder.fingerprint,
            "by": "byline calibrate" + (" --weights" if weights else ""),
            "questions": str(file),
            "sha256": sha256(file.read_bytes()).hexdigest(),
            "as_shipped": asdict(before),
            "on_questions_it_was_not_fitted_on": asdict(after),
        }
        written = None if try_only else str(write_rule(settings.index, rule, card))
    if as_json:
        print_json({"file": written, "thresholds": asdict(rule.thresholds), **card})
        return
    typer.echo(_said("As shipped", before))
    typer.echo(_said("Calibrated, on questions it was not fitted on", after))
    typer.echo(f"Written to {written}: answers from this index go by it." if written else "Nothing was changed.")


def _judged(desk: Desk, file: Path) -> list[Judged]:
    from byline.answer.calibrate import Judged
    from byline.answer.calibration import known
    from byline.batch import read_batch
    from byline.errors import InputError
    from byline.retrieve.understand import understand

    found = []
    for row, (answerable, reason, group) in zip(read_batch(file), known(file), strict=True):
        if row.error:
            raise InputError(row.error)
        question = understand(row.question, row.history, row.as_of)
        with desk.searcher.lease() as searcher:
            hits = searcher.search(question)
        signals = desk.extractive.evidence(question, hits)[1]
        found.append(Judged(signals, answerable, group or row.question, reason))
    return found


def _said(what: str, found: Rates) -> str:
    said = f"{what}: {found.answerable_refused:.1%} of {found.answerable} answerable questions refused"
    if found.unanswerable_refused is not None:
        said += f", {found.unanswerable_refused:.1%} of {found.unanswerable} others; AUROC {found.auroc:.3f}"
    return said + "."
