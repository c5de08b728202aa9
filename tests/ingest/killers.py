"""A child process whose tasks do what no parser should, for the tests of the sandbox."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from byline.ingest.formats.parsed import Parsed
from byline.ingest.limited import parsing


def _spin(data: bytes) -> Parsed:
    while True:
        pass


def _sleep(data: bytes) -> Parsed:
    time.sleep(3600)
    return Parsed({}, "")


def _allocate(data: bytes) -> Parsed:
    return Parsed({}, str(len(bytearray(4_000_000_000))))


def _leave(data: bytes) -> Parsed:
    os._exit(3)


def _crash(data: bytes) -> Parsed:
    os.kill(os.getpid(), signal.SIGSEGV)
    return Parsed({}, "")


def _flood(data: bytes) -> Parsed:
    return Parsed({}, "x" * 40_000_000)


def _connect(data: bytes) -> Parsed:
    host, port = data.decode().split(":")
    socket.create_connection((host, int(port)), timeout=5)
    return Parsed({}, "connected")


def _write(data: bytes) -> Parsed:
    Path(data.decode()).write_text("here")
    return Parsed({}, "written")


def _run(data: bytes) -> Parsed:
    subprocess.run(["touch", data.decode()], check=True)
    return Parsed({}, "run")


def _environment(data: bytes) -> Parsed:
    return Parsed({"names": sorted(os.environ), "modules": sorted(sys.modules)}, "x")


def _files(data: bytes) -> Parsed:
    return Parsed({"open": [os.readlink(f"/proc/self/fd/{name}") for name in range(64) if _is_open(name)]}, "x")


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _words(data: bytes, **options: Any) -> Parsed:
    return Parsed({"title": "T"}, data.decode())


def _nonsense(data: bytes) -> Any:
    return Parsed({"title": {"a": [1]}, "id": ["x"]}, 5, ("\ud800",))  # type: ignore[arg-type]


TASKS: dict[str, parsing.Task] = {
    "spin": _spin, "sleep": _sleep, "allocate": _allocate, "leave": _leave, "crash": _crash, "flood": _flood,
    "connect": _connect, "write": _write, "run": _run, "environment": _environment, "files": _files,
    "page": _words, "nonsense": _nonsense,
}  # fmt: skip

if __name__ == "__main__":
    parsing.CPU_SECONDS = 4  # the mechanism is the same with 20, and tests wait for it
    parsing.serve(TASKS.__getitem__)
