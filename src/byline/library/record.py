"""Every article there ever was: found by id or address, with its revisions and whether readers may see it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from byline.errors import UnknownIdError
from byline.library.connection import Connected
from byline.library.schema import articles, revisions
from byline.library.visibility import moment


@dataclass(frozen=True, slots=True)
class Revision:
    """`stored_at`: when Byline first read it; `modified`: what it says of itself."""

    digest: str
    title: str
    text: str
    language: str | None
    stored_at: datetime
    modified: datetime | None
    live: bool


@dataclass(frozen=True, slots=True)
class ArticleState:
    """What decides whether readers see an article. `live` is the digest of its live revision, None once removed."""

    id: str
    title: str
    live: str | None
    visible_from: datetime | None = None
    visible_until: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None


class Record(Connected):
    """Reads only; for editors and for answers saved earlier, never for questions."""

    def find(self, named: str) -> str:
        """The id of the article with this id or address. Raises UnknownIdError naming ids that are near."""
        live = revisions.c.id == articles.c.live_revision
        by_address = select(articles.c.id).join(revisions, live).where(revisions.c.url == named)
        with self.read() as connection:
            found = connection.scalar(select(articles.c.id).where(articles.c.id == named))
            if found is None:
                found = connection.scalar(by_address)
            if found is not None:
                return str(found)
            near = difflib.get_close_matches(named, list(connection.scalars(select(articles.c.id))), n=3)
        hint = f"Did you mean {' or '.join(map(repr, near))}?" if near else "`byline search` shows ids with --json."
        raise UnknownIdError(f"No article has the id or address {named!r}.", hint)

    def state(self, article_id: str) -> ArticleState | None:
        with self.read() as connection:
            row = connection.execute(select(articles).where(articles.c.id == article_id)).first()
            if row is None:
                return None
            mine = select(revisions.c.digest, revisions.c.title).where(revisions.c.article_id == article_id)
            live = connection.execute(mine.where(revisions.c.id == row.live_revision)).first()
            newest = live or connection.execute(mine.order_by(revisions.c.id.desc())).first()
        return ArticleState(
            id=row.id,
            title=newest.title if newest else row.id,
            live=live.digest if live else None,
            visible_from=moment(row.visible_from),
            visible_until=moment(row.visible_until),
            withdrawn_at=moment(row.withdrawn_at),
            withdrawn_by=row.withdrawn_by,
            withdrawn_why=row.withdrawn_why,
        )

    def revisions_of(self, article_id: str) -> list[Revision]:
        """In the order in which they were first read."""
        live = select(articles.c.live_revision).where(articles.c.id == article_id).scalar_subquery()
        query = select(revisions, (revisions.c.id == live).label("live")).where(revisions.c.article_id == article_id)
        with self.read() as connection:
            return [
                Revision(
                    row.digest,
                    row.title,
                    row.text,
                    row.language,
                    datetime.fromisoformat(row.stored_at),
                    moment(row.modified),
                    bool(row.live),
                )
                for row in connection.execute(query.order_by(revisions.c.id))
            ]
