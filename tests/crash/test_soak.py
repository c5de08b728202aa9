"""R3 and R4: readers never meet an error, an absent or doubled article, or two generations in one answer.

Twenty seconds in `make test`; `make soak` takes ten minutes. What reading costs under change is compared with the same
threads at rest in the same run.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.crash.server import Driver, Report

pytestmark = pytest.mark.alone

SECONDS = float(os.environ.get("SOAK_SECONDS", "20"))
READERS = int(os.environ.get("SOAK_READERS", "50"))
SLOWER = 2.0
LEAK_MEGABYTES = 300
LEAK_DESCRIPTORS = 60


def test_readers_while_everything_changes(crash_driver: Driver, arena: Path, report: Report) -> None:
    arguments = {"seconds": SECONDS, "readers": READERS, "swaps": True}
    found = crash_driver.done("soak", arena / "soak", patience_s=SECONDS * 2 + 120, given=arguments).last("soak")
    wrong = Counter(line.partition(":")[0] for line in found["wrong"])
    before, after = found["before"], found["after"]
    report(
        f"{SECONDS:.0f} s, {READERS} readers: {found['reads']} reads, {found['syncs']} syncs, {found['swaps']} swaps; "
        f"wrong: {dict(wrong)}; p95 {found['rest_p95_ms']} ms at rest, {found['change_p95_ms']} ms under change; "
        f"{before} before, {after} after"
    )
    assert not wrong, "\n".join(found["wrong"][:20])
    assert found["swaps"] > 0
    assert found["syncs"] > 2
    assert found["change_p95_ms"] <= SLOWER * found["rest_p95_ms"]
    assert after["megabytes"] - before["megabytes"] < LEAK_MEGABYTES
    assert after["descriptors"] - before["descriptors"] < LEAK_DESCRIPTORS
