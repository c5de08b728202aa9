"""What the indexes hold, whether readers may see it now or not: what generations are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import exists, select

from byline.library import rows
from byline.library.connection import Connected, parts
from byline.library.schema import articles, embeddings, passages, revisions
from byline.types import Article, Passage


class HeldArticles(Connected):
    """By live revision."""

    def lacking(self, rules: str, embedder: str) -> list[str]:
        """Ids of articles that have no passages under `rules`, or passages without vectors of `embedder`."""
        mine = (passages.c.revision_id == articles.c.live_revision) & (passages.c.rules == rules)
        embedded = exists().where(embeddings.c.passage_id == passages.c.id, embeddings.c.embedder == embedder)
        query = select(articles.c.id).where(
            articles.c.live_revision.is_not(None), ~exists().where(mine) | exists().where(mine, ~embedded)
        )
        with self.read() as connection:
            return list(connection.scalars(query.order_by(articles.c.id)))

    def held_articles(self, ids: Sequence[str]) -> Iterator[Article]:
        query = select(revisions, articles.c.origin).join(articles, articles.c.live_revision == revisions.c.id)
        for part in parts(ids):
            with self.read() as connection:
                found = connection.execute(query.where(articles.c.id.in_(part)).order_by(articles.c.id)).all()
            yield from (Article(rows.article_ref(row), row.text, row.origin) for row in found)

    def held_passages(self, ids: Sequence[str]) -> list[Passage]:
        with self.read() as connection:
            queries = (rows.PASSAGES.where(passages.c.id.in_(part)) for part in parts(ids))
            return [rows.passage(row) for query in queries for row in connection.execute(query)]
