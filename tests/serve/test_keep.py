"""A server that syncs its own sources: what changes is answered, what cannot be read stops nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.alone

SERVE = """
import sys
import byline.wiring
from byline.testing import HashEmbedder
byline.wiring.load_embedder = lambda *_, **__: HashEmbedder()
from byline.cli import main
main(["serve", *sys.argv[1:]])
"""


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-c", SERVE, *arguments, "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as server:
        try:
            assert server.stdout is not None
            yield json.loads(server.stdout.readline())["address"], server
        finally:
            server.kill()


def articles(address: str) -> int | None:
    """How many can be quoted; None while it loads."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
            return int(json.load(answer)["articles"])
    except urllib.error.HTTPError as error:
        error.close()
        return None


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_new_index_is_filled_watched_and_left_whole(tmp_path: Path) -> None:
    folder, index = tmp_path / "articles", tmp_path / "index"
    folder.mkdir()
    (folder / "bridge.md").write_text("---\ntitle: Bridge\n---\nThe harbour bridge opened on Monday.")
    missing = str(tmp_path / "missing")
    with serving(str(folder), missing, "--watch", "--index", str(index)) as (address, server):
        wait_for(lambda: articles(address) == 1)
        (folder / "river.md").write_text("---\ntitle: River\n---\nThe river flooded two villages.")
        wait_for(lambda: articles(address) == 2)
        (folder / "bridge.md").unlink()
        wait_for(lambda: articles(address) == 1)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) in (0, -signal.SIGTERM)
    again = [sys.executable, "-m", "byline.cli", "doctor", "--json", "--index", str(index)]
    findings = json.loads(subprocess.run(again, capture_output=True, text=True).stdout)
    [indexes] = [finding for finding in findings if finding["check"] == "indexes"]
    assert (indexes["ok"], indexes["repaired"]) == (True, False), indexes
