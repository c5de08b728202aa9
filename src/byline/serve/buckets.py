"""How often a client may ask: a token bucket for each, and none of them remembered for longer than it matters. Pure."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable


class TokenBuckets:
    """A key may do `burst` things at once and `per_minute` in the long run.

    At most `capacity` keys are held; past that, the one that was longest silent starts anew: an attacker with many
    addresses gains a burst for each, and never the server's memory.
    """

    def __init__(
        self,
        per_minute: float,
        burst: int,
        *,
        capacity: int = 100_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_second = per_minute / 60
        self._burst = float(burst)
        self._capacity = capacity
        self._clock = clock
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()  # key → tokens, when they were counted

    def take(self, key: str) -> float:
        """0.0 when it may; otherwise seconds until it may, and nothing is taken."""
        now = self._clock()
        tokens, counted = self._held.pop(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - counted) * self._per_second)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._per_second
        self._held[key] = (tokens if wait else tokens - 1, now)
        if len(self._held) > self._capacity:
            self._held.popitem(last=False)
        return wait

    def __len__(self) -> int:
        return len(self._held)
