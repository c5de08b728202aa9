"""The answers of the last hour, in memory: what a reader may still share or rate. Whatever is neither is forgotten.

Nothing that a reader asks is written down unless the reader asks for that too.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from byline.types import Answer

MOST = 2_000
FORGET_AFTER_S = 60 * 60


class RecentAnswers:
    """By id, the oldest forgotten first, without the turns before them; safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: OrderedDict[str, tuple[float, Answer]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, answer_id: str, answer: Answer) -> None:
        with self._lock:
            self._held[answer_id] = (self._clock(), replace(answer, question=replace(answer.question, history=())))
            self._forget()

    def get(self, answer_id: str) -> Answer | None:
        with self._lock:
            self._forget()
            found = self._held.get(answer_id)
        return found[1] if found else None

    def _forget(self) -> None:
        oldest = self._clock() - FORGET_AFTER_S
        while self._held and (len(self._held) > MOST or next(iter(self._held.values()))[0] < oldest):
            self._held.popitem(last=False)
