"""After a kill in the middle of a write, the first answer comes within ten seconds of starting at 10,000 passages.

The process that answers starts from nothing, imports and all. `make test` has a smaller library, `make crash` all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.crash import editions, kills
from tests.crash.server import ROOT, Driver, Report, read_lines

pytestmark = pytest.mark.alone

PASSAGES = int(os.environ.get("CRASH_PASSAGES", "1500"))
SECONDS = 10.0


def test_first_answer_after_a_kill(crash_driver: Driver, arena: Path, report: Report) -> None:
    articles = PASSAGES // editions.SECTIONS
    index = arena / "large"
    built = crash_driver.done("sync", index, given={"edition": 0, "first": articles, "batch": 500})
    kill = kills.AfterChange(index, "graph", 5)
    update = {"edition": editions.SMALL, "first": articles}
    assert crash_driver.run("sync", index, kill=kill, given=update).code == -9, "no index file was written to"

    asked = [n for n in range(articles) if n % 12 and n % 30 != 7][:: max(1, articles // 40)]  # those that stay
    said = arena / "said-first"
    request = {"do": "read", "index": str(index), "said": str(said), "given": {"numbers": asked}}
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "tests.crash.driver", json.dumps(request)], cwd=ROOT)
    while not any("asked" in line for line in read_lines(said)) and process.poll() is None:
        time.sleep(0.01)
    seconds = time.monotonic() - started
    assert process.wait(60) == 0, read_lines(said)[-1:]
    lines = read_lines(said)
    first_s = next(line["first_answer_s"] for line in lines if "first_answer_s" in line)
    report(
        f"{articles * editions.SECTIONS} passages, built in {built.seconds:.1f} s; killed at {kill.last}; the first "
        f"answer {seconds:.2f} s after the start of a process, {first_s:.2f} s of it opening and answering"
    )
    for line in lines:
        if "asked" in line:
            stamps = [tuple(stamp) for found in line["found"] for stamp in found["stamps"] if stamp[0] == line["asked"]]
            assert sorted(stamps) == [(line["asked"], 0, part) for part in range(editions.SECTIONS)]
    assert sum("asked" in line for line in lines) == len(asked)
    assert seconds <= SECONDS
