"""Arms `faults.c` in this process: a call that touches the index fails."""

from __future__ import annotations

import ctypes
import os
from typing import Any

_library: ctypes.CDLL | None = None


def arm(fault: dict[str, Any] | None, index: str) -> None:
    """`at` 0 only counts."""
    global _library
    if fault is None:
        return
    _library = ctypes.CDLL(fault["library"])
    _library.faults_first.restype = _library.faults_calls.restype = ctypes.c_char_p
    os.environ["LD_PRELOAD"] = fault["library"]  # for programs that this one starts
    refused = _library.faults_arm(os.fsencode(index), fault["at"], fault["errno"], fault["lasting"])
    if refused:
        raise OSError(refused, os.strerror(refused))


def disarm() -> dict[str, Any]:
    """The calls that were made, when nothing was to fail, and the one that failed first."""
    if _library is None:
        return {}
    _library.faults_disarm()
    return {"calls": _library.faults_calls().decode().splitlines(), "failed": _library.faults_first().decode()}
