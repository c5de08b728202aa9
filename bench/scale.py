"""Large libraries: ingest, search with and without filters, memory, disk, start, recall, beside plain Chroma.

`python -m bench.scale --sizes 10000,100000` for a part of it. One library grows from size to size; what stands at each
is measured in fresh processes. CPU seconds count, for the machine may be shared. Copies and vectors: `bench/grown.py`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import rmtree

from bench.data import WORK
from bench.grown import real_index
from bench.processes import Spent, megabytes, plain, spent

FOLDER = WORK / "scale"
INDEX, PLAIN = FOLDER / "index", FOLDER / "plain"
SIZES = (10_000, 100_000, 300_000)
KILLED_FROM = 5
"""Batches of a sync that are done when it is killed; there is more to read than it gets to."""

Figures = dict[str, float]
GOALS = {"filtered": 40.0, "unfiltered": 40.0, "recall": 0.99, "start": 15.0, "memory": 2500.0}  # at the largest size


def report(sizes: Sequence[int] = SIZES) -> str:
    """Half an hour for all three sizes."""
    real = real_index()
    rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    columns = []
    reached = 0
    for size in sizes:
        columns.append(_measured(real, reached, size))
        if size == sizes[-1]:  # the index has to be compared or built again then
            columns[-1] |= {"killed " + name: value for name, value in _killed(real, size).items()}
        print(json.dumps(columns[-1]), file=sys.stderr, flush=True)
        reached = size
    head = f"### Scale, {' / '.join(f'{size:,}' for size in sizes)} passages"
    told = (
        f"The first 20,000 are real and embedded once; the others are copies with changed words and moved vectors, at "
        f"a cosine of {columns[-1]['cosine']:.2f} to their originals, which is that of neighbouring passages of one "
        "article. Questions are those of RealTimeQA. Ingest is the product's sync without splitting and embedding. "
        "“With dates” asks for one of four ranges in turn, a week to five of the ten years."
    )
    return "\n".join([head, "", told, "", *_table(sizes, columns)])


def _measured(real: Path, first: int, last: int) -> Figures:
    ingest, ran = _child("scale_ingest", INDEX, real, first, last)
    figures = {"ingest " + name: value for name, value in ingest.items()} | {"ingest peak": ran.peak_mb}
    figures["cosine"] = ingest["cosine"]
    figures["disk"], figures["library"] = megabytes(INDEX), (INDEX / "library.db").stat().st_size / 1e6
    figures |= {"start " + name: value for name, value in _child("scale_search", "start", INDEX)[0].items()}
    figures |= _child("scale_search", "search", INDEX)[0]
    figures |= _child("scale_search", "recall", INDEX)[0]
    beside, _ = _child("scale_plain", PLAIN, INDEX)
    figures |= {"plain " + name: value for name, value in beside.items()} | {"plain disk": megabytes(PLAIN)}
    return figures


def _killed(real: Path, size: int) -> Figures:
    """The first answer after a sync of further articles was killed in the middle of its work."""
    command = [sys.executable, "-m", "bench.scale_ingest", *map(str, (INDEX, real, size, 2 * size))]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment()) as process:
        assert process.stderr is not None
        process.stderr.read(KILLED_FROM)
        os.kill(process.pid, signal.SIGKILL)
    return _child("scale_search", "start", INDEX)[0]


def _child(module: str, *arguments: str | Path | int) -> tuple[Figures, Spent]:
    ran = spent([sys.executable, "-m", f"bench.{module}", *map(str, arguments)], _environment())
    figures: Figures = json.loads(ran.output.splitlines()[-1])
    return figures, ran


def _environment() -> dict[str, str]:
    return {**plain(), "PYTHONPATH": os.pathsep.join(sys.path)}


def _table(sizes: Sequence[int], columns: Sequence[Figures]) -> list[str]:
    def row(name: str, form: str, *keys: str, goal: str = "") -> str:
        cells = [form.format(*(c[key] for key in keys)) if all(key in c for key in keys) else "–" for c in columns]
        return f"| {name} | {' | '.join(cells)} | {goal} |"

    for c in columns:
        c["ingest rate"] = c["ingest passages"] / c["ingest cpu_s"]
        c["plain rate"] = c["plain passages"] / c["plain cpu_s"]
    last = columns[-1]
    times, spans = "{:.1f} / {:.1f}", ("a week", "three months", "a year", "five years")
    plain_goal, dated_goal = _at_most("unfiltered", last["no filter p50"]), _at_most("filtered", last["any filter p50"])
    start_goal, memory_goal = _at_most("start", last["start wall_s"]), _at_most("memory", last["rss_mb"])
    return [
        f"| | {' | '.join(f'{size:,}' for size in sizes)} | goal |",
        "|---" * (len(sizes) + 2) + "|",
        row("ingest, passages a CPU-s", "{:.0f}", "ingest rate"),
        row("ingest, peak memory MB", "{:.0f}", "ingest peak"),
        row("warm search, CPU-ms p50 / p95", times, "no filter p50", "no filter p95", goal=plain_goal),
        row("… with dates, CPU-ms p50 / p95", times, "any filter p50", "any filter p95", goal=dated_goal),
        *(row(f"… {name} of ten years", times, f"{name} p50", f"{name} p95") for name in spans),
        row("recall@10 of Chroma", "{:.4f}", "recall", goal=_at_least("recall", last["recall"])),
        row("start and a first answer, CPU-s / wall s", times, "start cpu_s", "start wall_s", goal=start_goal),
        row("… after a kill while syncing", times, "killed cpu_s", "killed wall_s"),
        row("memory after 1,000 searches, MB", "{:.0f}", "rss_mb", goal=memory_goal),
        row("disk, MB, and of it library.db", "{:.0f}, {:.0f}", "disk", "library"),
        row("plain Chroma: ingest, passages a CPU-s", "{:.0f}", "plain rate"),
        row("plain Chroma: search, CPU-ms p50 / p95", times, "plain no filter p50", "plain no filter p95"),
        row("plain Chroma: … `where` dates", times, "plain any filter p50", "plain any filter p95"),
        row("plain Chroma: recall@10", "{:.4f}", "plain recall"),
        row("plain Chroma: memory, disk, MB", "{:.0f}, {:.0f}", "plain rss_mb", "plain disk"),
    ]


def _at_most(goal: str, figure: float) -> str:
    return f"≤ {GOALS[goal]:g}: {'kept' if figure <= GOALS[goal] else '**missed**'}"


def _at_least(goal: str, figure: float) -> str:
    return f"≥ {GOALS[goal]:g}: {'kept' if figure >= GOALS[goal] else '**missed**'}"


if __name__ == "__main__":
    chosen = sys.argv[sys.argv.index("--sizes") + 1] if "--sizes" in sys.argv else ",".join(map(str, SIZES))
    print(report([int(size) for size in chosen.split(",")]))
