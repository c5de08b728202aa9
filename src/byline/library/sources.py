"""What is kept in step, and when it last was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from byline.library.connection import Connected
from byline.library.freshness import SourceState
from byline.library.schema import articles, revisions, sources

FORGOTTEN_AFTER = timedelta(days=7)
"""A name that was tried and never gave anything is a typing error more often than a source."""


class Sources(Connected):
    """By name: an absolute path or an address."""

    def source_tried(self, name: str, at: datetime) -> None:
        """What the last try came to stays until this one has an end."""
        with self.write() as connection:
            tried = upsert(sources).values(name=name, tried_at=_text(at))
            connection.execute(tried.on_conflict_do_update(index_elements=["name"], set_={"tried_at": _text(at)}))

    def source_in_step(self, name: str, at: datetime) -> None:
        """`at`: when the reading began; what changed since then may not have been seen."""
        with self.write() as connection:
            values = {"in_step_at": _text(at), "error": None}
            connection.execute(update(sources).where(sources.c.name == name).values(**values))
            barren = sources.c.in_step_at.is_(None) & (sources.c.tried_at < _text(at - FORGOTTEN_AFTER))
            connection.execute(delete(sources).where(barren & sources.c.name.not_in(select(articles.c.source))))

    def source_failed(self, name: str, error: str) -> None:
        with self.write() as connection:
            connection.execute(update(sources).where(sources.c.name == name).values(error=error))

    def source_states(self) -> list[SourceState]:
        """By name: every source that was tried, and every other one that has live articles."""
        live = (
            select(articles.c.source, func.count().label("articles"), func.max(revisions.c.published).label("newest"))
            .join(revisions, revisions.c.id == articles.c.live_revision)
            .group_by(articles.c.source)
        )
        with self.read() as connection:
            held = {row.source: (row.articles, _moment(row.newest)) for row in connection.execute(live)}
            tried = {row.name: row for row in connection.execute(select(sources))}
        states = []
        for name in sorted(held.keys() | tried.keys()):
            row = tried.get(name)
            tried_at, in_step_at = (_moment(row.tried_at), _moment(row.in_step_at)) if row else (None, None)
            count, newest = held.get(name, (0, None))
            states.append(SourceState(name, tried_at, in_step_at, row.error if row else None, count, newest))
        return states


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _moment(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None
