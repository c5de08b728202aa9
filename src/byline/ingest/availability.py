"""`status`, `embargo` and `expires` → when readers may see an article. What cannot be understood is never shown.

Other fields are left out with a note when they make no sense; these three keep words away from readers, so that an
article is refused by name instead, and taken out of sight if it was shown before.
"""

from __future__ import annotations

import re
from datetime import datetime

from byline.ingest.formats.dates import parse_date
from byline.ingest.formats.fields import Fields, field
from byline.types import Availability, Rejected

_STATUS = {
    "published": (
        *("published", "publish", "public", "live", "online", "active", "usable", "final", "approved", "released"),
        *("updated", "corrected", "archived", "current", "ok", "success"),
    ),
    "withdrawn": (
        *("withdrawn", "retracted", "canceled", "cancelled", "unpublished", "killed", "pulled", "removed", "deleted"),
        "trash",
    ),
    "draft": (
        *("draft", "autodraft", "pending", "pendingreview", "inreview", "review", "private", "hold", "onhold"),
        "withheld",
    ),
    "scheduled": ("scheduled", "future", "embargoed"),
}
_WORDS = {word: status for status, words in _STATUS.items() for word in words}
_CLOCK = re.compile(r"\d:\d\d")
_ZONE = re.compile(r"(?:[A-Z]{1,5}|[+-]\d\d:?\d\d|[+-]\d\d)\)?\s*\Z", re.IGNORECASE)


class _Withheld(Exception):
    """`reason` and `next_step` of the refusal."""

    def __init__(self, reason: str, next_step: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.next_step = next_step


def read_availability(fields: Fields, origin: str) -> tuple[Availability, tuple[str, ...]] | Rejected:
    """When readers may see the article, and notes; Rejected for a draft and for what is not certain."""
    try:
        starts, ends = _moment(fields, "embargo"), _moment(fields, "expires")
        status = _status(fields, scheduled=starts is not None)
    except _Withheld as unclear:
        return Rejected(origin, unclear.reason, unclear.next_step, retracts=True)
    notes = [note for name in ("embargo", "expires") if (note := _zone_note(fields, name))]
    if starts and ends and ends <= starts:
        notes.append("expires before its embargo ends: readers never see it")
    return Availability(starts, ends, withdrawn=status == "withdrawn"), tuple(notes)


def _status(fields: Fields, *, scheduled: bool) -> str:
    value = field(fields, "status")
    if not isinstance(value, str):  # 200 is no status
        return "published"
    status = _WORDS.get(re.sub(r"[^a-z]", "", value.lower()))
    if status is None:
        raise _Withheld(f"has a status that Byline does not know: {value[:80]!r}", "use published, draft or withdrawn")
    if status == "draft" or (status == "scheduled" and not scheduled):
        raise _Withheld(
            f"is not for readers yet (status: {value})", "set `status: published`, with an `embargo` if it is to wait"
        )
    return status


def _moment(fields: Fields, name: str) -> datetime | None:
    value = field(fields, name)
    found = parse_date(value)
    if value is None or found is not None:
        return found
    what = "an embargo" if name == "embargo" else "an expiry date"
    raise _Withheld(
        f"has {what} that is impossible or ambiguous: {str(value)[:80]!r}",
        f"write it as `{name}: 2026-01-31T18:00+01:00`, or 2026-01-31 for the start of that day in UTC",
    )


def _zone_note(fields: Fields, name: str) -> str | None:
    value = field(fields, name)
    if isinstance(value, str) and _CLOCK.search(value) and not _ZONE.search(value.strip()):
        return f"{name} {value[:80]!r} names no zone and was taken as UTC"
    return None
