"""The command line: what each command is given, and what it leaves in the work folder."""

from __future__ import annotations

import argparse
import json
import logging
import math
import signal
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from byline.models.bundled import bundled_folder, file_sha256
from byline.models.reader import CARD, WEIGHTS, WindowReader, load_reader
from training.asked import ask_all
from training.checkpoints import load, newest
from training.evaluate import asked_figures, held_out_figures, read_each
from training.mixture import mixture, natural
from training.rows import Row, groups, held_out, read_rows, without_overlap
from training.run import Plan, Run, read_windows, write_windows
from training.weights import export, network_reader, of_checkpoints
from training.wrong_passages import Found, by_product, by_words, drawn, read_found, write_found, wrong_passages

HELD_OUT = 0.03


def prepare(data: Path, work: Path, measured: Path | None, passes: range, searched: int) -> None:
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
    wrong = _wrong(learned, group, work, searched)
    (work / "passes").mkdir(exist_ok=True)
    for number in passes:
        windows = list(mixture(learned, wrong, number))
        write_windows(windows, work / "passes" / f"pass-{number}.jsonl")
        report[f"pass {number}"] = dict(sorted(Counter(window.kind for window in windows).items()))
    (work / "prepared.json").write_text(json.dumps(report, indent=1) + "\n")
    sys.stdout.write(json.dumps(report, indent=1) + "\n")


def _wrong(rows: list[Row], group: dict[str, str], work: Path, searched: int) -> Found:
    """Kept in a file, since every pass draws from it."""
    path = work / "wrong-passages.jsonl"
    if not path.exists():
        passages = sorted({row.passage for row in rows})
        if searched:
            with by_product(passages, work) as search:
                found = wrong_passages(drawn(rows, searched), group, search, passages)
        else:
            found = wrong_passages(drawn(rows, len(rows)), group, by_words(passages), passages)
        write_found(found, path)
    return dict(read_found(path))


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def train(work: Path, plan: Plan) -> None:
    _until_told(Run(plan, bundled_folder(), work / "passes", work / "checkpoints"))


def finish(work: Path, plan: Plan, steps: int, start: Path | None) -> None:
    """A run of its own with the rate falling to zero; the steady run is left as it is."""
    if (start := start or newest(work / "checkpoints")) is None:
        raise SystemExit("There is no checkpoint to finish from: train first.")
    begun = load(start)[0].steps
    ending = replace(plan, decay_from=begun, decay_steps=steps)
    _until_told(Run(ending, bundled_folder(), work / "passes", work / f"finished-{begun}", start))


def _until_told(run: Run) -> None:
    """`kill` and Ctrl-C save and end."""
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda number, frame: run.stop())
    run.go()


