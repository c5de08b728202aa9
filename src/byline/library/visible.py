"""What readers may see: live articles, their passages and vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import Text, bindparam, func, select

from byline.library import rows
from byline.library.connection import BATCH, Connected, parts
from byline.library.schema import articles, embeddings, generations, library, passages, revisions
from byline.protocols import Vector
from byline.types import Article, Passage

# What every question asks, built once: building a statement takes a third to a half of its time.
_IDS = bindparam("ids", type_=Text(), expanding=True)
_EDITION = select(library.c.value).where(library.c.key == "edition")
_LIVE_PASSAGES = rows.PASSAGES.where(passages.c.id.in_(_IDS))
_LIVE_SENTENCES = (
    select(embeddings.c.passage_id, embeddings.c.sentences)
    .join(passages, passages.c.id == embeddings.c.passage_id)
    .join(articles, articles.c.live_revision == passages.c.revision_id)
    .where(embeddings.c.embedder == bindparam("embedder"), embeddings.c.passage_id.in_(_IDS))
)


@dataclass(frozen=True, slots=True)
class Counts:
    articles: int
    passages: int
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class LiveSource:
    """`raw`: digest of the bytes at `origin`; `digest`: of what readers see."""

    id: str
    url: str | None
    digest: str
    origin: str
    raw: str


class VisibleArticles(Connected):
    """Reads only; every method sees one state of the library."""

    def live_sources(self, source: str) -> list[LiveSource]:
        """Where every live article of `source` was read."""
        query = (
            select(articles.c.id, revisions.c.url, revisions.c.digest, articles.c.origin, articles.c.raw)
            .join(revisions, revisions.c.id == articles.c.live_revision)
            .where(articles.c.source == source)
        )
        with self.read() as connection:
            return [LiveSource(*row) for row in connection.execute(query)]

    def live_elsewhere(self, source: str) -> dict[str, str]:
        """Live articles of other sources: id → source."""
        query = select(articles.c.id, articles.c.source).where(
            articles.c.source != source, articles.c.live_revision.is_not(None)
        )
        with self.read() as connection:
            return {row.id: row.source for row in connection.execute(query)}

    def edition(self) -> int:
        """Another number after every change of what readers may see."""
        with self.read() as connection:
            return int(connection.scalar(_EDITION) or 0)

    def publishers(self) -> frozenset[str]:
        """Of all live articles."""
        query = (
            select(revisions.c.publisher)
            .join(articles, articles.c.live_revision == revisions.c.id)
            .where(revisions.c.publisher.is_not(None))
            .distinct()
        )
        with self.read() as connection:
            return frozenset(connection.scalars(query))

    def publishers_of(self, ids: Sequence[str]) -> dict[str, str | None]:
        """Passage id → publisher of its article."""
        query = select(passages.c.id, revisions.c.publisher).join(revisions, revisions.c.id == passages.c.revision_id)
        found: dict[str, str | None] = {}
        with self.read() as connection:
            for part in parts(ids):
                found.update(
                    {row.id: row.publisher for row in connection.execute(query.where(passages.c.id.in_(part)))}
                )
        return found

    def live_articles(self) -> Iterator[Article]:
        """Every live article, by id."""
        query = (
            select(revisions, articles.c.origin)
            .join(articles, articles.c.live_revision == revisions.c.id)
            .order_by(articles.c.id)
        )
        with self.read() as connection:
            for row in connection.execution_options(yield_per=BATCH).execute(query):
                yield Article(rows.article_ref(row), row.text, row.origin)

    def article_texts(self, ids: Sequence[str]) -> dict[str, str]:
        """Canonical text of visible articles."""
        query = select(articles.c.id, revisions.c.text).join(revisions, revisions.c.id == articles.c.live_revision)
        found: dict[str, str] = {}
        with self.read() as connection:
            for part in parts(ids):
                found.update({r.id: r.text for r in connection.execute(query.where(articles.c.id.in_(part)))})
        return found

    def live_passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Those of the passages that readers may see, with their text cut from the live revision."""
        found: dict[str, Passage] = {}
        with self.read() as connection:
            for part in parts(ids):
                for row in connection.execute(_LIVE_PASSAGES, {"ids": part}):
                    found[row.passage_id] = rows.passage(row)
        return found

    def passages_of(self, article_ids: Sequence[str]) -> list[Passage]:
        """The visible passages of these articles."""
        with self.read() as connection:
            queries = (rows.PASSAGES.where(articles.c.id.in_(part)) for part in parts(article_ids))
            return [rows.passage(row) for query in queries for row in connection.execute(query)]

    def live_sentence_vectors(self, ids: Sequence[str], embedder: str, dimension: int) -> dict[str, Vector]:
        """Sentence vectors of visible passages: id → (sentences, dimension), unit length up to int8 rounding."""
        packed: dict[str, bytes] = {}
        with self.read() as connection:
            for part in parts(ids):
                found = connection.execute(_LIVE_SENTENCES, {"ids": part, "embedder": embedder})
                packed.update((row.passage_id, row.sentences) for row in found)
        return rows.unpack_sentences(packed, dimension)

    def live_passage_vectors(
        self, rules: str, embedder: str
    ) -> Iterator[tuple[list[Passage], npt.NDArray[np.float32]]]:
        """All visible passages with their vectors, (n, dimension), in batches: what a generation is built from."""
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

    def counts(self) -> Counts:
        """What readers may see; passages under the rules of the active generation."""
        rules = select(generations.c.rules).where(generations.c.active).scalar_subquery()
        with self.read() as connection:
            live = articles.join(revisions, revisions.c.id == articles.c.live_revision)
            total, newest = connection.execute(
                select(func.count(), func.max(revisions.c.published)).select_from(live)
            ).one()
            inside = connection.scalar(
                select(func.count())
                .select_from(passages.join(articles, articles.c.live_revision == passages.c.revision_id))
                .where(passages.c.rules == rules)
            )
        return Counts(total, inside or 0, datetime.fromisoformat(newest) if newest else None)
