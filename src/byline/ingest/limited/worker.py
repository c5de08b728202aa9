"""A child process that parses, seen from the process that asks: start, ask within a limit of time, end.

Nothing that comes back is unpickled or run. The child ends when its input closes, so it never outlives its parent.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

from byline.ingest.limited.parsing import ANSWER, REQUEST

_ANSWER_LIMIT = 32_000_000
_PIECE = 1 << 16


class WorkerDied(Exception):
    """`reason` says what it died of, as far as that can be told."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WorkerLate(WorkerDied):
    """It was ended because its time was up."""


class Worker:
    """One process; one question at a time. After WorkerDied, or an answer that says `last`, it is of no use."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._input, False)
        os.set_blocking(self._output, False)
        self.asked = 0

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, task: str, options: Mapping[str, Any], data: bytes, timeout_s: float) -> dict[str, Any]:
        """Raises WorkerDied, and WorkerLate after `timeout_s`; the process is gone then."""
        self.asked += 1
        header = json.dumps({"task": task, "options": dict(options)}).encode()
        deadline = time.monotonic() + timeout_s
        try:
            self._send(memoryview(REQUEST.pack(len(header), len(data)) + header), deadline)
            self._send(memoryview(data), deadline)
            [length] = ANSWER.unpack(self._receive(ANSWER.size, deadline))
            if length > _ANSWER_LIMIT:
                raise WorkerDied(f"gave more than {_ANSWER_LIMIT // 1_000_000} MB of text")
            answer = json.loads(self._receive(length, deadline))
        except WorkerDied:
            self.end()
            raise
        except (ValueError, RecursionError, OSError):
            raise WorkerDied(self._cause()) from None
        if not isinstance(answer, dict):
            self.end()
            raise WorkerDied("made its parser answer nonsense")
        return answer

    def end(self) -> None:
        """Kills it and waits for that. May be called again."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.kill()
        self._process.wait()

    def _send(self, data: memoryview, deadline: float) -> None:
        while data:
            self._wait(deadline, writing=True)
            data = data[os.write(self._input, data[:_PIECE]) :]

    def _receive(self, size: int, deadline: float) -> bytes:
        received = bytearray()
        while len(received) < size:
            self._wait(deadline, writing=False)
            piece = os.read(self._output, min(_PIECE, size - len(received)))
            if not piece:
                raise OSError("the process closed its output")
            received += piece
        return bytes(received)

    def _wait(self, deadline: float, *, writing: bool) -> None:
        ready = select.poll()
        ready.register(self._input if writing else self._output, select.POLLOUT if writing else select.POLLIN)
        remaining = deadline - time.monotonic()
        if remaining <= 0 or not ready.poll(1000 * remaining):
            raise WorkerLate("time is up")

    def _cause(self) -> str:
        """Why a process that closed its pipes is gone."""
        try:
            code = self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            code = 0
        self.end()
        if code == -signal.SIGXCPU:
            return "took too much CPU time"
        return "made its parser crash"


def _environment() -> dict[str, str]:
    """Where Python finds the modules that this process has, and nothing of what else it was given."""
    return {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
