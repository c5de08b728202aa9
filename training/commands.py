"""The command line: what each command is given, and what it leaves in the work folder."""

from __future__ import annotations

import argparse
import json
import logging
import math
import sys
from collections import Counter
from pathlib import Path

from byline.models.bundled import bundled_folder
from training.asked import ask_all
from training.mixture import mixture, natural
from training.rows import Row, groups, held_out, read_rows, without_overlap
from training.run import Plan, Run, write_windows
from training.wrong_passages import read_found, write_found, wrong_passages

HELD_OUT = 0.03


def prepare(data: Path, work: Path, measured: Path | None, passes: int, first: int) -> None:
    """Leaves rows that may be learned from as `passes/pass-N.jsonl`, and `held-out.jsonl`."""
    work.mkdir(parents=True, exist_ok=True)
    rows = read_rows(data)
    report: dict[str, object] = {"rows": len(rows)}
    if measured is not None:
        questions = [row["question"] for row in _lines(measured / "questions_dev.jsonl")]
        texts = [row["text"] for row in _lines(measured / "paragraphs.jsonl")]
        rows, overlap = without_overlap(rows, questions, texts)
        report |= {"dropped, same question": overlap.questions, "dropped, same words": overlap.passages}
    group = groups(rows)
    learned = [row for row in rows if not held_out(group[row.id], HELD_OUT)]
    kept = [row for row in rows if held_out(group[row.id], HELD_OUT)]
    report |= {
        "learned from": len(learned),
        "held out": len(kept),
        "by file": dict(sorted(Counter(row.source for row in learned).items())),
    }
    write_windows(natural(kept), work / "held-out.jsonl")
    wrong = _wrong(learned, group, work / "wrong-passages.jsonl")
    (work / "passes").mkdir(exist_ok=True)
    for number in range(first, first + passes):
        windows = list(mixture(learned, wrong, number))
        write_windows(windows, work / "passes" / f"pass-{number}.jsonl")
        report[f"pass {number}"] = dict(sorted(Counter(window.kind for window in windows).items()))
    (work / "prepared.json").write_text(json.dumps(report, indent=1) + "\n")
    sys.stdout.write(json.dumps(report, indent=1) + "\n")


def _wrong(rows: list[Row], group: dict[str, str], path: Path) -> dict[str, list[str]]:
    if not path.exists():
        write_found(wrong_passages(rows, group), path)
    return dict(read_found(path))


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def train(work: Path, plan: Plan) -> None:
    Run(plan, bundled_folder(), work / "passes", work / "checkpoints").go()


def main() -> None:
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO, stream=sys.stdout)
    parser = argparse.ArgumentParser(prog="python -m training")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("prepare", help="rows of a folder as windows to learn from")
    one.add_argument("--data", type=Path, required=True, help="a folder of JSONL rows")
    one.add_argument("--measured", type=Path, help="a folder of SQuAD questions that nothing may be learned from")
    one.add_argument("--passes", type=int, default=4)
    one.add_argument("--first", type=int, default=0, help="number of the first pass to write")
    two = commands.add_parser("train", help="go on from the last checkpoint, or begin")
    two.add_argument("--minutes", type=float, default=math.inf)
    two.add_argument("--steps", type=int, default=10**9)
    for command in (two,):
        command.add_argument("--threads", type=int, default=2)
        command.add_argument("--rate", type=float, default=Plan().rate)
        command.add_argument("--seed", type=int, default=0)
    commands.add_parser("ask", help="what the product would read for each measured question (needs the shared data)")
    for command in commands.choices.values():
        command.add_argument("--work", type=Path, required=True, help="where windows, checkpoints and weights go")
    given = parser.parse_args()
    if given.command == "prepare":
        prepare(given.data, given.work, given.measured, given.passes, given.first)
    elif given.command == "ask":
        ask_all(given.work / "asked")
    else:
        limits = {"max_minutes": given.minutes, "max_steps": given.steps, "threads": given.threads}
        train(given.work, Plan(rate=given.rate, seed=given.seed, **limits))
