"""Comparisons of indexes with a library, each in a process of its own as always, but one that need not import anything.

An import takes a second of CPU, and most cases of a crash test compare twice. A process that has imported everything
and opened nothing waits at a socket, and forks for each comparison. Limits, crashes and what is said are the real ones.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory, TemporaryFile
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import byline.library.examine
import byline.library.lexical
import byline.library.vectors


@contextmanager
def comparing() -> Iterator[None]:
    """In a process without threads: its comparisons, and those of its children, are made by forking."""
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        address = f"{folder}/socket"
        listener.bind(address)
        listener.listen()
        waiting = os.fork()
        if waiting == 0:
            _serve(listener)
        listener.close()
        try:
            with patch("byline.library.examine.subprocess", _asking(address)):
                yield
        finally:
            os.kill(waiting, signal.SIGKILL)
            os.waitpid(waiting, 0)


def _asking(address: str) -> SimpleNamespace:
    def run(command: Sequence[str], **_: Any) -> subprocess.CompletedProcess[str]:
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(address)
            asking.sendall(json.dumps(command[3:]).encode() + b"\n")  # after the interpreter, -m and the module
            with asking.makefile("rb") as answer:
                code, said, complained = json.loads(answer.read())
        return subprocess.CompletedProcess(command, code, said, complained)

    return SimpleNamespace(run=run, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired)


def _serve(listener: socket.socket) -> None:
    while True:
        asked, _ = listener.accept()
        if os.fork() == 0:
            try:
                _answer(asked)
            finally:
                os._exit(0)
        asked.close()
        with suppress(ChildProcessError):  # those that have ended
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _answer(asked: socket.socket) -> None:
    with asked.makefile("rb") as question:
        line = question.readline()
    if not line:  # who asked was killed before it could
        return
    arguments = json.loads(line)
    with TemporaryFile() as said, TemporaryFile() as complained:
        child = os.fork()
        if child == 0:
            os.dup2(said.fileno(), 1)
            os.dup2(complained.fileno(), 2)
            os._exit(_compared(arguments))
        _, status = os.waitpid(child, 0)
        for file in (said, complained):
            file.seek(0)
        found = [os.waitstatus_to_exitcode(status), said.read().decode(), complained.read().decode()]
        with suppress(ConnectionError):  # who asked was killed meanwhile
            asked.sendall(json.dumps(found).encode())


def _compared(arguments: Sequence[str]) -> int:
    try:
        byline.library.examine.main(arguments)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        return 1
    return 0
