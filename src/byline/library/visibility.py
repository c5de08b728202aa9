"""Which articles readers may see: one clause, with the time as a parameter.

An article that readers may not see now is held all the same: stored, embedded and in both indexes, so that lifting an
embargo or undoing a withdrawal takes effect at once and needs no embedding.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Row, Text, bindparam, case, func, literal, null, or_

from byline.library.schema import articles
from byline.types import Availability

SOURCE, EDITOR, BOTH = "source", "editor", "both"
"""Who withdrew an article: its front matter, an editor, or first one and then the other."""

_NOW = bindparam("now", type_=Text())

SHOWN = (
    articles.c.withdrawn_at.is_(None)
    & or_(articles.c.visible_from.is_(None), articles.c.visible_from <= _NOW)
    & or_(articles.c.visible_until.is_(None), articles.c.visible_until > _NOW)
)
"""Whoever asks gives `now`; joined to the live revision, it says what readers may see."""

_SAYS = bindparam("says_withdrawn", type_=Boolean())
_BY_EDITOR = or_(articles.c.withdrawn_by == EDITOR, articles.c.withdrawn_by == BOTH)  # IN cannot be executed for many

AS_SOURCE_SAYS = {
    "visible_from": bindparam("from_"),
    "visible_until": bindparam("until"),
    "withdrawn_at": case((_SAYS | _BY_EDITOR, func.coalesce(articles.c.withdrawn_at, bindparam("at"))), else_=null()),
    "withdrawn_by": case(
        (_SAYS & _BY_EDITOR, literal(BOTH)), (_BY_EDITOR, literal(EDITOR)), (_SAYS, literal(SOURCE)), else_=null()
    ),
}
"""For an UPDATE of articles, with the parameters of `said`: an editor's withdrawal outlives whatever a source says."""


def said(availability: Availability, at: str) -> dict[str, object]:
    """What a source says of an article, as the parameters of `AS_SOURCE_SAYS`."""
    return {
        "from_": stamp(availability.visible_from) if availability.visible_from else None,
        "until": stamp(availability.visible_until) if availability.visible_until else None,
        "says_withdrawn": availability.withdrawn,
        "at": at,
    }


def availability(row: Row[Any] | Mapping[str, Any]) -> Availability:
    """What its source said, of a row of articles."""
    found = row if isinstance(row, Mapping) else row._mapping
    return Availability(
        moment(found["visible_from"]), moment(found["visible_until"]), found["withdrawn_by"] in (SOURCE, BOTH)
    )


def stamp(at: datetime) -> str:
    """In one zone and of one length, so that times compare as text."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def moment(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None
