"""One process owns an index directory: Chroma and tantivy lose data, without an error, when two write."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from byline.errors import LibraryBusyError
from byline.library.storage import storage_errors

Role = Literal["owner", "builder"]
"""The owner answers from the active generation and writes to it; a builder makes others beside it."""


class Ownership:
    """An operating-system lock on the directory; a killed owner gives it up by dying."""

    def __init__(self, index: Path, role: Role = "owner") -> None:
        """Raises LibraryBusyError at once when another process holds it, naming that process."""
        with storage_errors(index.parent):
            index.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._owner = index / f"{role}.pid"
        self._lock = FileLock(index / f"{role}.lock", timeout=0, thread_local=False)
        with storage_errors(index):
            try:
                self._lock.acquire()
            except Timeout:
                raise LibraryBusyError(
                    f"{index} is in use by another Byline process{self._named()}.",
                    "Stop it first, or give this command another directory with --index.",
                ) from None
        with storage_errors(index):
            self._owner.write_text(str(os.getpid()))

    def release(self) -> None:
        with contextlib.suppress(OSError):
            self._owner.unlink(missing_ok=True)
        self._lock.release()

    def _named(self) -> str:
        try:
            return f" (process {int(self._owner.read_text())})"
        except (OSError, ValueError):
            return ""
