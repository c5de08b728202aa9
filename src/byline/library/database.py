"""`library.db`: articles, revisions, passages and embeddings; which revision of an article is live.

Everything here is one SQLite file under WAL with synchronous=FULL; the indexes beside it can be rebuilt from it.
What readers see is in `visible`, what filters keep in `filtered`, what the indexes hold in `held`, writing an article
in `staging`, vectors in `stored_vectors`, generations in `registry`, freshness in `sources`.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, insert, text

from byline.library.connection import Clock, now, utc
from byline.library.erasure import Erasure
from byline.library.families.members import Families
from byline.library.fetched import FetchedAddresses
from byline.library.filtered import FilteredPassages
from byline.library.held import HeldArticles
from byline.library.record import Record
from byline.library.registry import Registry
from byline.library.saved import SavedAnswers
from byline.library.schema import journal
from byline.library.sources import Sources
from byline.library.staging import Staging
from byline.library.storage import storage_errors
from byline.library.stored_vectors import StoredVectors
from byline.library.upgrade import bring_up
from byline.library.visible import VisibleArticles
from byline.library.withdrawal import Withdrawals


class Library(
    VisibleArticles,
    FilteredPassages,
    Families,
    HeldArticles,
    Staging,
    StoredVectors,
    Registry,
    Withdrawals,
    Record,
    SavedAnswers,
    Erasure,
    Sources,
    FetchedAddresses,
):
    """All of it, over one file."""

    @classmethod
    def open(cls, path: Path, clock: Clock = utc) -> Library:
        """Creates the file when it is absent, migrates an older one. `clock` decides on embargoes and expiry.

        Raises StorageError, LibraryError.
        """
        with storage_errors(path.parent):
            engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
            event.listen(engine, "connect", _pragmas)
            event.listen(engine, "begin", _begin)
            bring_up(engine, path)
        return cls(engine, path, clock)

    def integrity(self) -> list[str]:
        """What SQLite's own check finds; empty when the file is sound."""
        with self.read() as connection:
            found = connection.execute(text("PRAGMA quick_check")).scalars().all()
        return [line for line in found if line != "ok"]

    def record(self, event_name: str, detail: str) -> None:
        with self.write() as connection:
            connection.execute(insert(journal).values(at=now(), event=event_name, detail=detail))


def _begin(connection: Connection) -> None:
    # Python's driver would begin only at the first change of a row, and never for a change of tables
    alone = connection.get_execution_options().get("alone", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if alone else "BEGIN")


def _pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=268435456"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
