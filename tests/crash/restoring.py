"""Kills `restore --replace` at its steps; prints how many kills left the old library and how many the new one."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from unittest.mock import patch

from byline.library.backup import write_backup
from byline.library.restore import restore_backup
from byline.library.snapshot import put_in_place
from byline.wiring import DATABASE, generations_of
from tests.crash import examiner
from tests.crash.forked import in_child, killed_at
from tests.newsroom import article, newsroom

HARBOUR = article("harbour", "The harbour bridge opened on Monday. Buses cross it from Wednesday.")
COUNCIL = article("council", "The council paid 41 million crowns. Nobody knows who pays the rest.")
RIVER = article("river", "The river flooded two villages. Crews pumped for nine days.")
OLD, NEW = {"harbour", "council"}, {"council", "river"}
PADDING = 24_000_000  # bytes in each library, so that taking its place takes a while


def prepare(root: Path) -> None:
    with newsroom(root / "old") as room:
        room.sync([COUNCIL, RIVER])
        room.library.record("padding", "n" * PADDING)
        write_backup(room.library.path, root / "new.byline")
        room.sync([HARBOUR, COUNCIL])
        room.library.record("padding", "o" * PADDING)


def work(root: Path) -> None:
    restore_backup(root / "new.byline", root / "index" / DATABASE, generations_of, replace=True)


def seconds_to_take_its_place(root: Path) -> float:
    took = root / "took"

    def timed(staged: Path, database: Path) -> None:
        started = time.monotonic()
        put_in_place(staged, database)
        took.write_text(str(time.monotonic() - started))

    def timing() -> None:
        with patch("byline.library.restore.put_in_place", timed):
            work(root)

    in_child(timing)
    return float(took.read_text())


def killed_while_it_takes_its_place(root: Path, after_s: float) -> bool:
    """False when it was there before."""

    def timed(staged: Path, database: Path) -> None:
        kill = threading.Timer(after_s, os.kill, (os.getpid(), signal.SIGKILL))
        kill.start()
        put_in_place(staged, database)
        kill.cancel()

    def killing() -> None:
        with patch("byline.library.restore.put_in_place", timed):
            work(root)

    return in_child(killing) == -signal.SIGKILL


def check(root: Path) -> None:
    """Whichever library is there works as a whole, without a hand laid on it and without embedding anything."""
    with newsroom(root / "index") as room:
        names = set(room.articles())
        assert names in (OLD, NEW), names
        held = room.held()
        assert held["live"] == held["vectors"] == held["lexical"], held
        [[first, *_]] = room.search("What did the council pay?")
        assert first.passage.article.id == "council"
        assert room.library.integrity() == []
        assert room.embedder.embedded == []
    sys.stdout.write("new\n" if names == NEW else "old\n")


def afresh(root: Path) -> None:
    shutil.rmtree(root / "index", ignore_errors=True)
    shutil.copytree(root / "old", root / "index")


def main(root: Path, first: int, stride: int, timed: int) -> None:
    in_child(lambda: prepare(root))
    step, killed = first, True
    while killed:
        afresh(root)
        killed = killed_at(step, lambda: work(root))
        in_child(lambda: check(root))
        step += stride
    afresh(root)
    moments, usual_s = random.Random(7), seconds_to_take_its_place(root)
    killed_in_time = 0
    while killed_in_time < timed:
        afresh(root)
        killed_in_time += killed_while_it_takes_its_place(root, moments.uniform(0, usual_s))
        in_child(lambda: check(root))
    in_child(lambda: work(root))
    in_child(lambda: check(root))
    left = sorted(path.name for path in (root / "index").iterdir() if not path.name.startswith("owner."))
    # the library, one generation and its lock: what kills left behind is swept
    assert left == [left[0], f"{left[0]}.lock", DATABASE], left


if __name__ == "__main__":
    with examiner.comparing():
        main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
