"""When a failed request is tried again: exponential backoff with jitter, within what is left of the budget. Pure."""

from __future__ import annotations

from random import Random

from byline.errors import Fault
from byline.models.chat_faults import Failure

FIRST_PAUSE_S, LONGEST_PAUSE_S, MOST_RETRIES = 0.25, 4.0, 3
AGAIN: frozenset[Fault] = frozenset({"rate_limited", "unavailable", "garbled"})
"""Not after a time-out: a model that is too slow is not helped by being asked the same once more."""


def pause_before_retry(failure: Failure, retries: int, left_s: float, random: Random) -> float | None:
    """Seconds to wait before the next try, after `retries` of them; None where there is to be none.

    Jitter takes up to half, so that many readers who failed together do not come back together. What the provider asks
    for with `Retry-After` is waited for in full, and what does not fit into the time that is left is not waited for.
    """
    if failure.fault not in AGAIN or retries >= MOST_RETRIES:
        return None
    pause = min(FIRST_PAUSE_S * 2**retries, LONGEST_PAUSE_S) * (1 - random.random() / 2)
    pause = max(pause, failure.retry_after_s or 0.0)
    return pause if pause < left_s else None
