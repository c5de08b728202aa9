"""The one thing that readers are given now, and how another takes its place: who has the old one finishes with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class _Held(Generic[T]):
    value: T
    leases: int = 0
    retired: bool = False


class Current(Generic[T]):
    """`close` is called once for each value, when it was replaced and nobody has it any more."""

    def __init__(self, value: T, close: Callable[[T], None]) -> None:
        self._held = _Held(value)
        self._close = close
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)
        self._retired_leases = 0

    @property
    def value(self) -> T:
        """To look at only; whoever uses it takes a lease."""
        return self._held.value

    @contextmanager
    def lease(self) -> Iterator[T]:
        with self._lock:
            held = self._held
            held.leases += 1
        try:
            yield held.value
        finally:
            with self._lock:
                held.leases -= 1
                unused = held.retired and not held.leases
                if held.retired:
                    self._retired_leases -= 1
                    self._idle.notify_all()
            if unused:
                self._close(held.value)

    def replace(self, value: T) -> None:
        with self._lock:
            before, self._held = self._held, _Held(value)
            before.retired = True
            self._retired_leases += before.leases
            unused = not before.leases
        if unused:
            self._close(before.value)

    def drained(self, timeout_s: float) -> bool:
        """Waits until nobody has a value any more that was replaced."""
        with self._lock:
            return self._idle.wait_for(lambda: not self._retired_leases, timeout_s)

    def close(self) -> None:
        """For the end: the value is closed as soon as nobody has it."""
        with self._lock:
            held = self._held
            unused = not held.leases and not held.retired
            if not held.retired:
                self._retired_leases += held.leases
            held.retired = True
        if unused:
            self._close(held.value)
