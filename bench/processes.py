"""A command in a fresh process, and what it cost: CPU is user and system of that process, as the kernel counted it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Spent:
    cpu_s: float
    wall_s: float
    peak_mb: float
    output: str


def spent(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Spent:
    """Runs to the end. Raises CalledProcessError, with what it wrote, when it fails."""
    started = time.perf_counter()
    # errors go the same way as output: one pipe cannot wait for the other
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**plain(), **(environment or {})}
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, [str(part) for part in command], output)
    return Spent(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, output)


def plain() -> dict[str, str]:
    """The environment of someone who has set nothing: no BYLINE_ settings, and Python keeps its bytecode."""
    dropped = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPATH")
    return {k: v for k, v in os.environ.items() if k not in dropped and not k.startswith("BYLINE_")}


def resident_mb(pid: int) -> float:
    """Physical memory a process has now (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
