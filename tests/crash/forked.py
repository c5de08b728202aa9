"""Kills a piece of work at its n-th step: a change of files, or an SQL statement. For scripts, not for pytest itself:
a child is forked for each kill, and that wants a process without threads.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "sqlite3.connect", "shutil.rmtree"}


class Steps:
    """Counts the steps of this process, and kills it at one of them."""

    def __init__(self, fatal: int) -> None:
        self.count = 0
        self._fatal = fatal
        sys.addaudithook(self._audit)
        event.listen(Engine, "before_cursor_execute", self._statement)

    def _audit(self, name: str, arguments: tuple[Any, ...]) -> None:
        writes = name == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if name in CHANGES or writes:
            self._step()

    def _statement(self, *_: object) -> None:
        self._step()

    def _step(self) -> None:
        self.count += 1
        if self.count == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)


def killed_at(step: int, work: Callable[[], None]) -> bool:
    """Whether it was; False when the work has fewer steps and came to its end."""

    def stepped() -> None:
        Steps(step)
        work()

    return in_child(stepped) == -signal.SIGKILL


def in_child(work: Callable[[], None]) -> int:
    """0, or minus the signal that ended it. Raises AssertionError when the work raised."""
    child = os.fork()
    if child == 0:
        code = 0
        try:
            work()
        except BaseException:
            traceback.print_exc()
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, -signal.SIGKILL), f"the child ended with {code}"
    return code
