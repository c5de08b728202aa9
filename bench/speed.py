"""What syncing, asking and serving cost, on the 609 articles of MultiHop-RAG, beside the plain pipeline of tutorials.

Every figure is of a fresh process. CPU seconds count, for the machine may be shared; ratios are within one run.
`python -m bench.speed --quick` takes 61 articles, for trying out.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, rmtree

import numpy as np

from bench import peers
from bench.data import SHARED, WORK
from bench.processes import Spent, megabytes, spent
from bench.questions import questions
from bench.served import memory_mb

FOLDER = WORK / "speed"
INDEX = FOLDER / "index"
BYLINE = Path(sys.executable).with_name("byline")
MARK = "The lighthouse keeper of Zanzibar counted ninety-one violet umbrellas."
PREPARE = "from byline.models.embed import load_embedder; load_embedder()"
QUICK, SEED = 61, 13
SERVED = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `goal` is a bound that `figure` has to keep."""

    what: str
    figure: float
    shown: str
    goal: float | None = None
    remark: str = ""

    def __str__(self) -> str:
        kept = "" if self.goal is None else f"≤ {self.goal:g}: {'kept' if self.figure <= self.goal else '**missed**'}"
        return f"| {self.what} | {self.shown} | {kept} | {self.remark} |"


def report(*, quick: bool = False) -> str:
    """Minutes: the plain pipeline alone takes ten."""
    rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    source = FOLDER / "articles.jsonl"
    lines = article_lines(quick=quick)
    source.write_bytes(b"".join(lines))
    spent([sys.executable, "-c", PREPARE])  # exporting the model is paid once on a machine, 13 CPU-s
    start, full = _byline("--help", times=5), _byline("sync", source, "--index", INDEX)
    rows = [_start(start), *_full(full), *_beside(source, full), *_asked(), _served()]
    costs = _costs()
    rows += [_question(costs), *_again(source, lines, full)]
    table = ["| | figure | goal | |", "|---|---|---|---|", *map(str, rows)]
    title = f"### Speed, {len(lines)} MultiHop-RAG articles"
    return "\n".join([title, "", *table, "", "Where a warm question's CPU time goes:", "", *_stages(costs)])


def article_lines(*, quick: bool) -> list[bytes]:
    """The JSONL, line by line; `quick`: 61 seeded ones."""
    lines = (SHARED / "multihop_rag" / "articles.jsonl").read_bytes().splitlines(keepends=True)
    return random.Random(SEED).sample(lines, QUICK) if quick else lines


