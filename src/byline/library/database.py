"""`library.db`: articles, revisions, passages and embeddings; which revision of an article is live.

Everything here is one SQLite file under WAL with synchronous=FULL; the indexes beside it can be rebuilt from it.
What readers see is in `visible`, what filters keep in `filtered`, writing an article in `staging`, vectors in
`stored_vectors`.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, event, insert, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from byline.errors import LibraryError
from byline.library.connection import now
from byline.library.filtered import FilteredPassages
from byline.library.schema import SCHEMA_VERSION, journal, library, metadata
from byline.library.staging import Staging
from byline.library.storage import storage_errors
from byline.library.stored_vectors import StoredVectors
from byline.library.visible import VisibleArticles


class Library(VisibleArticles, FilteredPassages, Staging, StoredVectors):
    """All of it, over one file."""

    @classmethod
    def open(cls, path: Path) -> Library:
        """Creates the file when it is absent. Raises StorageError, or LibraryError for a newer schema."""
        with storage_errors(path.parent):
            engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
            event.listen(engine, "connect", _pragmas)
            metadata.create_all(engine)
            with engine.begin() as connection:
                connection.execute(
                    upsert(library).values(key="schema", value=str(SCHEMA_VERSION)).on_conflict_do_nothing()
                )
                found = connection.scalar(select(library.c.value).where(library.c.key == "schema"))
        if found != str(SCHEMA_VERSION):
            raise LibraryError(
                f"{path} has schema {found}; this Byline reads {SCHEMA_VERSION}.", "Use the Byline that wrote it."
            )
        return cls(engine, path)

    def integrity(self) -> list[str]:
        """What SQLite's own check finds; empty when the file is sound."""
        with self.read() as connection:
            found = connection.execute(text("PRAGMA quick_check")).scalars().all()
        return [line for line in found if line != "ok"]

    def record(self, event_name: str, detail: str) -> None:
        with self.write() as connection:
            connection.execute(insert(journal).values(at=now(), event=event_name, detail=detail))


def _pragmas(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=268435456"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
