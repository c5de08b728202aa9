"""What a filter keeps, resolved in SQL: the one place where it is decided whether a passage may be found."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Select, and_, func, select

from byline.library import rows
from byline.library.connection import BATCH, Connected
from byline.library.schema import articles, embeddings, passages, revisions
from byline.library.visibility import SHOWN
from byline.protocols import Vector
from byline.types import Filters

_FEW = 500
"""Passages whose revisions are looked up, 5 microseconds each. Who asks about more has a filter that keeps little: its
revisions are listed first, half a microsecond each.
"""


class FilteredPassages(Connected):
    """Reads only. Without filters: every passage that is held."""

    def live_vectors(
        self, rules: str, embedder: str, filters: Filters | None = None
    ) -> Iterator[tuple[list[str], Vector]]:
        """Ids of passages with their vectors, (n, dimension), in batches; no text is read."""
        query = (
            select(passages.c.id, embeddings.c.passage)
            .join(embeddings, embeddings.c.passage_id == passages.c.id)
            .where(passages.c.rules == rules, embeddings.c.embedder == embedder, _kept(filters))
        )
        now = {"now": self.moment()} if filters else {}
        with self.read() as connection:
            for part in connection.execution_options(yield_per=BATCH).execute(query, now).partitions():
                yield [row.id for row in part], rows.unpack_passages([row.passage for row in part])

    def kept(self, ids: Sequence[str], filters: Filters) -> set[str]:
        """Those of the passages whose article meets the filters, visible or not."""
        # bound one by one, thousands of ids would take longer than it takes to look them up
        given = func.json_each(json.dumps(list(ids))).table_valued("value")
        query = select(passages.c.id).join(given, given.c.value == passages.c.id)
        if len(ids) <= _FEW:
            query = query.join(revisions, revisions.c.id == passages.c.revision_id).where(*_conditions(filters))
        else:
            query = query.where(passages.c.revision_id.in_(select(revisions.c.id).where(*_conditions(filters))))
        with self.read() as connection:
            return set(connection.scalars(query))


def _kept(filters: Filters | None) -> ColumnElement[bool]:
    """Nested, not joined: SQLite then goes from revisions to passages, and not through all of them."""
    live: Select[tuple[int]] = select(articles.c.live_revision)
    if filters:
        live = live.where(articles.c.live_revision.in_(select(revisions.c.id).where(*_conditions(filters))), SHOWN)
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
