"""What readers may see at this moment: live articles that are not withdrawn, embargoed or expired.

What is held for all that, visible or not, is in `held`.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Column, Text, bindparam, func, select, union

from byline.errors import UnknownIdError
from byline.library import rows
from byline.library.connection import BATCH, parts
from byline.library.prepared import GIVEN, Asked, Prepared
from byline.library.schema import articles, embeddings, generations, library, passages, revisions
from byline.library.visibility import SHOWN
from byline.protocols import Vector
from byline.types import Article, Passage

# What every question asks, built once: building a statement takes a third to a half of its time.
_IDS = bindparam("ids", type_=Text(), expanding=True)
_EDITION = Prepared(select(library.c.value).where(library.c.key == "edition"))
_BOUNDS = union(select(articles.c.visible_from), select(articles.c.visible_until))
_REACH = (
    select(func.min(revisions.c.published), func.max(revisions.c.published))
    .join(articles, articles.c.live_revision == revisions.c.id)
    .where(SHOWN)
)
_LIVE_PASSAGES = Prepared(rows.PASSAGES.where(passages.c.id.in_(GIVEN), SHOWN))
_LIVE_SENTENCES = Prepared(
    select(embeddings.c.passage_id, embeddings.c.sentences)
    .join(passages, passages.c.id == embeddings.c.passage_id)
    .join(articles, articles.c.live_revision == passages.c.revision_id)
    .where(embeddings.c.embedder == bindparam("embedder"), embeddings.c.passage_id.in_(GIVEN), SHOWN)
)
_IMPRINTS = Prepared(
    select(
        passages.c.id,
        revisions.c.article_id,
        revisions.c.publisher,
        revisions.c.published,
        revisions.c.authors,
        revisions.c.kind,
    )
    .join(revisions, revisions.c.id == passages.c.revision_id)
    .where(passages.c.id.in_(GIVEN))
)


@dataclass(frozen=True, slots=True)
class Imprint:
    """Which article, whose, when and what: `published` is in ISO 8601 and UTC."""

    article: str
    publisher: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    kind: str | None = None

    @property
    def when(self) -> datetime | None:
        return datetime.fromisoformat(self.published) if self.published else None


@dataclass(frozen=True, slots=True)
class Counts:
    articles: int
    passages: int
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Reach:
    """When the oldest and the newest of the dated articles that readers may see were published; None without any."""

    oldest: datetime | None = None
    newest: datetime | None = None


class VisibleArticles(Asked):
    """Reads only; every method sees one state of the library, as of the library's clock."""

    _bounds: tuple[int, list[str]] = (-1, [])  # of an edition: the times at which something appears or goes
    _reach: tuple[int, Reach] = (-1, Reach())  # of an edition: it is asked for with many a question

    def edition(self) -> int:
        """Another number after every change of what readers may see: by a sync, by an editor, by the clock."""
        written = self.changes()
        if self._bounds[0] != written:
            with self.read() as connection:
                written = int(connection.scalar(_EDITION.statement) or 0)  # as of the bounds that are read with it
                self._bounds = (written, sorted(filter(None, connection.scalars(_BOUNDS))))
        return (written << 32) + bisect_right(self._bounds[1], self.moment())

    def changes(self) -> int:
        """How many changes of what readers may see were ever written; the clock writes none."""
        return int(next(iter(self.rows_of(_EDITION)), (0,))[0])

    def publishers(self) -> frozenset[str]:
        """Of all articles that readers may see."""
        return self._stated(revisions.c.publisher)

    def authors(self) -> frozenset[str]:
        """Everybody who wrote an article that readers may see, as the articles spell the name."""
        return frozenset(name for names in self._stated(revisions.c.authors) for name in json.loads(names))

    def kinds(self) -> frozenset[str]:
        """Of all articles that readers may see."""
        return self._stated(revisions.c.kind)

    def _stated(self, column: Column[str]) -> frozenset[str]:
        query = (
            select(column)
            .join(articles, articles.c.live_revision == revisions.c.id)
            .where(column.is_not(None), SHOWN)
            .distinct()
        )
        with self.read() as connection:
            return frozenset(connection.scalars(query, {"now": self.moment()}))

    def imprints_of(self, ids: Sequence[str]) -> dict[str, Imprint]:
        """Passage id → where and when its article was published, by whom, and of what kind."""
        return {row[0]: _imprint(*row[1:]) for row in self.rows_of(_IMPRINTS, ids)}

    def reach(self) -> Reach:
        """Which time the articles that readers may see are of."""
        edition = self.edition()
        if self._reach[0] != edition:
            with self.read() as connection:
                bounds = connection.execute(_REACH, {"now": self.moment()}).one()
            self._reach = edition, Reach(*(datetime.fromisoformat(bound) if bound else None for bound in bounds))
        return self._reach[1]

    def live_articles(self) -> Iterator[Article]:
        """Every article that readers may see, by id."""
        query = (
            select(revisions, articles.c.origin)
            .join(articles, articles.c.live_revision == revisions.c.id)
            .where(SHOWN)
            .order_by(articles.c.id)
        )
        with self.read() as connection:
            for row in connection.execution_options(yield_per=BATCH).execute(query, {"now": self.moment()}):
                yield Article(rows.article_ref(row), row.text, row.origin)

    def visible_article(self, article_id: str) -> Article:
        """Raises UnknownIdError, for one that readers may not see too."""
        query = (
            select(revisions, articles.c.origin)
            .join(articles, articles.c.live_revision == revisions.c.id)
            .where(articles.c.id == article_id, SHOWN)
        )
        with self.read() as connection:
            row = connection.execute(query, {"now": self.moment()}).first()
        if row is None:
            raise UnknownIdError(f"No article has the id {article_id!r}.", "Ids are with every answer's sources.")
        return Article(rows.article_ref(row), row.text, row.origin)

    def article_texts(self, ids: Sequence[str]) -> dict[str, str]:
        """Canonical text of visible articles."""
        live = select(articles.c.id, revisions.c.text).join(revisions, revisions.c.id == articles.c.live_revision)
        query = live.where(articles.c.id.in_(_IDS), SHOWN)
        now = self.moment()
        found: dict[str, str] = {}
        with self.read() as connection:
            for part in parts(ids):
                found.update({r.id: r.text for r in connection.execute(query, {"ids": part, "now": now})})
        return found

    def live_passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Those of the passages that readers may see, with their text cut from the live revision."""
        return {row[0]: rows.passage(row) for row in self.rows_of(_LIVE_PASSAGES, ids, now=self.moment())}

    def live_sentence_vectors(self, ids: Sequence[str], embedder: str, dimension: int) -> dict[str, Vector]:
        """Sentence vectors of visible passages: id → (sentences, dimension), unit length up to int8 rounding."""
        found = self.rows_of(_LIVE_SENTENCES, ids, embedder=embedder, now=self.moment())
        return rows.unpack_sentences(dict(found), dimension)

    def counts(self) -> Counts:
        """What readers may see; passages under the rules of the active generation."""
        rules = select(generations.c.rules).where(generations.c.active).scalar_subquery()
        now = {"now": self.moment()}
        with self.read() as connection:
            live = articles.join(revisions, revisions.c.id == articles.c.live_revision)
            total, newest = connection.execute(
                select(func.count(), func.max(revisions.c.published)).select_from(live).where(SHOWN), now
            ).one()
            inside = connection.scalar(
                select(func.count())
                .select_from(passages.join(articles, articles.c.live_revision == passages.c.revision_id))
                .where(passages.c.rules == rules, SHOWN),
                now,
            )
        return Counts(total, inside or 0, datetime.fromisoformat(newest) if newest else None)


@lru_cache(maxsize=4096)
def _imprint(article: str, publisher: str | None, published: str | None, authors: str, kind: str | None) -> Imprint:
    """Of columns as they are stored; the passages of one article share it."""
    return Imprint(article, publisher, published, tuple(json.loads(authors)), kind)
