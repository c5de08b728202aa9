"""What a filter keeps, resolved in SQL: the one place where it is decided whether a passage may be found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Select, and_, func, select

from byline.library import rows
from byline.library.connection import BATCH, Connected, parts
from byline.library.schema import articles, embeddings, passages, revisions
from byline.protocols import Vector
from byline.types import Filters


class FilteredPassages(Connected):
    """Reads only. Without filters: every passage that readers may see."""

    def live_vectors(
        self, rules: str, embedder: str, filters: Filters | None = None
    ) -> Iterator[tuple[list[str], Vector]]:
        """Ids of visible passages with their vectors, (n, dimension), in batches; no text is read."""
        query = (
            select(passages.c.id, embeddings.c.passage)
            .join(embeddings, embeddings.c.passage_id == passages.c.id)
            .where(passages.c.rules == rules, embeddings.c.embedder == embedder, _kept(filters))
        )
        with self.read() as connection:
            for part in connection.execution_options(yield_per=BATCH).execute(query).partitions():
                yield [row.id for row in part], rows.unpack_passages([row.passage for row in part])

    def count_kept(self, rules: str, filters: Filters, at_most: int) -> int:
        """How many visible passages the filters keep; `at_most` when there are more, for counting costs."""
        kept = select(passages.c.id).where(passages.c.rules == rules, _kept(filters)).limit(at_most)
        with self.read() as connection:
            return int(connection.scalar(select(func.count()).select_from(kept.subquery())) or 0)

    def kept(self, ids: Sequence[str], filters: Filters) -> set[str]:
        """Those of the passages whose article meets the filters, visible or not."""
        query = select(passages.c.id).join(revisions, revisions.c.id == passages.c.revision_id)
        found: set[str] = set()
        with self.read() as connection:
            for part in parts(ids):
                found.update(connection.scalars(query.where(passages.c.id.in_(part), *_conditions(filters))))
        return found


def _kept(filters: Filters | None) -> ColumnElement[bool]:
    """Nested, not joined: SQLite then goes from revisions to passages, and not through all of them."""
    live: Select[tuple[int]] = select(articles.c.live_revision)
    if filters:
        live = live.where(articles.c.live_revision.in_(select(revisions.c.id).where(*_conditions(filters))))
    else:
        live = live.where(articles.c.live_revision.is_not(None))
    return passages.c.revision_id.in_(live)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """As `Filters.admit` has them."""
    r = revisions.c
    begin, end = filters.published_from, filters.published_until
    # dates are stored in one zone and compare as text
    dates = [r.published >= rows.instant(begin)] if begin else []
    dates += [r.published < rows.instant(end)] if end else []
    named = [(r.publisher, filters.publishers), (r.section, filters.sections), (r.kind, filters.kinds)]
    return [and_(True, *dates, *(column.in_(sorted(allowed)) for column, allowed in named if allowed))]
