"""What the disk refuses reaches people as Byline's errors."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from byline.errors import LibraryError, LibraryMissingError, StorageError
from byline.library.database import Library
from byline.library.storage import storage_errors


def test_a_full_disk_names_the_directory_and_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"full.*Free some space") as caught, storage_errors(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert str(tmp_path) in str(caught.value)
    assert caught.value.retryable


def test_a_real_full_disk(tmp_path: Path) -> None:
    """/dev/full refuses every write with ENOSPC."""
    with pytest.raises(StorageError, match="full"), storage_errors(tmp_path), Path("/dev/full").open("w") as full:
        full.write("x" * 100_000)


def test_sqlite_out_of_space(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.db")
    with library.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    with pytest.raises(StorageError, match="full"):
        library.record("event", "x" * 10_000_000)
    library.close()


def test_a_deleted_directory_is_said_to_be_gone(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissingError, match=r"gone.*byline sync"), storage_errors(tmp_path / "nowhere"):
        raise RuntimeError("anything")


@pytest.mark.parametrize(("number", "told"), [(errno.ENOSPC, "full"), (errno.EIO, "refused")])
def test_a_directory_that_could_not_be_made_is_not_said_to_be_gone(tmp_path: Path, number: int, told: str) -> None:
    with pytest.raises(StorageError, match=told), storage_errors(tmp_path / "not-made"):
        raise OSError(number, "mkdir failed")


def test_errors_of_no_disk_pass(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), storage_errors(tmp_path):
        _ = 1 / 0


def test_a_file_that_is_no_library(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"not a database, but long enough to look like one" * 100)
    with pytest.raises(LibraryError, match="library"):
        Library.open(tmp_path / "library.db")
