"""`byline sync` with several sources, and going on: in this process, and as a process that is stopped by a signal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from byline.cli import main
from byline.protocols import Embedder
from byline.testing import HashEmbedder
from byline.wiring import open_library
from tests.ingest.fetch.internet import Server

pytestmark = pytest.mark.alone

WORDS = "The harbour bridge opened again on Monday after nine months of repairs."
WITHOUT_MODEL = """
import sys
from byline import build
from byline.testing import HashEmbedder
build.load_embedder = lambda *given, **named: HashEmbedder()
from byline.cli import main
main(sys.argv[1:])
"""


@pytest.fixture(autouse=True)
def _without_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object, **__: object) -> Embedder:
        return HashEmbedder()

    monkeypatch.setattr("byline.wiring.load_embedder", load)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.md").write_text(WORDS)
    return folder


def run(*arguments: object) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return ended.value.code


def test_one_source_that_cannot_be_read_does_not_stop_the_others(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.md").write_text("The river flooded two villages.")
    sources = [folder, tmp_path / "nowhere", "http://10.0.0.1/feed.xml", tmp_path / "other.md"]
    assert run("sync", *sources, "--index", tmp_path / "index") == 1
    said = capsys.readouterr()
    assert said.out.count("1 added") == 2
    assert f"byline: there is nothing at {tmp_path / 'nowhere'}" in said.err
    assert "byline: http://10.0.0.1/feed.xml has an address that stands for a private network" in said.err


def test_each_source_is_one_object_of_json(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("sync", "file:///etc/passwd", folder, "--json", "--index", tmp_path / "index") == 1
    failed, synced = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert failed["source"] == "file:///etc/passwd"
    assert "is not http or https" in failed["error"]
    assert synced["added"] == 1


def test_an_address_of_this_machine_is_not_asked(tmp_path: Path) -> None:
    with Server() as server:
        for host in ("127.0.0.1", "localhost", "[::1]", "2130706433"):
            assert run("sync", f"http://{host}:{server.port}/feed.xml", "--index", tmp_path / "index") == 1
            assert run("sync", f"http://{host}/feed.xml", "--index", tmp_path / "index") == 1
        assert server.asked == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--watch", "https://news.example/feed.xml"], "--watch needs a folder or file"),
        ([], "Missing argument"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("sync", *arguments, "--index", tmp_path / "index") == 2
    assert said in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_a_time_that_is_none(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("sync", folder, "--every", "1s", "--index", tmp_path / "index") == 1
    assert "The shortest time between two rounds is 10s." in capsys.readouterr().err
    assert not (tmp_path / "index").exists()


def texts(index: Path) -> list[str]:
    """What readers see, looked at from another process."""
    with open_library(index) as library:
        return sorted(article.text for article in library.live_articles())


def seconds_until(reached: Callable[[], bool], process: subprocess.Popen[str]) -> float:
    started = time.monotonic()
    while not reached():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < started + 60
        time.sleep(0.05)
    return time.monotonic() - started


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_watched_folder_is_in_step_within_two_seconds_until_a_signal(
    stop: signal.Signals, folder: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    arguments = ["sync", str(folder), "--watch", "--every", "1h", "--json", "--index", str(index)]
    piped: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen([sys.executable, "-c", WITHOUT_MODEL, *arguments], env=dict(os.environ), **piped)
    try:
        seconds_until(lambda: (index / "library.db").exists() and bool(texts(index)), process)
        time.sleep(1.5)
        (folder / "river.md").write_text("The river flooded two villages.")
        assert seconds_until(lambda: len(texts(index)) == 2, process) < 15  # 2 on a machine that is not shared
        (folder / "river.md").write_text("The river flooded three villages.")
        assert seconds_until(lambda: "The river flooded three villages." in texts(index), process) < 15
        (folder / "river.md").unlink()
        assert seconds_until(lambda: len(texts(index)) == 1, process) < 15
        process.send_signal(stop)
        out, err = process.communicate(timeout=20)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    assert process.returncode == 0
    assert "Stopped" in err
    rows = [json.loads(line) for line in out.splitlines()]
    assert [(row["added"], row["changed"], row["removed"]) for row in rows] == [
        (1, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)
    ]  # fmt: skip
    assert run("sync", folder, "--index", index) == 0
