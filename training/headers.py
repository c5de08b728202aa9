"""A headline for a passage that came without one, as `title — publisher — date` in front of every window. Pure.

Publishers and dates say nothing here, so that nothing is learned from them but to leave them alone.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

from byline.types import ArticleRef

PUBLISHERS = ("The Courier", "Morning Standard", "Daily Ledger", "City Post", "Northern Echo Online", "World Desk")
_FIRST, _DAYS = datetime(2005, 1, 1, tzinfo=UTC), 7_500
_NAMES = re.compile(r"(?<![.!?]\s)(?<=\s)[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")

NONE, FULL = 0.35, 0.25
"""Shares of windows without any header, and with publisher and date beside the title."""


def title(passage: str) -> str:
    """The name that it has most, as a headline would; its first words when it has none."""
    named = Counter(_NAMES.findall(passage)).most_common(1)
    return named[0][0] if named else " ".join(passage.split()[:4])


def header(passage: str, rng: random.Random) -> str:
    drawn = rng.random()
    if drawn < NONE:
        return ""
    if drawn < 1 - FULL:
        return ArticleRef("", title(passage)).header
    published = _FIRST + timedelta(days=rng.randrange(_DAYS))
    return ArticleRef("", title(passage), publisher=rng.choice(PUBLISHERS), published=published).header