def _byline(*arguments: str | Path, times: int = 1) -> Spent:
    """The run with the median CPU time."""
    runs = sorted((spent([BYLINE, *arguments]) for _ in range(times)), key=lambda run: run.cpu_s)
    return runs[times // 2]


def _start(help_: Spent) -> Row:
    return Row("`byline --help`, CPU-s", help_.cpu_s, f"{help_.cpu_s:.2f}", 0.3, f"wall {help_.wall_s:.2f} s")


def _full(full: Spent) -> list[Row]:
    found = json.loads(_byline("status", "--index", INDEX, "--json").output)
    passages = int(found["passages"])
    each = f"{full.cpu_s / passages * 1e3:.1f} CPU-ms a passage, wall {full.wall_s:.0f} s"
    disk = megabytes(INDEX)
    return [
        Row("full sync, CPU-s", full.cpu_s, f"{full.cpu_s:.1f}", None, f"{passages:,} passages, {each}"),
        Row("full sync, peak memory MB", full.peak_mb, f"{full.peak_mb:.0f}"),
        Row("index on disk, MB", disk, f"{disk:.1f}"),
    ]


def _beside(source: Path, full: Spent) -> list[Row]:
    if reason := peers.absent():
        return [Row("plain LangChain + Chroma", float("nan"), "not measured", None, reason)]
    plain, chunks = peers.ingest(source, FOLDER / "plain")
    ratio = full.cpu_s / plain.cpu_s
    rate = f"{chunks:,} chunks, {plain.cpu_s / chunks * 1e3:.1f} CPU-ms a chunk, wall {plain.wall_s:.0f} s"
    memory = f"peak {plain.peak_mb:.0f} MB, disk {megabytes(FOLDER / 'plain'):.1f} MB"
    return [
        Row("plain LangChain + Chroma, ingest, CPU-s", plain.cpu_s, f"{plain.cpu_s:.1f}", None, f"{rate}, {memory}"),
        Row("Byline / plain, CPU", ratio, f"{ratio:.2f}", 0.6),
    ]


def _asked() -> list[Row]:
    cold = _byline("ask", questions()[0], "--index", INDEX, times=3)
    remark = f"wall {cold.wall_s:.1f} s, peak {cold.peak_mb:.0f} MB"
    return [Row("`byline ask`, cold, CPU-s", cold.cpu_s, f"{cold.cpu_s:.2f}", 3, remark)]


def _served() -> Row:
    ready, after = memory_mb([BYLINE, "serve", "--port", "0", "--index", INDEX], questions()[:SERVED])
    remark = f"resident after {SERVED} questions through the page's HTTP routes; {ready:.0f} when ready"
    return Row("`byline serve`, memory MB", after, f"{after:.0f}", 600, remark)


def _costs() -> Mapping[str, Sequence[float]]:
    found: Mapping[str, Sequence[float]] = json.loads(spent([sys.executable, "-m", "bench.questions", INDEX]).output)
    return found


def _question(costs: Mapping[str, Sequence[float]]) -> Row:
    whole = costs["whole question"]
    middle, high = np.percentile(whole, [50, 95])
    remark = f"p95 {high:.1f}; {len(whole)} asked"
    return Row("warm question, CPU-ms, median", float(middle), f"{middle:.1f}", 20, remark)


def _stages(costs: Mapping[str, Sequence[float]]) -> list[str]:
    means = {name: statistics.fmean(values) for name, values in costs.items() if name != "whole question"}
    whole = statistics.fmean(costs["whole question"])
    means["everything else"] = whole - sum(means.values())
    lines = [f"| {name} | {value:.1f} | {value / whole:.0%} |" for name, value in means.items()]
    return ["| stage | CPU-ms, mean | share |", "|---|---|---|", *lines]


def _again(source: Path, lines: Sequence[bytes], full: Spent) -> list[Row]:
    """Nothing changed; then one sentence appended to one article."""
    nothing = _byline("sync", source, "--index", INDEX, times=3)
    place = min(300, len(lines) - 1)
    article = json.loads(lines[place])
    article["text"] += f"\n\n{MARK}"
    source.write_bytes(b"".join([*lines[:place], json.dumps(article).encode() + b"\n", *lines[place + 1 :]]))
    before = FOLDER / "before"
    copytree(INDEX, before)
    runs = []
    for _ in range(3):
        rmtree(INDEX)
        copytree(before, INDEX)
        runs.append(_byline("sync", source, "--index", INDEX))
    one = sorted(runs, key=lambda run: run.cpu_s)[1]
    if "1 changed" not in one.output or MARK not in _byline("search", MARK, "--index", INDEX, "--json").output:
        raise AssertionError(f"the changed article is not found: {one.output}")
    ratio = one.cpu_s / full.cpu_s
    each = ", ".join(f"{run.cpu_s:.2f}" for run in runs)
    remark = f"1/{1 / ratio:.0f}; its new sentence is found"
    return [
        Row("sync, nothing changed, CPU-s", nothing.cpu_s, f"{nothing.cpu_s:.2f}", None, "median of 3"),
        Row("sync, one article changed, CPU-s", one.cpu_s, f"{one.cpu_s:.2f}", None, f"median of {each}"),
        Row("one article / full sync, CPU", ratio, f"{ratio:.4f}", 0.01, remark),
    ]


if __name__ == "__main__":
    print(report(quick="--quick" in sys.argv[1:]))
