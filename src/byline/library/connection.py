"""One SQLite file, read and written in transactions; what every part of the library stands on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from byline.library.storage import storage_errors
from byline.library.visibility import stamp

Clock = Callable[[], datetime]

BATCH = 500  # rows a statement, under every database's limit on parameters


class Connected:
    """Owns the connection pool; safe to read from several threads, written by one."""

    def __init__(self, engine: Engine, path: Path, clock: Clock) -> None:
        self.engine = engine
        self.path = path
        self._clock = clock

    def moment(self) -> str:
        """The time that decides what readers may see."""
        return stamp(self._clock())

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with storage_errors(self.path), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, alone from its start: another process that writes is waited for."""
        with (
            storage_errors(self.path),
            self.engine.connect() as connection,
            connection.execution_options(alone=True).begin(),
        ):
            yield connection


def parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def utc() -> datetime:
    return datetime.now(UTC)


def now() -> str:
    return utc().isoformat(timespec="seconds")
