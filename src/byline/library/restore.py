"""From a backup to an index that answers: staged beside the old one, proven, then put in its place at once.

Nothing is embedded: the indexes are built from the vectors in the backup. Until the last step the old library is
untouched, and that step is one transaction, so that a kill leaves the old or the new one, either working.
"""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, update

from byline.errors import BackupError, InputError, LibraryError
from byline.library.backup import MEMBER, Manifest, read_backup
from byline.library.database import Library
from byline.library.generations import Generations
from byline.library.kept_out import KeptOut, keep_out, read_kept_out
from byline.library.ownership import Ownership
from byline.library.schema import SCHEMA_VERSION, generations
from byline.library.snapshot import contents, holds_articles, put_in_place
from byline.library.storage import storage_errors

Shelf = Callable[[Path, Library], Generations]
"""(index directory, library) → its generations"""

STAGING = "restoring"


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """`purged`, `withdrawn`: ids in the backup that stay out because they had been taken out here since."""

    manifest: Manifest
    articles: int
    passages: int
    purged: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    seconds: float = 0.0


def restore_backup(file: Path, database: Path, shelf: Shelf, *, replace: bool = False) -> RestoreReport:
    """Raises BackupError, LibraryBusyError, and InputError when articles are there and `replace` is not asked for."""
    started = time.perf_counter()
    manifest = read_backup(file)
    if manifest.schema > SCHEMA_VERSION:
        raise LibraryError(
            f"{file} has schema {manifest.schema}; this Byline reads {SCHEMA_VERSION}.",
            f"Restore it with Byline {manifest.byline} or newer.",
        )
    index = database.parent
    ownership = Ownership(index)
    staging = index / STAGING
    try:
        if holds_articles(database) and not replace:
            raise InputError(f"{index} holds articles.", "Name an empty directory with --index, or use --replace.")
        with storage_errors(index):
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir(mode=0o700)
            kept_out = read_kept_out(database)
            _unpack(file, staging / MEMBER)
            report = _prepare(manifest, staging / MEMBER, index, shelf, kept_out)
            _take_place(staging / MEMBER, database)
            _sweep(index, database)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        ownership.release()
    return dataclasses.replace(report, seconds=time.perf_counter() - started)


def _unpack(file: Path, staged: Path) -> None:
    with staged.open("xb") as copy:
        manifest = read_backup(file, copy)
    try:
        found = contents(staged)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{file} holds no sound library: {error}.", "Restore another copy of it.") from error
    if (found.schema, found.articles, found.passages) != (manifest.schema, manifest.articles, manifest.passages):
        raise BackupError(f"{file} does not hold what its manifest says.", "Restore another copy of it.")


def _prepare(manifest: Manifest, staged: Path, index: Path, shelf: Shelf, kept_out: KeptOut) -> RestoreReport:
    """The staged library brought up to date, its indexes built in directories that the old one does not know."""
    restored = Library.open(staged)
    try:
        purged, withdrawn = keep_out(restored, kept_out)
        _build(restored, index, shelf(index, restored))
        counts = restored.counts()
        restored.record("restore", f"from the backup of {manifest.made_at}: {counts.articles} articles")
    finally:
        restored.close()
    return RestoreReport(manifest, counts.articles, counts.passages, purged, withdrawn)


def _build(restored: Library, index: Path, made: Generations) -> None:
    active = made.active()
    if active is None:
        return  # nothing was synced yet
    free = max([active.id, *(int(path.name[4:]) for path in index.glob("gen-*") if path.name[4:].isdigit())]) + 1
    with restored.write() as connection:
        connection.execute(delete(generations).where(~generations.c.active))
        connection.execute(update(generations).values(id=free, seal=None))
    built = made.build(made.create(active.embedder, active.rules, active.embedder_name))
    try:
        wanted = restored.passage_ids(active.rules, live=True)
        if not wanted == built.vectors.ids() == built.lexical.ids():
            raise LibraryError("The indexes built from the backup are not complete.", "Restore another backup.")
    finally:
        built.close()
    restored.activate_generation(built.generation)
    with restored.write() as connection:
        connection.execute(delete(generations).where(~generations.c.active))


def _take_place(staged: Path, database: Path) -> None:
    try:
        put_in_place(staged, database)
    except sqlite3.OperationalError:
        raise  # a full disk, a lock: the old file may be sound
    except sqlite3.DatabaseError:
        _set_aside(database)
        put_in_place(staged, database)


def _set_aside(database: Path) -> None:
    """What SQLite does not take for a database is kept, out of the way, for whoever wants to look into it."""
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    database.rename(database.with_name(f"{database.name}.unreadable"))


def _sweep(index: Path, database: Path) -> None:
    """Directories of generations that the library in place does not have: of the old one, or of a killed restore."""
    with closing(sqlite3.connect(database)) as connection:
        known = {f"gen-{number:04d}" for (number,) in connection.execute("SELECT id FROM generations")}
    for path in index.glob("gen-*"):
        if path.name not in known:
            shutil.rmtree(path, ignore_errors=True)
