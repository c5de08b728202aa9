"""How far behind its sources a library is: when each was last read to the end, and what follows from that. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from urllib.parse import urlsplit


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SourceState:
    """`in_step_at`: when the last reading to the end began, None when there was none; `error`: of the last try.

    `tried_at` is None for what was read before there was a record. `newest`: publication of its newest article.
    """

    name: str
    tried_at: datetime | None = None
    in_step_at: datetime | None = None
    error: str | None = None
    articles: int = 0
    newest: datetime | None = None

    @property
    def label(self) -> str:
        """What may be shown outside: a host, or the last part of a path."""
        return urlsplit(self.name).hostname or PurePath(self.name).name or "source"


@dataclass(frozen=True, slots=True)
class Freshness:
    """What can be quoted, looked at `at` a moment. `max_lag`: how old the last look at a source may become."""

    articles: int
    newest: datetime | None = None
    sources: tuple[SourceState, ...] = ()
    max_lag: timedelta | None = None
    at: datetime = field(default_factory=utc_now, compare=False)

    @property
    def checked(self) -> datetime | None:
        """Since when nothing is known of some source that has articles; None when one was never in step."""
        moments = [source.in_step_at for source in self.sources if source.articles]
        known = [moment for moment in moments if moment is not None]
        return min(known) if known and len(known) == len(moments) else None

    @property
    def stale(self) -> bool:
        """A source that has articles was not in step for longer than `max_lag`."""
        return self.max_lag is not None and self.articles > 0 and _past(self.checked, self.at, self.max_lag)

    @property
    def failing(self) -> tuple[SourceState, ...]:
        """Sources that were in step once, whose last try failed, and for longer than `max_lag`."""
        if self.max_lag is None:
            return ()
        lag = self.max_lag
        return tuple(s for s in self.sources if s.error and s.in_step_at and _past(s.in_step_at, self.at, lag))

    def ago(self, moment: datetime) -> str:
        return f"{length(self.at - moment)} ago"


def length(span: timedelta) -> str:
    """In the largest unit that fits: `5 minutes`, `1 hour`, `3 days`."""
    seconds = max(0, int(span.total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}{'s' if seconds // size != 1 else ''}"
    return "less than a minute"


def _past(moment: datetime | None, at: datetime, lag: timedelta) -> bool:
    return moment is None or at - moment > lag
