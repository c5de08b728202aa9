"""The demo articles' own questions by kind, right or wrong by the rules of evals/; and the same bytes every time."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from evals.cases import QUESTIONS, read_questions
from evals.run import run

from bench.data import ROOT, WORK, indexed
from bench.digests import digest_of
from bench.processes import spent
from bench.summary import PRODUCT, Figure, Measured, figure
from byline.build import open_desk
from byline.settings import Settings

NAME = "demo articles"
AIM = 0.90
AIMED = frozenset(
    {"several", "time", "followup", "disagreement", "false_premise", "opinion", "near_miss", "other_language"}
)
RUNS = 3
TIMING = re.compile(r'"timing_ms": \{[^}]*\}')


def demo_index() -> Settings:
    return indexed("demo", ROOT / "corpus")


def measure() -> Measured:
    settings = demo_index()
    with open_desk(settings) as desk:
        outcomes, altered = run(desk)
    kinds = dict.fromkeys(outcome.row.kind for outcome in outcomes)
    figures = []
    for kind in kinds:
        right = {o.row.id: float(not o.faults) for o in outcomes if o.row.kind == kind}
        goal = AIM if kind in AIMED else None
        figures.append(figure(f"{NAME}: {kind} right", {PRODUCT: list(right.values())}, list(right), goal=goal))
    whole = {o.row.id: float(not o.faults) for o in outcomes}
    figures.append(figure(f"{NAME}: all right", {PRODUCT: list(whole.values())}, list(whole)))
    exact = Figure(f"{NAME}: exact quotes only", {PRODUCT: (float(not altered),) * 3}, len(outcomes), goal=1.0)
    return Measured(NAME, digest_of(QUESTIONS, ROOT / "corpus"), (*figures, exact, _steady(settings)))


def _steady(settings: Settings) -> Figure:
    """Whether `ask --batch` writes the same bytes in three processes, how long it took aside."""
    path = batch(WORK / "demo-batch.jsonl")
    said = {_answers(settings, path) for _ in range(RUNS)}
    same = float(len(said) == 1)
    return Figure(f"{NAME}: the same bytes in {RUNS} runs", {PRODUCT: (same, same, same)}, RUNS, goal=1.0)


def batch(path: Path) -> Path:
    """Every question as a row of `ask --batch`, with a now of its own: the clock's would make a difference."""
    lines: Sequence[dict[str, object]] = [
        {
            "id": row.id,
            "question": row.question,
            "history": [{"role": turn.role, "content": turn.content} for turn in row.history],
            "as_of": (row.as_of.isoformat() if row.as_of else "2026-02-01T00:00:00+00:00"),
        }
        for _, row in read_questions(QUESTIONS)
    ]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def _answers(settings: Settings, path: Path) -> str:
    asking: list[str | Path] = ["ask", "--batch", path, "--json", "--index", settings.index]
    command = [sys.executable, "-m", "byline.cli", *asking]
    return TIMING.sub("", spent(command, {"PYTHONPATH": str(ROOT / "src")}).output)