def evaluate(work: Path, given: argparse.Namespace) -> None:
    reader = chosen_reader(given)
    found: dict[str, object] = {"weights": [path.name for path in given.weights]}
    if given.held_out:
        found["held out"] = held_out_figures(reader, work / "held-out.jsonl", given.held_out)
    for name in given.asked:
        found[name] = asked_figures(reader, work / "asked" / f"{name}.jsonl", given.sample, given.windows)
    line = json.dumps(found)
    with (work / "figures.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(line + "\n")
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


def chosen_reader(given: argparse.Namespace) -> WindowReader:
    """A folder that has been exported to, or the mean of checkpoints."""
    if len(given.weights) == 1 and given.weights[0].is_dir():
        if (reader := load_reader(given.weights[0])) is None:
            raise SystemExit(f"{given.weights[0]} has no reader.onnx.")
        return reader
    return network_reader(of_checkpoints(bundled_folder(), given.weights, given.kind), bundled_folder())


def export_weights(work: Path, given: argparse.Namespace) -> None:
    """Leaves reader.onnx and its card in `given.to`."""
    given.to.mkdir(parents=True, exist_ok=True)
    model = of_checkpoints(bundled_folder(), given.weights, given.kind)
    target = given.to / WEIGHTS
    export(model, target, given.products)
    card = {
        "sha256": file_sha256(target),
        "bytes": target.stat().st_size,
        "from": [path.name for path in given.weights],
        "windows": max(load(path)[0].windows for path in given.weights),
        "kind": given.kind,
        "products": given.products,
    }
    (given.to / CARD).write_text(json.dumps(card, indent=1) + "\n")
    same = agreement(network_reader(model, bundled_folder()), given.to, work / "held-out.jsonl")
    sys.stdout.write(json.dumps(card | same, indent=1) + "\n")


def agreement(full: WindowReader, folder: Path, held_out: Path) -> dict[str, float]:
    """How alike int8 reads 200 held-out windows: correlation of margins, and the same words."""
    import numpy as np

    reader = load_reader(folder)
    assert reader is not None
    windows = read_windows(held_out)[:200]
    pairs = list(zip(read_each(full, windows), read_each(reader, windows), strict=True))
    margins = np.array([(one.margin, other.margin) for one, other in pairs])
    return {
        "margins correlate": round(float(np.corrcoef(margins.T)[0, 1]), 4),
        "same words": round(float(np.mean([one.answer == other.answer for one, other in pairs])), 4),
    }


def main() -> None:
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO, stream=sys.stdout)
    given = arguments().parse_args()
    if given.command == "prepare":
        passes = range(given.first, given.first + given.passes)
        prepare(given.data, given.work, given.measured, passes, given.searched)
    elif given.command == "ask":
        ask_all(given.work / "asked")
    elif given.command == "evaluate":
        evaluate(given.work, given)
    elif given.command == "export":
        export_weights(given.work, given)
    else:
        plan = Plan(rate=given.rate, seed=given.seed, max_minutes=given.minutes, threads=given.threads)
        if given.command == "train":
            train(given.work, replace(plan, max_steps=given.steps))
        else:
            finish(given.work, plan, given.steps, given.start)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("prepare", help="rows of a folder as windows to learn from")
    one.add_argument("--data", type=Path, required=True, help="a folder of JSONL rows")
    one.add_argument("--measured", type=Path, help="a folder of SQuAD questions that nothing may be learned from")
    one.add_argument("--passes", type=int, default=4)
    one.add_argument("--first", type=int, default=0, help="number of the first pass to write")
    one.add_argument("--searched", type=int, default=0, help="questions put to all of the search; 0: BM25, all of them")
    steady = commands.add_parser("train", help="go on from the last checkpoint, or begin")
    steady.add_argument("--steps", type=int, default=10**9, help="in all, over every sitting")
    ending = commands.add_parser("finish", help="from the last checkpoint with a rate that falls to zero")
    ending.add_argument("--steps", type=int, required=True)
    ending.add_argument("--start", type=Path, help="the checkpoint, which is to be kept; default: the newest")
    for command in (steady, ending):
        command.add_argument("--minutes", type=float, default=math.inf, help="of this sitting")
        command.add_argument("--threads", type=int, default=2)
        command.add_argument("--rate", type=float, default=Plan().rate)
        command.add_argument("--seed", type=int, default=0)
    commands.add_parser("ask", help="what the product would read for each measured question (needs the shared data)")
    figures = commands.add_parser("evaluate", help="figures of checkpoints or of an exported reader")
    figures.add_argument("--held-out", type=int, default=600, help="windows of held-out rows; 0: none")
    figures.add_argument("--asked", nargs="*", default=["squad"], help="squad, multihop")
    figures.add_argument("--sample", type=int, default=10**6, help="questions of each kind")
    figures.add_argument("--windows", type=int, default=3)
    shipped = commands.add_parser("export", help="int8 ONNX with its card")
    shipped.add_argument("--to", type=Path, required=True)
    shipped.add_argument(
        "--products", choices=["float", "int8"], default="float", help="int8 is twice as fast, coarser"
    )
    for command in (figures, shipped):
        command.add_argument("--weights", type=Path, nargs="+", required=True, help="checkpoints, or a folder")
        command.add_argument("--kind", choices=["average", "last"], default="average")
    for command in commands.choices.values():
        command.add_argument("--work", type=Path, required=True, help="where windows, checkpoints and weights go")
    return parser
