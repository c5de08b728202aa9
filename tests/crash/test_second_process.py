"""R6: while one process holds the index, every other is refused at once, is told by whom, and changes nothing."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.crash import editions
from tests.crash.server import ROOT, Driver, Ended, Report, copy_of

pytestmark = pytest.mark.alone

ATTEMPTS = int(os.environ.get("CRASH_ATTEMPTS", "5"))  # one of each command
TOGETHER = 2
CPU_S = 0.5
"""Of an attempt, imports aside; loading a model takes more. Seconds on the clock are only printed: they are those of a
busy machine."""

COMMANDS = [
    ["ask", "Which harbour was reopened?"],
    ["search", "Which harbour was reopened?"],
    ["sync", "corpus"],
    ["serve", "--port", "0"],
    ["doctor"],
]


IMPORTS = "import byline.cli, byline.build, byline.terminal"


@dataclass(frozen=True)
class Attempt:
    command: str
    code: int
    told: str
    seconds: float
    cpu_s: float


def attempt(number: int, index: Path, scratch: Path) -> Attempt:
    command = COMMANDS[number % len(COMMANDS)]
    return timed(command[0], ["-m", "byline.cli", *command, "--index", str(index)], scratch / f"told-{number}")


def timed(name: str, arguments: list[str], told: Path) -> Attempt:
    with told.open("wb") as output:
        started = time.monotonic()
        process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=output, stderr=output)
        ends = threading.Timer(30, process.kill)
        ends.start()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - started
        ends.cancel()
    return Attempt(name, process.returncode, told.read_text(), seconds, used.ru_utime + used.ru_stime)


def test_attempts_while_one_holds_the_index(
    crash_driver: Driver,
    base: Path,
    arena: Path,
    fresh: Callable[[int], Ended],
    tmp_path: Path,
    report: Report,
) -> None:
    attempts: list[Attempt] = []
    holders: list[int] = []
    states: list[dict[str, str]] = []
    imports: list[float] = []
    ready = tmp_path / "ready"

    with copy_of(base, arena / "held") as index:

        def try_to_open(holder: int) -> None:
            wait_for(ready)
            holders.append(holder)
            states.append(state(index))
            imports.extend(timed("import", ["-c", IMPORTS], tmp_path / "imports").cpu_s for _ in range(3))
            with ThreadPoolExecutor(TOGETHER) as pool:
                attempts.extend(pool.map(lambda number: attempt(number, index, tmp_path), range(ATTEMPTS)))
            states.append(state(index))
            os.kill(holder, signal.SIGKILL)

        assert crash_driver.run("hold", index, kill=try_to_open, given={"ready": str(ready)}).code == -signal.SIGKILL
        found = crash_driver.done("contents", index, given={"numbers": sorted(editions.editions(0))})

    slowest = max(attempts, key=lambda one: one.seconds)
    report(
        f"{len(attempts)} attempts: at most {max(one.cpu_s for one in attempts):.2f} CPU-s, of which imports take "
        f"{max(imports):.2f}; on the clock {sorted(one.seconds for one in attempts)[len(attempts) // 2]:.2f} s in the "
        f"middle, {slowest.seconds:.2f} s at most ({slowest.command})"
    )
    for one in attempts:
        # `doctor` only looks, and says what it could not look at
        assert one.code == (0 if one.command == "doctor" else 1), one
        assert f"process {holders[0]}" in one.told, one
        assert "Traceback" not in one.told, one
        assert one.cpu_s <= max(imports) + CPU_S or one.command == "doctor", one  # it checks the weights of the model
    assert states[0] == states[1]
    assert found.last("contents") == fresh(0).last("contents")


def wait_for(file: Path) -> None:
    ends = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < ends, "the holder does not hold"
        time.sleep(0.005)


def state(index: Path) -> dict[str, str]:
    """Digests of all files but SQLite's shared memory, which readers write their marks to."""
    files = (path for path in sorted(index.rglob("*")) if path.is_file() and not path.name.endswith("-shm"))
    return {str(path.relative_to(index)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
