"""`kill -9` in the middle of a sync: the next sync completes, and nothing tells the index from a fresh one.

Through the command line and with the bundled embedder; `test_kills` does it by the hundred. The moments are random.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from byline.wiring import generations_of, open_library

KILLS = int(os.environ.get("CRASH_KILLS", "1"))
ARTICLES = 150
QUESTIONS = ["Which harbour was reopened?", "Who chairs council number 41?", "What did the survey of river 77 find?"]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough articles for several batches, so that kills fall before, between and inside them."""
    path = tmp_path_factory.mktemp("articles") / "articles.jsonl"
    subjects = ["harbour", "council", "river", "railway", "market"]
    with path.open("w") as lines:
        for n in range(ARTICLES):
            subject = subjects[n % len(subjects)]
            text = "\n\n".join(
                f"The {subject} number {n} was surveyed in year {1900 + n}. Chair {n * 7 % 150} of the {subject} said "
                f"that section {part} would be reopened. It took {n + part} weeks of work by crew {part * n}."
                for part in range(8)
            )
            lines.write(json.dumps({"id": f"a{n}", "title": f"The {subject} {n}", "text": text}) + "\n")
    return path


@pytest.fixture(scope="module")
def fresh(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """An index that was never interrupted, and the seconds its sync took."""
    index = tmp_path_factory.mktemp("fresh") / "index"
    started = time.monotonic()
    finish(source, index)
    return index, time.monotonic() - started


def start(source: Path, index: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "byline.cli", "sync", str(source), "--index", str(index)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def finish(source: Path, index: Path) -> None:
    command = [sys.executable, "-m", "byline.cli", "sync", str(source), "--index", str(index)]
    subprocess.run(command, check=True, capture_output=True)


def contents(index: Path, tmp_path: Path) -> dict[str, object]:
    """Live articles, their passages, what both indexes hold, and what searches find."""
    batch = tmp_path / "batch.jsonl"
    batch.write_text("".join(json.dumps({"id": q, "question": q}) + "\n" for q in QUESTIONS))
    command = [sys.executable, "-m", "byline.cli", "search", "--batch", str(batch), "--index", str(index)]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    with open_library(index) as library:
        generations = generations_of(index, library)
        active = generations.require_active()
        opened = generations.open(active)
        try:
            held = [sorted(opened.vectors.ids()), sorted(opened.lexical.ids())]
        finally:
            opened.close()
        articles = {article.ref.id: article.digest for article in library.live_articles()}
        return {
            "articles": articles,
            "passages": sorted(library.passage_ids(active.rules, live=True)),
            "stale": sorted(library.passage_ids(active.rules, live=False)),
            "indexes": held,
            "hits": [json.loads(line) for line in found.splitlines()],
        }


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_anywhere_and_synced_again(kill: int, source: Path, fresh: tuple[Path, float], tmp_path: Path) -> None:
    intact, seconds = fresh
    index = tmp_path / "index"
    moment = random.Random(kill * 7919 + KILLS).uniform(0, seconds)
    process = start(source, index)
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.wait()
    finish(source, index)
    assert contents(index, tmp_path) == contents(intact, tmp_path), f"killed after {moment:.2f} s of {seconds:.2f}"
