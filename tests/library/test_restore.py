"""A restored index answers like the one that was backed up, embeds nothing, and never takes the place of one it
should not."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from byline.build import DATABASE, generations_of
from byline.errors import BackupError, InputError, LibraryBusyError, LibraryError
from byline.library.backup import read_backup, write_backup
from byline.library.database import Library
from byline.library.restore import RestoreReport, restore_backup
from byline.library.schema import answer_quotes, answers, articles, journal, library
from tests.newsroom import Newsroom, article, newsroom

FIRST = Path(__file__).with_name("first_version.sql")
HARBOUR = article("harbour", "The harbour bridge opened on Monday. Buses cross it from Wednesday.")
COUNCIL = article("council", "The council paid 41 million crowns. Nobody knows who pays the rest.")
RIVER = article("river", "The river flooded two villages. Zyxwvut crews pumped for nine days.")
QUESTIONS = ["What did the council pay?", "Do buses cross the bridge?", "What did the river flood?"]
GONE = {"harbour": HARBOUR.text, "council": COUNCIL.text, "river": RIVER.text}

STONE = "purged:" + hashlib.sha256(b"river").hexdigest()


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Of three articles; the index it was made from then moves on."""
    with newsroom(tmp_path / "index") as room:
        room.sync([HARBOUR, COUNCIL, RIVER])
        write_backup(room.library.path, tmp_path / "a.byline")
        room.sync([HARBOUR])
    return tmp_path / "a.byline"


def restore(backup: Path, index: Path, *, replace: bool = False) -> RestoreReport:
    return restore_backup(backup, index / DATABASE, generations_of, replace=replace)


def check(room: Newsroom, expected: dict[str, str]) -> None:
    """The articles, in both indexes, found, and nothing embedded on the way."""
    assert room.articles() == expected
    held = room.held()
    assert held["live"] == held["vectors"] == held["lexical"]
    assert room.embedder.embedded == []


def test_in_an_empty_place_it_answers_like_the_original(tmp_path: Path) -> None:
    with newsroom(tmp_path / "index") as room:
        room.sync([HARBOUR, COUNCIL, RIVER])
        expected = room.search(*QUESTIONS)
        write_backup(room.library.path, tmp_path / "a.byline")
    report = restore(tmp_path / "a.byline", tmp_path / "other")
    assert (report.articles, report.passages, report.purged, report.withdrawn) == (3, 3, (), ())
    with newsroom(tmp_path / "other") as room:
        check(room, GONE)
        assert room.search(*QUESTIONS) == expected
        assert room.sync([HARBOUR, COUNCIL, RIVER]).unchanged == 3
        assert room.library.integrity() == []
        with room.library.read() as connection:
            said = list(connection.scalars(select(journal.c.detail).where(journal.c.event == "restore")))
    assert said == [f"from the backup of {report.manifest.made_at}: 3 articles"]


