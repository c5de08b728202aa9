"""Whole copies of a library's file: taken while another process writes, looked into, put in the place of another.

What is particular to SQLite about copying is here. No schema is assumed beyond what every version had, and nothing is
migrated: a newer Byline can copy the library that an older one is using.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from byline.library.storage import storage_errors

_WAIT_S = 30
_LIVE = "FROM articles JOIN revisions ON revisions.id = articles.live_revision"
_PASSAGES = "SELECT count(*) FROM passages JOIN articles ON articles.live_revision = passages.revision_id"


@dataclass(frozen=True, slots=True)
class Contents:
    """`schema`: its version; `articles`: live ones; `passages`: theirs, under whatever rules."""

    schema: str
    articles: int
    passages: int


def copy_to(database: Path, target: Path) -> None:
    """The state at one moment, in a new file. Writers are not waited for and do not wait.

    Only what is in use is copied: pages that were freed, and the bytes that were deleted with them, stay behind.
    Raises StorageError, LibraryError.
    """
    engine = create_engine(f"sqlite:///{database}", poolclass=NullPool, connect_args={"timeout": _WAIT_S})
    with storage_errors(target.parent), engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM INTO ?", (str(target),))


def contents(database: Path) -> Contents:
    """Raises sqlite3.DatabaseError for a file that is not whole or not a library."""
    with _reading(database) as connection:
        damage = connection.execute("PRAGMA quick_check").fetchall()
        if damage != [("ok",)]:
            raise sqlite3.DatabaseError(str(damage[0][0]))
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        version = "SELECT version_num FROM alembic_version" if "alembic_version" in tables else "SELECT '0001'"
        (schema,) = connection.execute(version).fetchone()
        (articles,) = connection.execute(f"SELECT count(*) {_LIVE}").fetchone()
        (passages,) = connection.execute(_PASSAGES).fetchone()
    return Contents(schema, articles, passages)


def holds_articles(database: Path) -> bool:
    """Whether there is something to lose; a file that cannot be read may hold anything."""
    if not database.exists():
        return False
    try:
        with _reading(database) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            return "articles" in tables and bool(connection.execute("SELECT 1 FROM articles LIMIT 1").fetchone())
    except sqlite3.DatabaseError:
        return True


def put_in_place(staged: Path, database: Path) -> None:
    """`database` becomes `staged`, in one transaction of SQLite's: whoever has it open sees the one or the other.

    Renaming would be as atomic, but would leave the write-ahead log of the old file beside the new one, and SQLite
    would replay it. Raises sqlite3.DatabaseError when `database` is not a database.
    """
    with (
        closing(sqlite3.connect(staged, timeout=_WAIT_S)) as source,
        closing(sqlite3.connect(database, timeout=_WAIT_S)) as target,
    ):
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA synchronous=FULL")
        source.backup(target)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _reading(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(database, timeout=_WAIT_S, isolation_level=None)) as connection:
        yield connection
