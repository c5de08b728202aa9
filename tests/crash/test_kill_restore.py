"""`kill -9` at the steps of a restore over another library: the old or the new one answers, whole, untouched by hand.

A sample in `make test`; every step in `make crash`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

EVERY = int(os.environ.get("CRASH_KILLS", "1")) >= 10


def test_killed_anywhere(arena: Path) -> None:
    made = arena / "restored"
    made.mkdir()
    stride, timed = (1, 20) if EVERY else (13, 3)
    command = [sys.executable, "-m", "tests.crash.restoring", str(made), "3", str(stride), str(timed)]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    left = ran.stdout.split()
    assert left.count("old") >= 3
    assert left.count("new") >= 2  # the one that came to its end, and the last
