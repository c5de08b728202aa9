"""Writing an article: `stage` stores it unseen, `publish` flips what readers see, in one transaction each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from byline.library import rows
from byline.library.connection import now, parts
from byline.library.edition import new_edition
from byline.library.families.grouping import Grouping
from byline.library.schema import articles, passages, revisions
from byline.library.visibility import AS_SOURCE_SAYS, said
from byline.types import Article, Passage


class Staging(Grouping):
    """Writes of articles and passages."""

    def stage(
        self, source: str, entries: Sequence[tuple[Article, Sequence[Passage]]], rules: str
    ) -> list[tuple[str, int]]:
        """Stores revisions and their passages without showing them; returns (article id, revision id). Idempotent."""
        staged: list[tuple[str, int]] = []
        with self.write() as connection:
            for article, split in entries:
                revision = _revision_id(connection, article)
                staged.append((article.ref.id, revision))
                known = {"id": article.ref.id, "source": source, "origin": article.origin, "raw": ""}
                connection.execute(upsert(articles).values(**known).on_conflict_do_nothing())
                _store_passages(connection, split, revision, rules)
        return staged

    def stage_passages(self, entries: Sequence[tuple[Article, Sequence[Passage]]], rules: str) -> None:
        """Passages under other rules of revisions that are stored already."""
        with self.write() as connection:
            for article, split in entries:
                _store_passages(connection, split, _revision_id(connection, article), rules)

    def publish(self, staged: Sequence[tuple[str, int]], source: str, read: Mapping[str, Article]) -> None:
        """Readers see these revisions from the moment this returns, and no others of their articles."""
        at = self.moment()
        flips = [
            {
                "article": article_id,
                "revision": revision,
                "owner": source,
                "place": read[article_id].origin,
                "bytes": read[article_id].raw,
                **said(read[article_id].availability, at),
            }
            for article_id, revision in staged
        ]
        flip = (
            update(articles)
            .where(articles.c.id == bindparam("article"))
            .values(
                live_revision=bindparam("revision"),
                source=bindparam("owner"),
                origin=bindparam("place"),
                raw=bindparam("bytes"),
                **AS_SOURCE_SAYS,
            )
        )
        if flips:
            with self.write() as connection:
                connection.execute(flip, flips)
                self.regroup(connection, [article_id for article_id, _ in staged])
                new_edition(connection)

    def hide(self, article_ids: Sequence[str]) -> None:
        """Takes articles out of sight; their revisions stay for the record."""
        with self.write() as connection:
            for part in parts(article_ids):
                connection.execute(update(articles).where(articles.c.id.in_(part)).values(live_revision=None))
            self.regroup(connection, article_ids)
            new_edition(connection)

    def relocate(self, moved: Iterable[Article]) -> None:
        """Live articles of the same words, read from elsewhere or from other bytes, or to be shown at other times."""
        at = self.moment()
        places = [
            {
                "article": found.ref.id,
                "place": found.origin,
                "bytes": found.raw,
                **said(found.availability, at),
            }
            for found in moved
        ]
        query = update(articles).where(articles.c.id == bindparam("article"))
        if places:
            with self.write() as connection:
                connection.execute(
                    query.values(origin=bindparam("place"), raw=bindparam("bytes"), **AS_SOURCE_SAYS), places
                )
                new_edition(connection)


def _revision_id(connection: Connection, article: Article) -> int:
    mine = (revisions.c.article_id == article.ref.id) & (revisions.c.digest == article.digest)
    known = connection.scalar(select(revisions.c.id).where(mine))
    if known is not None:
        return int(known)
    row = {**rows.revision_row(article), "stored_at": now()}
    return int(connection.execute(insert(revisions).values(**row).returning(revisions.c.id)).scalar_one())


def _store_passages(connection: Connection, split: Sequence[Passage], revision: int, rules: str) -> None:
    if split:
        stored = [rows.passage_row(passage, revision, rules) for passage in split]
        connection.execute(upsert(passages).on_conflict_do_nothing(), stored)
