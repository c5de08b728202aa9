"""Which files of a folder are read, and how a file is opened without being fooled by links, pipes or size."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from byline.types import Rejected


@dataclass(frozen=True, slots=True)
class SourceFile:
    """`origin` names it to people; `stem` is its path in the source without ending, `/` between folders."""

    path: Path
    origin: str
    stem: str


def find_files(folder: Path) -> Iterator[SourceFile | Rejected]:
    """Every file below `folder`, by name, folders in their place. Hidden ones and READMEs are passed over silently."""
    yield from _below(folder, folder)


def _below(directory: Path, root: Path) -> Iterator[SourceFile | Rejected]:
    try:
        with os.scandir(directory) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield _refused(directory.relative_to(root).as_posix(), error)
        return
    for entry in entries:
        path = directory / entry.name
        relative = path.relative_to(root)
        origin = _printable(relative.as_posix())
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            yield _link(path, origin, root)
        elif entry.is_dir(follow_symlinks=False):
            yield from _below(path, root)
        elif not entry.is_file(follow_symlinks=False):
            yield _not_a_file(origin)
        elif path.stem.casefold() != "readme":
            yield SourceFile(path, origin, relative.with_suffix("").as_posix())


def open_file(file: SourceFile) -> BinaryIO | Rejected:
    """The file's bytes, or why it cannot be read. Never waits on a pipe, never follows a link put there meanwhile."""
    try:
        descriptor = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            return _not_a_file(file.origin)
        return os.fdopen(descriptor, "rb")
    except OSError as error:
        return _refused(file.origin, error)


def read_bytes(file: SourceFile, limit: int) -> bytes | Rejected:
    """The whole file; Rejected when it is larger than `limit` bytes."""
    opened = open_file(file)
    if isinstance(opened, Rejected):
        return opened
    with opened:
        try:
            data = opened.read(limit + 1)
        except OSError as error:
            return _refused(file.origin, error)
    if len(data) <= limit:
        return data
    return Rejected(
        file.origin,
        f"is larger than {limit // 1_000_000} MB",
        "split it into one file per article, or use JSONL with one article per line",
    )


def _refused(origin: str, error: OSError) -> Rejected:
    if isinstance(error, PermissionError):
        return Rejected(origin, "may not be read: permission denied", "give the user running Byline read permission")
    if isinstance(error, FileNotFoundError):
        return Rejected(origin, "vanished while the folder was being read", "sync again")
    return Rejected(origin, f"could not be read: {error.strerror or error}", "check the disk and sync again")


def _link(path: Path, origin: str, root: Path) -> Rejected:
    try:
        inside = path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return Rejected(origin, "is a link that leads nowhere", "remove it, or put the article itself there")
    if inside:
        return Rejected(origin, "is a link to something in the same folder, read where it lies", "remove the link")
    return Rejected(origin, "is a link that leads out of the folder", "copy the article into the folder")


def _not_a_file(origin: str) -> Rejected:
    return Rejected(origin, "is a pipe, socket or device, not a file", "remove it from the folder")


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()
