"""`status` and `doctor` on an index in every condition: they look, they say, they never break."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from byline.checkup import Finding, check_up, status_of
from byline.errors import LibraryError, LibraryMissingError
from byline.settings import Settings, read_settings
from tests.newsroom import article, newsroom

HARBOUR = article("harbour", "The harbour bridge opened on Monday. Buses cross it from Wednesday.")
COUNCIL = article("council", "The council paid 41 million crowns. Nobody knows who pays the rest.")

HOLD = "import sys, pathlib; from byline.library.ownership import Ownership; " \
       "held = Ownership(pathlib.Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"  # fmt: skip


@pytest.fixture
def index(tmp_path: Path) -> Path:
    with newsroom(tmp_path / "index") as room:
        room.sync([HARBOUR, COUNCIL])
    return tmp_path / "index"


def settings_of(index: Path) -> Settings:
    return read_settings({}, index=index)


def findings(index: Path) -> dict[str, Finding]:
    found = check_up(settings_of(index))
    assert [finding.check for finding in found] == [
        "python",
        "model",
        "language model",
        "checker",
        "disk",
        "library",
        "indexes",
        "families",
        "same texts",
    ]
    for finding in found:
        assert finding.detail
        assert finding.ok or finding.next_step
    return {finding.check: finding for finding in found}


def test_nothing_synced(tmp_path: Path) -> None:
    index = tmp_path / "index"
    found = findings(index)
    for name in ("library", "indexes"):
        assert not found[name].ok
        assert str(index) in found[name].detail
        assert "byline sync" in found[name].next_step
    assert found["python"].ok
    assert found["model"].ok
    assert found["disk"].ok
    with pytest.raises(LibraryMissingError, match=r"no articles yet.*byline sync"):
        status_of(settings_of(index))
    assert not index.exists()


def test_a_healthy_index(index: Path) -> None:
    found = findings(index)
    assert found["library"].ok
    assert "2 articles, 2 passages" in found["library"].detail
    assert found["indexes"].ok
    assert "all 2 passages" in found["indexes"].detail
    status = status_of(settings_of(index))
    assert (status["articles"], status["passages"], status["generation"]) == (2, 2, "gen-0001")
    assert status["embedder"] == "hash:1"
    assert status["megabytes"] > 0


def test_a_deleted_generation_is_built_again(index: Path) -> None:
    shutil.rmtree(index / "gen-0001")
    found = findings(index)["indexes"]
    assert (found.ok, found.repaired) == (True, True)
    assert found.detail == "gen-0001 is missing. It was built again from the library as gen-0002"
    assert status_of(settings_of(index))["generation"] == "gen-0002"
    assert not findings(index)["indexes"].repaired


def test_passages_missing_from_an_index_are_counted_and_put_back(index: Path) -> None:
    with newsroom(index) as room:
        active = room.active
        with room.generations.opened_to_write(active) as opened, room.generations.writing(opened):
            opened.vectors.remove(sorted(opened.vectors.ids())[:1])
    found = findings(index)["indexes"]
    assert found.repaired
    assert "gen-0001/chroma lacks 1 of 2 passages" in found.detail
    found = findings(index)["indexes"]
    assert not found.repaired
    assert found.detail.startswith("gen-0002 holds all 2 passages twice, in Chroma and tantivy")


def test_a_damaged_index_is_named_and_built_again(index: Path) -> None:
    (index / "gen-0001" / "lexical" / "meta.json").write_bytes(b"no")
    found = findings(index)["indexes"]
    assert found.repaired
    assert "gen-0001/lexical/meta.json has 2 bytes instead of" in found.detail


def test_an_interrupted_index_that_is_whole_is_kept(index: Path) -> None:
    with newsroom(index) as room:
        room.library.set_seal(room.active, None)
    found = findings(index)["indexes"]
    assert found.repaired
    assert found.detail.startswith("gen-0001 was interrupted while it was written to, but gen-0001 holds all 2")
    assert not findings(index)["indexes"].repaired


def overwrite(path: Path, start: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * 30_000)


@pytest.mark.parametrize("start", [0, 4096])
def test_a_corrupted_library(start: int, index: Path) -> None:
    overwrite(index / "library.db", start)
    found = findings(index)["library"]
    assert not found.ok
    assert "backup" in found.next_step


def test_status_of_a_file_that_is_no_library(index: Path) -> None:
    overwrite(index / "library.db", 0)
    with pytest.raises(LibraryError, match=r"cannot be read.*byline doctor"):
        status_of(settings_of(index))


@contextmanager
def held(index: Path) -> Iterator[int]:
    command = [sys.executable, "-c", HOLD, str(index)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield holder.pid
        finally:
            holder.stdin.close()


def test_beside_another_process(index: Path) -> None:
    with held(index) as process:
        found = findings(index)
        assert status_of(settings_of(index))["articles"] == 2
    assert found["library"].ok
    assert found["indexes"].ok
    assert "not compared" in found["indexes"].detail
    assert f"process {process}" in found["indexes"].detail
