"""Kills `restore --replace` at its steps; prints how many kills left the old library and how many the new one."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import threading
from pathlib import Path
from unittest.mock import patch

from byline.build import DATABASE, generations_of
from byline.library.backup import write_backup
from byline.library.restore import restore_backup
from byline.library.snapshot import put_in_place
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


def killed_while_it_takes_its_place(root: Path, after_s: float) -> bool:
    def timed(staged: Path, database: Path) -> None:
        threading.Timer(after_s, os.kill, (os.getpid(), signal.SIGKILL)).start()
        put_in_place(staged, database)

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
    moments = random.Random(7)
    for _ in range(timed):
        afresh(root)
        assert killed_while_it_takes_its_place(root, moments.uniform(0, 0.3))
        in_child(lambda: check(root))
    in_child(lambda: work(root))
    in_child(lambda: check(root))
    left = sorted(path.name for path in (root / "index").iterdir() if not path.name.startswith("owner."))
    assert len(left) == 2, left  # the library and one generation: what kills left behind is swept


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
