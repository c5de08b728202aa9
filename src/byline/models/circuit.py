"""A circuit: after failures in a row a dead model is not asked for a while, so that nobody waits for it.

Closed → open after `failures` in a row → half open after `rest_s`: one request is let through and decides.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

FAILURES, REST_S = 5, 30.0


class Circuit:
    """Safe for threads. `clock` counts seconds and never goes back."""

    def __init__(self, clock: Callable[[], float], *, failures: int = FAILURES, rest_s: float = REST_S) -> None:
        self._clock, self._most, self._rest_s = clock, failures, rest_s
        self._lock = threading.Lock()
        self._failed = 0
        self._opened: float | None = None
        self._trying = False

    def enter(self) -> float | None:
        """None: ask, and `leave` afterwards. Otherwise the seconds until it is worth asking again; do not `leave`."""
        with self._lock:
            if self._opened is None:
                return None
            left = self._opened + self._rest_s - self._clock()
            if left > 0:
                return left
            if self._trying:
                return self._rest_s
            self._trying = True
            return None

    def leave(self, answered: bool | None) -> bool:
        """`answered` None: the reader left before that was known. True when it opens now."""
        with self._lock:
            self._trying = False
            if answered:
                self._failed, self._opened = 0, None
            elif answered is False:
                self._failed += 1
                if self._failed >= self._most:
                    first, self._opened = self._opened is None, self._clock()
                    return first
            return False

    @property
    def failed(self) -> int:
        """Failures in a row."""
        return self._failed
