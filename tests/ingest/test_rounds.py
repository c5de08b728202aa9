"""Keeping sources in step: real folders, real time."""

from __future__ import annotations

import itertools
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from byline.errors import SettingsError
from byline.ingest.rounds import interval_s, keep_in_step

pytestmark = pytest.mark.alone

PATIENCE_S = 10.0


class Rounds:
    """Runs the loop in a thread and notes which source was synced when."""

    def __init__(self) -> None:
        self.synced: list[tuple[str, float]] = []
        self.stop = threading.Event()

    def sync(self, source: str) -> None:
        self.synced.append((source, time.monotonic()))

    def of(self, source: str) -> int:
        return sum(name == source for name, _ in self.synced)

    def until(self, reached: Callable[[], bool]) -> float:
        """Seconds until it is so."""
        started = time.monotonic()
        while not reached():
            assert time.monotonic() < started + PATIENCE_S, self.synced
            time.sleep(0.02)
        return time.monotonic() - started


@contextmanager
def kept(*sources: str, **options: object) -> Iterator[Rounds]:
    running = Rounds()
    thread = threading.Thread(
        target=keep_in_step,
        args=(sources, running.sync, running.stop),
        kwargs=options,  # the options are those of keep_in_step
    )
    thread.start()
    try:
        running.until(lambda: len(running.synced) >= len(sources))
        yield running
    finally:
        running.stop.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    (folder / "below").mkdir(parents=True)
    (folder / "a.md").write_text("one")
    return folder


def test_every_source_is_synced_once_at_the_start(folder: Path) -> None:
    with kept("web", str(folder), watched={str(folder): folder}) as running:
        time.sleep(1.5)
        assert [source for source, _ in running.synced] == ["web", str(folder)]


@pytest.mark.parametrize("polling", [False, True])
def test_a_change_is_seen_within_a_second_or_two(folder: Path, polling: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "1" if polling else "disable")
    with kept("web", str(folder), watched={str(folder): folder}) as running:
        changes: list[Callable[[], object]] = [
            lambda: (folder / "b.md").write_text("new"),
            lambda: (folder / "below" / "c.md").write_text("deep"),
            lambda: (folder / "b.md").write_text("other words"),
            lambda: (folder / "b.md").rename(folder / "d.md"),
            lambda: (folder / "d.md").unlink(),
        ]
        for number, change in enumerate(changes, 2):
            if polling:
                time.sleep(1.1)  # polling goes by the time of the last change, in seconds
            change()
            assert running.until(lambda number=number: running.of(str(folder)) >= number) < 2.5  # type: ignore[misc]
            time.sleep(0.7)
            assert running.of(str(folder)) == number
        assert running.of("web") == 1


def test_hidden_files_and_the_index_do_not_count(folder: Path) -> None:
    index = folder / "index"
    index.mkdir()
    with kept(str(folder), watched={str(folder): folder}, besides=index) as running:
        (folder / ".a.md.swp").write_text("draft")
        (index / "library.db").write_text("rows")
        time.sleep(1.5)
        assert running.of(str(folder)) == 1


def test_a_folder_that_is_put_anew(folder: Path) -> None:
    with kept(str(folder), watched={str(folder): folder}) as running:
        shutil.rmtree(folder)
        running.until(lambda: running.of(str(folder)) >= 2)
        time.sleep(1)
        before = running.of(str(folder))
        folder.mkdir()
        running.until(lambda: running.of(str(folder)) > before)
        time.sleep(1.5)
        before = running.of(str(folder))
        (folder / "b.md").write_text("new")
        running.until(lambda: running.of(str(folder)) > before)


def test_a_file_that_is_replaced_as_editors_do(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("one")
    with kept("a.md", watched={"a.md": file}) as running:
        for number in (2, 3):
            (tmp_path / "a.md~").write_text(f"words {number}")
            (tmp_path / "a.md~").rename(file)
            assert running.until(lambda number=number: running.of("a.md") >= number) < 2.5  # type: ignore[misc]


def test_what_changes_during_a_round_is_in_the_next(folder: Path) -> None:
    running = Rounds()

    def sync(source: str) -> None:
        if not running.synced:
            (folder / "late.md").write_text("late")
            time.sleep(1)
        running.sync(source)

    thread = threading.Thread(
        target=keep_in_step, args=([str(folder)], sync, running.stop), kwargs={"watched": {str(folder): folder}}
    )
    thread.start()
    running.until(lambda: len(running.synced) == 2)
    running.stop.set()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_every_so_often(folder: Path) -> None:
    with kept("feed", str(folder), every_s=1.0) as running:
        running.until(lambda: len(running.synced) == 6)
        times = [at for source, at in running.synced if source == "feed"]
        assert all(0.9 < later - at < 3 for at, later in itertools.pairwise(times))


def test_an_error_of_a_round_ends_it() -> None:
    def sync(source: str) -> None:
        raise ZeroDivisionError(source)

    with pytest.raises(ZeroDivisionError):
        keep_in_step(["a"], sync, threading.Event(), every_s=1.0)


def test_a_stop_between_two_sources() -> None:
    running = Rounds()

    def sync(source: str) -> None:
        running.sync(source)
        running.stop.set()

    keep_in_step(["a", "b"], sync, running.stop)
    assert running.of("b") == 0


@pytest.mark.parametrize(("text", "seconds"), [("10s", 10), ("15m", 900), ("2h", 7200), ("1d", 86400), (" 90S ", 90)])
def test_times_between_rounds(text: str, seconds: float) -> None:
    assert interval_s(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "9s", "0m", "-5m", "1.5h", "15 minutes", "m", "1w", "１５m"])
def test_what_is_no_time_between_rounds(text: str) -> None:
    with pytest.raises(SettingsError):
        interval_s(text)
