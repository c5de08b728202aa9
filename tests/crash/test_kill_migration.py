"""A migration that is killed, that raises, or that finds no space leaves the library as it was, and is made up for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def test_failed_anywhere(arena: Path) -> None:
    made = arena / "migrated"
    made.mkdir()
    command = [sys.executable, "-m", "tests.crash.migrating", str(made)]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    left = ran.stdout.split()
    assert left.count("first") > 30  # a step for each statement of each migration
    assert left[-1] == "newest"
