"""The journal of a sync as steps one can be killed at: before and after each commit of SQLite and each index write."""

from __future__ import annotations

import functools
import os
import signal
import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

from byline.library.lexical import TantivyLexical
from byline.library.vectors import ChromaVectors

_taken: list[str] = []
_fatal: int | None = None


class SteppingConnection(sqlite3.Connection):
    def commit(self) -> None:
        changes = self.total_changes
        written = self.in_transaction
        if written:
            _step(f"before commit {changes}")
        super().commit()
        if written:
            _step(f"after commit {changes}")


def arm(step: int | str | None) -> None:
    """Dies at step number `step`; "count" only counts."""
    global _fatal
    if step is None:
        return
    _fatal = step if isinstance(step, int) else None
    event.listen(Engine, "do_connect", _stepping)
    for index in (ChromaVectors, TantivyLexical):
        for name in ("add", "remove"):
            setattr(index, name, _stepped(f"{index.__name__}.{name}", getattr(index, name)))


def counted() -> list[str]:
    return _taken


def _stepping(_dialect: object, _record: object, _arguments: object, parameters: dict[str, Any]) -> None:
    parameters["factory"] = SteppingConnection


def _stepped(name: str, write: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(write)
    def stepped(*arguments: Any) -> None:
        _step(f"before {name}")
        write(*arguments)
        _step(f"after {name}")

    return stepped


def _step(name: str) -> None:
    if len(_taken) == _fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    _taken.append(name)
