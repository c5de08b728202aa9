"""What is held, whether readers may see it now or not: the live revision of every article, as it is in the indexes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import exists, select

from byline.library import rows
from byline.library.connection import BATCH, Connected, parts
from byline.library.schema import articles, embeddings, passages, revisions
from byline.library.visibility import availability
from byline.types import Article, Availability, Passage


@dataclass(frozen=True, slots=True)
class LiveSource:
    """`raw`: digest of the bytes at `origin`; `digest`: of what readers see; `availability`: as its source said."""

    id: str
    url: str | None
    digest: str
    origin: str
    raw: str
    availability: Availability


class HeldArticles(Connected):
    """Reads only, for who writes and rebuilds; nothing of it is for readers."""

    def live_sources(self, source: str) -> list[LiveSource]:
        """Where every held article of `source` was read."""
        query = (
            select(articles, revisions.c.url, revisions.c.digest)
            .join(revisions, revisions.c.id == articles.c.live_revision)
            .where(articles.c.source == source)
        )
        with self.read() as connection:
            return [
                LiveSource(row.id, row.url, row.digest, row.origin, row.raw, availability(row))
                for row in connection.execute(query)
            ]

    def live_elsewhere(self, source: str) -> dict[str, str]:
        """Held articles of other sources: id → source."""
        query = select(articles.c.id, articles.c.source).where(
            articles.c.source != source, articles.c.live_revision.is_not(None)
        )
        with self.read() as connection:
            return {row.id: row.source for row in connection.execute(query)}

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

    def held_passages_of(self, article_ids: Sequence[str]) -> list[Passage]:
        """The passages of these articles."""
        with self.read() as connection:
            queries = (rows.PASSAGES.where(articles.c.id.in_(part)) for part in parts(article_ids))
            return [rows.passage(row) for query in queries for row in connection.execute(query)]

    def held_passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Those of the passages that a live revision has."""
        with self.read() as connection:
            queries = (rows.PASSAGES.where(passages.c.id.in_(part)) for part in parts(ids))
            return {row.passage_id: rows.passage(row) for query in queries for row in connection.execute(query)}

    def held_passage_vectors(
        self, rules: str, embedder: str
    ) -> Iterator[tuple[list[Passage], npt.NDArray[np.float32]]]:
        """All passages of live revisions with their vectors, (n, dimension), in batches: what indexes are built of."""
        query = (
            rows.PASSAGES.join(embeddings, embeddings.c.passage_id == passages.c.id)
            .add_columns(embeddings.c.passage.label("vector"))
            .where(passages.c.rules == rules, embeddings.c.embedder == embedder)
            .order_by(passages.c.revision_id, passages.c.start)
        )
        with self.read() as connection:
            for part in connection.execution_options(yield_per=BATCH).execute(query).partitions():
                yield [rows.passage(row) for row in part], rows.unpack_passages([row.vector for row in part])

    def passage_ids(self, rules: str, *, live: bool) -> set[str]:
        """Ids of passages whose revision is (or is not) the live one."""
        query = (
            select(passages.c.id)
            .outerjoin(articles, articles.c.live_revision == passages.c.revision_id)
            .where(passages.c.rules == rules)
            .where(articles.c.id.is_not(None) if live else articles.c.id.is_(None))
        )
        with self.read() as connection:
            return set(connection.scalars(query))
