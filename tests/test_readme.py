"""Every command and every line of Python in the README runs as it stands."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, flags=re.DOTALL)
LINES = [line.split("  #")[0].strip() for kind, block in BLOCKS if kind == "sh" for line in block.splitlines() if line]
COMMANDS = [line for line in LINES if line.startswith(".venv/bin/byline") and not line.endswith("serve")]


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the README speaks of: some articles, and a file of questions."""
    folder = tmp_path_factory.mktemp("newcomer")
    (folder / "my-articles").mkdir()
    for article in sorted((ROOT / "corpus").glob("*.md")):
        shutil.copy(article, folder / "my-articles")
    rows = [{"id": n, "question": "What did Modi propose at the Business Forum?"} for n in range(2)]
    (folder / "evals").mkdir()
    shutil.copy(ROOT / "evals" / "questions.jsonl", folder / "evals")
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run(next(line for line in COMMANDS if " sync " in line), folder)
    return folder


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command, _, target = line.replace(".venv/bin/byline", f"{sys.executable} -m byline.cli").partition(" > ")
    done = subprocess.run(shlex.split(command), cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, f"{line}\n{done.stderr}"
    if target:
        (folder / target).write_text(done.stdout)
    return done


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 5


@pytest.mark.parametrize("line", COMMANDS)
def test_command(line: str, newcomer: Path) -> None:
    done = run(line, newcomer)
    assert "Traceback" not in done.stderr
    if "--batch" in line:
        target = line.partition(" > ")[2]
        assert len((newcomer / target).read_text().splitlines()) == 2
    else:
        assert done.stdout.strip()


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("make ")])
def test_make_target_exists(line: str) -> None:
    target = line.split()[1]
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"make {target}" in listed


def test_serve_answers_where_it_says(newcomer: Path) -> None:
    assert ".venv/bin/byline serve" in LINES
    command = [sys.executable, "-m", "byline.cli", "serve", "--port", "0"]
    server = subprocess.Popen(command, cwd=newcomer, stdout=subprocess.PIPE, text=True, env=os.environ)
    try:
        assert server.stdout is not None
        address = re.search(r"http://\S+", server.stdout.readline())
        assert address is not None
        with urllib.request.urlopen(f"{address[0]}/healthz", timeout=60) as health:
            assert json.load(health)["status"] == "ok"
    finally:
        server.terminate()
        server.wait(timeout=30)
        if server.stdout:
            server.stdout.close()


def test_python(newcomer: Path) -> None:
    for kind, block in BLOCKS:
        if kind == "python":
            done = subprocess.run([sys.executable, "-c", block], cwd=newcomer, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            assert "virtual trade corridor" in done.stdout


def test_settings_are_the_documented_ones() -> None:
    from byline.settings import PREFIX, Settings

    documented = set(re.findall(rf"`({PREFIX}[A-Z_]+)`", README)) - {"BYLINE_…"}
    assert documented == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def test_pictures_are_there() -> None:
    for picture in re.findall(r"!\[.*?\]\((.*?)\)", README):
        assert (ROOT / picture).is_file()
