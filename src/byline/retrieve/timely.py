"""Whether a question is about now, so that articles which stop before now may mislead. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from byline.types import AskedTime


def asks_about_now(times: Sequence[AskedTime], since: datetime, now: datetime) -> bool:
    """By its words ("still", "latest"), or by a time that reaches past `since`, the moment up to which the articles
    are known; "since 2020" reaches up to now.
    """
    for asked in times:
        if asked.begin is None and asked.end is None:
            return True
        if (asked.end or now) > since:
            return True
    return False
