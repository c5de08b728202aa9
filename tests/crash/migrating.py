"""Migrates a library of the first version and has it fail: killed at each step, out of space, by an error.

Prints `first` for each failure that left it as it was, `newest` for each that came too late to matter.
"""

from __future__ import annotations

import hashlib
import resource
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import alembic.command  # once, not in each child
import alembic.op

from byline.errors import StorageError
from byline.library.database import Library
from byline.library.schema import SCHEMA_VERSION
from tests.crash.forked import in_child, killed_at

FIRST = Path(__file__).parents[1] / "library" / "first_version.sql"


def prepare(path: Path) -> None:
    """As the first version closed it: under a write-ahead log, all of it in the file."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(FIRST.read_text())


def migrate(path: Path) -> None:
    Library.open(path).close()


def rows(path: Path) -> str:
    """A digest of what the first version could read."""
    with closing(sqlite3.connect(path)) as connection:
        asked = (
            "SELECT id, source, origin, raw, live_revision FROM articles ORDER BY id",
            "SELECT id, article_id, digest, title, text, stored_at FROM revisions ORDER BY id",
            'SELECT id, revision_id, rules, start, "end", tokens, sentences FROM passages ORDER BY id',
            "SELECT passage_id, embedder, passage, sentences FROM embeddings ORDER BY passage_id",
            "SELECT id, embedder, rules, active, created_at FROM generations",
        )
        return hashlib.sha256(repr([connection.execute(query).fetchall() for query in asked]).encode()).hexdigest()


def check(path: Path, before: str) -> None:
    """Either version, never something in between; what was in it is in it; the next opening brings it up."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        columns = {row[1] for row in connection.execute("PRAGMA table_info(generations)")}
    migrated = "alembic_version" in tables
    assert ("sources" in tables, "seal" in columns, "dirty" in columns) == (migrated, migrated, not migrated)
    assert rows(path) == before
    sys.stdout.write("newest\n" if migrated else "first\n")
    library = Library.open(path)
    assert sorted(article.ref.id for article in library.live_articles()) == ["bridge", "ferry"]
    library.close()
    assert rows(path) == before
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(SCHEMA_VERSION,)]


def out_of_space(path: Path, room: int) -> None:
    """No file may grow past `room` bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        migrate(path)
    except StorageError:
        return
    raise AssertionError("it migrated into no space")


def raising(path: Path, operation: str) -> None:
    with patch.object(alembic.op, operation, side_effect=ZeroDivisionError("a mistake in a migration")):
        try:
            migrate(path)
        except ZeroDivisionError:
            return
    raise AssertionError(f"it migrated without {operation}")


def main(root: Path) -> None:
    first, path = root / "first.db", root / "library.db"
    prepare(first)
    before = rows(first)

    def afresh() -> None:
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        shutil.copy(first, path)

    failures: list[Callable[[], None]] = [lambda op=op: raising(path, op) for op in ("create_table", "drop_column")]  # type: ignore[misc]
    failures += [lambda size=size: out_of_space(path, size) for size in (0, 4_096, 20_000, 60_000)]  # type: ignore[misc]
    for fail in failures:
        afresh()
        in_child(fail)
        in_child(lambda: check(path, before))
    step, killed = 1, True
    while killed:
        afresh()
        killed = killed_at(step, lambda: migrate(path))
        in_child(lambda: check(path, before))
        step += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]))
