"""The test's side of the driver: requests, kills, what was said."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120.0
"""Longer is a hang."""

Report = Callable[[str], None]
"""Prints a line of figures, whether the test passes or not."""

Kill = Callable[[int], None]
"""Given the process id of a sync that has just begun; kills it, or comes too late."""


@dataclass(frozen=True, slots=True)
class Ended:
    """`code` as of subprocess: negative is a signal."""

    code: int
    said: list[dict[str, Any]]
    seconds: float = 0.0

    @property
    def why(self) -> str:
        """It did not end well: its message, or the end of its traceback."""
        told = [
            str(line.get("refused") or line["traceback"])
            for line in self.said
            if line.keys() & {"refused", "traceback"}
        ]
        return f"exit code {self.code}: {told[-1][-600:] if told else 'nothing said'}"

    def all(self, key: str) -> list[Any]:
        return [line[key] for line in self.said if key in line]

    def last(self, key: str) -> Any:
        return self.all(key)[-1]


@dataclass
class Driver:
    """One fork server; `scratch` takes what its processes say."""

    scratch: Path
    environment: dict[str, str] = field(default_factory=dict)
    _requests: int = 0

    def __post_init__(self) -> None:
        self.scratch.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **self.environment}
        self._errors = (self.scratch / "stderr").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.driver"], cwd=ROOT, env=environment, bufsize=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
        )  # fmt: skip
        assert self._line(PATIENCE_S) == "ready", (self.scratch / "stderr").read_text()

    def close(self) -> None:
        for end in (self._process.stdin, self._process.stdout):
            if end:
                end.close()
        self._process.wait()
        self._errors.close()

    def run(
        self, do: str, index: Path, *, kill: Kill | None = None, patience_s: float = PATIENCE_S, **request: Any
    ) -> Ended:
        """Waits for the end of the process, after `kill`; one that takes longer than `patience_s` is killed as hung."""
        self._requests += 1
        said = self.scratch / f"said-{self._requests}"
        line = json.dumps({"do": do, "index": str(index), "said": str(said), **request})
        assert self._process.stdin
        started = time.monotonic()
        self._process.stdin.write(line.encode() + b"\n")
        child = int(self._line(PATIENCE_S) or 0)
        if kill:
            kill(child)
        code = self._line(patience_s)
        if code is None:
            os.kill(child, signal.SIGKILL)
            self._line(PATIENCE_S)
            raise AssertionError(f"{do} of {index} hung for {patience_s:.0f} s")
        ended = Ended(int(code), read_lines(said), time.monotonic() - started)
        said.unlink(missing_ok=True)
        return ended

    def done(self, do: str, index: Path, **request: Any) -> Ended:
        ended = self.run(do, index, **request)
        assert ended.code == 0, f"{do}: {ended.why}\n{(self.scratch / 'stderr').read_text()[-2000:]}"
        return ended

    def _line(self, patience_s: float) -> str | None:
        """None when nothing came in time. Unbuffered, so that `select` sees what there is to read."""
        output = self._process.stdout
        assert output
        line = b""
        ends = time.monotonic() + patience_s
        while not line.endswith(b"\n"):
            if not select.select([output], [], [], max(0.0, ends - time.monotonic()))[0]:
                return None
            read = os.read(output.fileno(), 1)
            if not read:
                raise AssertionError(f"the driver ended: {(self.scratch / 'stderr').read_text()[-2000:]}")
            line += read
        return line.decode().strip()


@contextmanager
def driver(scratch: Path, **environment: str) -> Iterator[Driver]:
    started = Driver(scratch, environment)
    try:
        yield started
    finally:
        started.close()


def read_lines(said: Path) -> list[dict[str, Any]]:
    """Whole lines; a kill may have cut the last one."""
    if not said.exists():
        return []
    return [json.loads(line) for line in said.read_bytes().split(b"\n")[:-1]]


@contextmanager
def copy_of(index: Path, to: Path) -> Iterator[Path]:
    """A copy to break, removed afterwards: hundreds of them would fill the disk."""
    shutil.copytree(index, to)
    try:
        yield to
    finally:
        shutil.rmtree(to, ignore_errors=True)
