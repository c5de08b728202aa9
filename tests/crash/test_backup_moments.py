"""A backup taken at any moment of a running sync holds exactly what was acknowledged then: one state, never a mix.

The sync changes every article at once, again and again, each time to the next number; so articles of a backup that
carry different numbers, or passages that are not theirs, would be a state that never was.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from byline.build import DATABASE
from byline.library.backup import write_backup
from byline.library.generations import Generations
from byline.library.restore import restore_backup
from byline.models.terms import passage_terms
from tests.newsroom import MemoryShelf, newsroom

BACKUPS = 20
ARTICLES = 30

SYNC = f"""
import sys
from pathlib import Path
from tests.newsroom import MemoryShelf, article, newsroom

with newsroom(Path(sys.argv[1]), MemoryShelf()) as room:
    for edition in range(1, 100_000):
        room.sync([
            article(f"a{{n}}", f"Edition {{edition}} of article {{n}}. It has {{edition * n}} ships. Each is new.")
            for n in range({ARTICLES})
        ])
        print(edition, flush=True)
"""


class Syncing:
    """The process that syncs, and the last edition it acknowledged."""

    def __init__(self, index: Path) -> None:
        command = [sys.executable, "-c", SYNC, str(index)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.acknowledged = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.acknowledged = int(line)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join(10)
        assert self.process.stdout
        self.process.stdout.close()


@pytest.fixture
def syncing(tmp_path: Path) -> Iterator[Syncing]:
    started = Syncing(tmp_path / "index")
    deadline = time.monotonic() + 60
    while not started.acknowledged:
        assert started.process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield started
    started.stop()


def test_a_backup_at_any_moment_is_one_state(syncing: Syncing, tmp_path: Path) -> None:
    moments = random.Random(20261122)
    taken = []
    for number in range(BACKUPS):
        time.sleep(moments.uniform(0, 0.4))
        before = syncing.acknowledged
        write_backup(tmp_path / "index" / DATABASE, tmp_path / f"{number}.byline")
        taken.append((before, tmp_path / f"{number}.byline", syncing.acknowledged))
    assert syncing.process.poll() is None, "the sync did not live through its backups"
    syncing.stop()
    assert taken[-1][2] > taken[0][0] + 3, "nothing was synced meanwhile"
    for before, backup, after in taken:
        index, shelf = tmp_path / f"{backup.name}-index", MemoryShelf()
        restore_backup(backup, index / DATABASE, lambda path, library: Generations(library, path, shelf, passage_terms))  # noqa: B023
        with newsroom(index, shelf) as room:
            texts = room.articles()
            found = {int(re.match(r"Edition (\d+) of", text)[1]) for text in texts.values()}  # type: ignore[index]
            assert len(texts) == ARTICLES
            assert len(found) == 1, f"{backup.name} mixes editions {found}"
            [edition] = found
            assert before <= edition <= after + 1  # one may be shown before its line is read here
            passages = room.passages()
            assert {passage.article.id for passage in passages.values()} == set(texts)
            for passage in passages.values():
                assert texts[passage.article.id][passage.start : passage.end] == passage.text
            held = room.held()
            assert held["live"] == held["vectors"] == held["lexical"]
            assert room.library.integrity() == []
            assert room.embedder.embedded == []
