"""What the disk refused, said as Byline's errors."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from byline.errors import BylineError, LibraryError, LibraryMissingError, StorageError

_SPACE_BYTES = 1_000_000
_FULL = ("disk is full", "No space left", "os error 28", "disk I/O error", "code: 13")


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Raises StorageError for a full, read-only or failing disk, LibraryMissingError when `path` is gone."""
    try:
        yield
    except BylineError:
        raise
    except (OSError, DBAPIError, ValueError, RuntimeError) as error:
        raise _translated(error, path) from error
    except Exception as error:
        # chromadb raises its own InternalError for a refused write; only its text tells it apart, or the disk itself
        if any(sign in str(error) for sign in _FULL) or not path.exists() or _no_space(path):
            raise _translated(error, path) from error
        raise


def _translated(error: Exception, path: Path) -> Exception:
    number = getattr(error, "errno", None)
    if not path.exists() and number in (None, errno.ENOENT):  # any other was met in making it
        return LibraryMissingError(
            f"The index directory {path} is gone.", "Run `byline sync` on your articles to build it again."
        )
    text = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    refused = number in (errno.ENOSPC, errno.EDQUOT)
    if refused or any(sign in text for sign in _FULL) or (not isinstance(error, OSError) and _no_space(path)):
        return StorageError(f"The disk holding {path} is full.", "Free some space and run the command again.")
    if isinstance(error, OSError):
        return StorageError(f"The disk refused {path}: {error.strerror or error}.", "Check its permissions and space.")
    if isinstance(error, DBAPIError):
        if "readonly" in text or "unable to open" in text:
            return StorageError(f"{path} cannot be written: {text}.", "Check its permissions.")
        return LibraryError(
            f"The library in {path} cannot be read: {text}.", "Run `byline doctor`, or restore a backup."
        )
    return error


def _no_space(path: Path) -> bool:
    try:
        return shutil.disk_usage(path).free < _SPACE_BYTES
    except OSError:
        return False
