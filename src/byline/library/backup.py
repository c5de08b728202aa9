"""A backup: a ZIP file of the library at one moment and a manifest that tells a whole one from a damaged one.

Indexes are not in it; they are built again from the vectors that are. ZIP, so that any tool can open it:
`unzip -p FILE library.db` is the SQLite file. Stored, not deflated: on 10,000 passages (52 MB, 0.3 CPU-s) that would
save 28 % of the bytes, vectors being noise to it, for five times the CPU time.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from byline import __version__
from byline.errors import BackupError, InputError, LibraryError
from byline.library.freshness import utc_now
from byline.library.snapshot import Contents, contents, copy_to
from byline.library.storage import storage_errors

FORMAT = 1
MEMBER = "library.db"
MANIFEST = "manifest.json"
_MANIFEST_BYTES = 10_000
_CHUNK_BYTES = 1 << 20
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, KeyError, TypeError, EOFError, ValueError, RuntimeError)
"""What reading a damaged ZIP file raises."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`made_at`: the state is of that moment or a little later; `bytes`, `sha256`: of `library.db`."""

    format: int
    byline: str
    schema: str
    made_at: str
    articles: int
    passages: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BackupReport:
    file: Path
    manifest: Manifest
    bytes: int
    seconds: float


def write_backup(
    database: Path, file: Path, *, force: bool = False, now: Callable[[], datetime] = utc_now
) -> BackupReport:
    """Works beside a process that owns the index and syncs. `file` is there whole or not at all.

    Raises InputError for a place that cannot take it, StorageError, and LibraryError for a library that is damaged.
    """
    started = time.perf_counter()
    _require_place(database, file, force)
    partial = file.parent / f".{file.name}.partial"  # of a fixed name: what a kill left is cleared by the next one
    with storage_errors(file.parent):
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        try:
            made_at = now().isoformat(timespec="seconds")
            copy_to(database, partial / MEMBER)
            manifest = _packed(partial, _sound(partial / MEMBER, database), made_at)
            _require_place(database, file, force)
            os.replace(partial / "backup", file)
            _sync(file.parent)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return BackupReport(file, manifest, file.stat().st_size, time.perf_counter() - started)


def read_backup(file: Path, copy: IO[bytes] | None = None) -> Manifest:
    """Reads all of it, into `copy` when given. Raises BackupError unless every byte is what was written."""
    if not file.is_file():
        raise BackupError(f"There is no backup {file}.", "Check the path.")
    with storage_errors(file):
        try:
            with zipfile.ZipFile(file) as archive:
                manifest = _manifest(archive)
                with archive.open(MEMBER) as member:
                    digest, size = _copied(member, copy)
        except _DAMAGE as error:
            raise BackupError(f"{file} is not a whole backup: {error}.", "Restore another copy of it.") from error
        except OSError as error:
            if error.errno != errno.EINVAL:  # that is a place before its beginning, told by a damaged directory
                raise
            raise BackupError(f"{file} is not a whole backup.", "Restore another copy of it.") from error
    if (digest, size) != (manifest.sha256, manifest.bytes):
        raise BackupError(f"{file} is not what was written: its checksum differs.", "Restore another copy of it.")
    return manifest


def _require_place(database: Path, file: Path, force: bool) -> None:
    index = database.parent.resolve()
    if not file.parent.is_dir():
        raise InputError(f"{file.parent} is not a folder.", "Create it, or write the backup elsewhere.")
    if file.is_dir():
        raise InputError(f"{file} is a folder.", "Name a file, such as library.byline.")
    if index in file.resolve().parents:
        raise InputError(f"{file} is inside the index {index}.", "Write the backup elsewhere, best on another disk.")
    if file.exists() and not force:
        raise InputError(f"{file} exists.", "Name another file, or replace it with --force.")


def _sound(copy: Path, database: Path) -> Contents:
    try:
        return contents(copy)
    except sqlite3.DatabaseError as error:
        raise LibraryError(f"{database} is damaged: {error}.", "Run `byline doctor`, or restore a backup.") from error


def _packed(partial: Path, found: Contents, made_at: str) -> Manifest:
    """The finished file, `backup`, on the disk."""
    with (
        open(partial / "backup", "xb", opener=_private) as out,
        zipfile.ZipFile(out, "w") as archive,
        (partial / MEMBER).open("rb") as copy,
    ):
        with archive.open(zipfile.ZipInfo(MEMBER), "w", force_zip64=True) as member:
            digest, size = _copied(copy, member)
        manifest = Manifest(
            FORMAT, __version__, found.schema, made_at, found.articles, found.passages, size, digest
        )  # fmt: skip
        archive.writestr(zipfile.ZipInfo(MANIFEST), json.dumps(asdict(manifest), indent=1))
    _sync(partial / "backup")
    return manifest


def _copied(source: IO[bytes], target: IO[bytes] | None) -> tuple[str, int]:
    """(sha256, bytes) of what was read."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest(), size


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    if archive.getinfo(MANIFEST).file_size > _MANIFEST_BYTES:
        raise ValueError("its manifest is too long")
    told: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if told["format"] != FORMAT:
        raise ValueError(f"it is of format {told['format']}, this Byline reads {FORMAT}")
    return Manifest(**{field.name: told[field.name] for field in fields(Manifest)})


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def _sync(path: Path) -> None:
    """A file, or the names in a folder, down to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
