"""A backup is whole or not there, and whatever happened to it on the way is noticed."""

from __future__ import annotations

import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from byline.errors import BackupError, InputError, LibraryError, StorageError
from byline.library.backup import MANIFEST, MEMBER, read_backup, write_backup
from byline.library.ownership import Ownership
from byline.library.schema import SCHEMA_VERSION
from byline.wiring import DATABASE
from tests.newsroom import MemoryShelf, Newsroom, article, newsroom

FIRST = Path(__file__).with_name("first_version.sql")
HARBOUR = article("harbour", "The harbour bridge opened on Monday. Buses cross it from Wednesday.")
COUNCIL = article("council", "The council paid 41 million crowns. Nobody knows who pays the rest.")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with newsroom(tmp_path / "index", MemoryShelf()) as made:
        made.sync([HARBOUR, COUNCIL])
        yield made


@pytest.fixture
def backup(room: Newsroom, tmp_path: Path) -> Path:
    write_backup(room.library.path, tmp_path / "a.byline")
    return tmp_path / "a.byline"


def test_it_says_what_it_holds_and_nobody_else_may_read_it(room: Newsroom, tmp_path: Path) -> None:
    report = write_backup(room.library.path, tmp_path / "a.byline")
    assert (report.manifest.articles, report.manifest.passages, report.manifest.schema) == (2, 2, SCHEMA_VERSION)
    assert report.bytes == (tmp_path / "a.byline").stat().st_size > report.manifest.bytes
    assert (tmp_path / "a.byline").stat().st_mode & 0o777 == 0o600
    assert read_backup(tmp_path / "a.byline") == report.manifest
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.byline", "index"]


def test_any_tool_can_open_it(backup: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(backup) as archive:
        assert archive.testzip() is None
        archive.extract(MEMBER, tmp_path)
        assert json.loads(archive.read(MANIFEST))["articles"] == 2
    with closing(sqlite3.connect(tmp_path / MEMBER)) as library:
        assert library.execute("SELECT count(*) FROM articles").fetchone() == (2,)


def test_it_works_beside_the_owner_of_the_index(room: Newsroom, tmp_path: Path) -> None:
    ownership = Ownership(tmp_path / "index")
    try:
        command = [sys.executable, "-m", "byline.cli", "backup", str(tmp_path / "b.byline"), "--json"]
        ran = subprocess.run([*command, "--index", str(tmp_path / "index")], capture_output=True, text=True)
    finally:
        ownership.release()
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert (told["articles"], told["passages"]) == (2, 2)
    assert told["file_bytes"] == (tmp_path / "b.byline").stat().st_size
    assert told["seconds"] > 0


def test_deleted_bytes_stay_behind(room: Newsroom, tmp_path: Path) -> None:
    with room.library.write() as connection:
        connection.exec_driver_sql("INSERT INTO journal (at, event, detail) VALUES ('', '', ?)", ("Zyxwvut " * 900,))
        connection.exec_driver_sql("DELETE FROM journal")
    write_backup(room.library.path, tmp_path / "a.byline")
    assert b"Zyxwvut" not in (tmp_path / "a.byline").read_bytes()


def test_it_is_never_overwritten_unasked(backup: Path, room: Newsroom) -> None:
    before = backup.read_bytes()
    with pytest.raises(InputError, match=r"a\.byline exists.*--force"):
        write_backup(room.library.path, backup)
    assert backup.read_bytes() == before
    room.sync([HARBOUR])
    assert write_backup(room.library.path, backup, force=True).manifest.articles == 1
    assert read_backup(backup).articles == 1


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("missing/a.byline", "is not a folder"),
        ("index/a.byline", "inside the index"),
        ("index/library.db", "inside the index"),
        (".", "is a folder"),
    ],
)
def test_a_place_that_cannot_take_it_is_named(place: str, reason: str, room: Newsroom, tmp_path: Path) -> None:
    before = room.library.path.read_bytes()
    with pytest.raises(InputError, match=reason):
        write_backup(room.library.path, tmp_path / place, force=True)
    assert room.library.path.read_bytes() == before


def test_a_copy_cut_short_anywhere_is_refused(backup: Path) -> None:
    whole = backup.read_bytes()
    for size in sorted({0, 1, 100, len(whole) - 1, *random.Random(7).sample(range(len(whole)), 60)}):
        backup.write_bytes(whole[:size])
        with pytest.raises(BackupError, match=r"a\.byline .*"):
            read_backup(backup)


def test_a_changed_byte_is_noticed_or_without_meaning(backup: Path, tmp_path: Path) -> None:
    """ZIP repeats names and times in two places; only one of each is read."""
    whole, manifest = backup.read_bytes(), read_backup(backup)
    places = (
        random.Random(7).sample(range(len(whole)), 300) + list(range(60)) + list(range(len(whole) - 900, len(whole)))
    )
    refused = 0
    for place in places:
        backup.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with (tmp_path / "copy").open("wb") as copy:
            try:
                assert read_backup(backup, copy) == manifest, place
            except BackupError:
                refused += 1
                continue
        assert (tmp_path / "copy").stat().st_size == manifest.bytes
    assert refused > 0.9 * len(places)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00", b"PK\x03\x04" + b"\x00" * 90])
def test_what_is_no_backup_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(BackupError, match="not a whole backup"):
        read_backup(tmp_path / "a")
    with pytest.raises(BackupError, match="There is no backup"):
        read_backup(tmp_path / "b")


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a", "w") as archive:
        archive.writestr(MANIFEST, '{"format": 9}')
    with pytest.raises(BackupError, match="format 9"):
        read_backup(tmp_path / "a")


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_full_disk_leaves_nothing_half(share: float, backup: Path, room: Newsroom, tmp_path: Path) -> None:
    before = backup.read_bytes()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(len(before) * share), limit[1]))
    try:
        with pytest.raises(StorageError):
            write_backup(room.library.path, backup, force=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert backup.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.byline", "index"]


def test_what_a_kill_left_is_cleared(room: Newsroom, tmp_path: Path) -> None:
    left = tmp_path / ".a.byline.partial"
    left.mkdir()
    (left / MEMBER).write_bytes(b"half")
    write_backup(room.library.path, tmp_path / "a.byline")
    assert not left.exists()


def test_a_damaged_library_is_not_taken_for_a_backup(room: Newsroom, tmp_path: Path) -> None:
    room.library.close()
    with room.library.path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(30_000))
    with pytest.raises(LibraryError, match=r"doctor"):
        write_backup(room.library.path, tmp_path / "a.byline")
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_an_older_library_is_copied_as_it_is(tmp_path: Path) -> None:
    """So that a newer Byline can save it before it migrates it; the journal is all that is written to."""
    (tmp_path / "index").mkdir()
    database = tmp_path / "index" / DATABASE
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(FIRST.read_text())
    manifest = write_backup(database, tmp_path / "a.byline").manifest
    assert (manifest.schema, manifest.articles, manifest.passages) == ("0001", 2, 2)
    with closing(sqlite3.connect(database)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        noted = connection.execute("SELECT detail FROM journal WHERE event = 'backup'").fetchall()
    assert "alembic_version" not in tables
    assert noted == [(str(tmp_path / "a.byline"),)]