def test_over_another_only_when_asked(backup: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    with pytest.raises(InputError, match=r"index holds articles.*--replace"):
        restore(backup, index)
    with newsroom(index) as room:
        check(room, {"harbour": HARBOUR.text})
    restore(backup, index, replace=True)
    assert {path.name for path in index.iterdir() if path.suffix != ".lock"} == {"gen-0003", DATABASE}
    with newsroom(index) as room:
        check(room, GONE)
        assert len(room.search(*QUESTIONS)[0]) == 3


def test_over_a_library_that_holds_nothing(backup: Path, tmp_path: Path) -> None:
    Library.open(tmp_path / "other.db").close()
    (tmp_path / "other").mkdir()
    (tmp_path / "other.db").rename(tmp_path / "other" / DATABASE)
    assert restore(backup, tmp_path / "other").articles == 3


@pytest.mark.parametrize("start", [0, 4096])
def test_over_a_library_that_is_damaged(start: int, backup: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    with (index / DATABASE).open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * 30_000)
    with pytest.raises(InputError, match="--replace"):
        restore(backup, index)
    assert restore(backup, index, replace=True).articles == 3
    with newsroom(index) as room:
        check(room, GONE)
        assert room.library.integrity() == []


def test_while_a_process_owns_the_index(backup: Path, tmp_path: Path) -> None:
    hold = "import sys, pathlib; from byline.library.ownership import Ownership; "
    hold += "held = Ownership(pathlib.Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(tmp_path / "index")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LibraryBusyError, match=f"process {holder.pid}"):
            restore(backup, tmp_path / "index", replace=True)
        holder.stdin.close()
    with newsroom(tmp_path / "index") as room:
        check(room, {"harbour": HARBOUR.text})


def test_someone_who_looks_meanwhile_sees_the_one_or_the_other(backup: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    looking = Library.open(index / DATABASE)
    try:
        with looking.read() as connection:
            count = select(articles.c.id).where(articles.c.live_revision.is_not(None))
            assert len(connection.execute(count).all()) == 1
            restore(backup, index, replace=True)
            assert len(connection.execute(count).all()) == 1
        assert looking.counts().articles == 3
    finally:
        looking.close()
    with newsroom(index) as room:
        check(room, GONE)
        assert room.library.integrity() == []


def test_a_bad_backup_changes_nothing(backup: Path, tmp_path: Path) -> None:
    whole = bytearray(backup.read_bytes())
    whole[len(whole) // 2] ^= 0x55
    backup.write_bytes(whole)
    for index in ("index", "other"):
        with pytest.raises(BackupError):
            restore(backup, tmp_path / index, replace=True)
    assert not (tmp_path / "other").exists()
    with newsroom(tmp_path / "index") as room:
        check(room, {"harbour": HARBOUR.text})


def test_a_backup_of_the_first_version_is_brought_up(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    with closing(sqlite3.connect(tmp_path / "index" / DATABASE)) as connection:
        connection.executescript(FIRST.read_text())
    write_backup(tmp_path / "index" / DATABASE, tmp_path / "a.byline")
    assert restore(tmp_path / "a.byline", tmp_path / "other").articles == 2
    with newsroom(tmp_path / "other") as room:
        check(room, room.articles())
        assert sorted(room.articles()) == ["bridge", "ferry"]


def test_a_backup_of_a_newer_byline_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    database = tmp_path / "index" / DATABASE
    Library.open(database).close()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    write_backup(database, tmp_path / "a.byline")
    with pytest.raises(LibraryError, match=r"a\.byline has schema 9999.*or newer"):
        restore(tmp_path / "a.byline", tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_backup_of_an_empty_library(tmp_path: Path) -> None:
    with newsroom(tmp_path / "index") as room:
        write_backup(room.library.path, tmp_path / "a.byline")
    assert restore(tmp_path / "a.byline", tmp_path / "other").articles == 0
    with newsroom(tmp_path / "other") as room:
        assert room.sync([HARBOUR]).added == 1


def test_what_was_taken_out_since_stays_out(backup: Path, tmp_path: Path) -> None:
    """Withdrawn by an editor: still withdrawn. Purged: its words are in no file."""
    index = tmp_path / "index"
    with newsroom(index) as room, room.library.write() as connection:
        editor = {"withdrawn_at": "2026-11-22T12:00:00+00:00", "withdrawn_by": "editor", "withdrawn_why": "Wrong."}
        connection.execute(articles.update().where(articles.c.id == "council").values(**editor))
        connection.execute(insert(library).values(key=STONE, value="2026-11-22T12:00:00+00:00"))
    report = restore(backup, index, replace=True)
    assert (report.purged, report.withdrawn) == (("river",), ("council",))
    with newsroom(index) as room:
        assert "river" not in room.articles()
        with room.library.read() as connection:
            council = connection.execute(select(articles).where(articles.c.id == "council")).one()
            mark = connection.scalar(select(library.c.value).where(library.c.key == STONE))
        assert (council.withdrawn_by, council.withdrawn_why) == ("editor", "Wrong.")
        assert mark == "2026-11-22T12:00:00+00:00"
        assert room.library.integrity() == []
    assert [path for path in index.rglob("*") if path.is_file() and b"yxwvut" in path.read_bytes().lower()] == []
    assert read_backup(backup).articles == 3


def test_a_saved_answer_that_quotes_a_purged_article_goes_too(tmp_path: Path) -> None:
    with newsroom(tmp_path / "index") as room:
        room.sync([HARBOUR, RIVER])
        with room.library.write() as connection:
            for name in ("harbour", "river"):
                connection.execute(insert(answers).values(id=name, saved_at="", question="", answer=""))
                quote = {"answer_id": name, "position": 0, "article_id": name, "digest": "", "start": 0, "end": 1}
                connection.execute(insert(answer_quotes).values(**quote, text="T"))
        write_backup(room.library.path, tmp_path / "a.byline")
        with room.library.write() as connection:
            connection.execute(insert(library).values(key=STONE, value=""))
    restore(tmp_path / "a.byline", tmp_path / "index", replace=True)
    with newsroom(tmp_path / "index") as room, room.library.read() as connection:
        assert list(connection.scalars(select(answers.c.id))) == ["harbour"]
