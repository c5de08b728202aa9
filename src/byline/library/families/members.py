"""Families as readers see them: several visible articles with the same words, one of which stands for the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, Text, bindparam, func, select

from byline.library import rows
from byline.library.connection import parts
from byline.library.families.copies import in_order
from byline.library.prepared import GIVEN, Asked, Prepared
from byline.library.schema import articles, revisions
from byline.library.visibility import SHOWN
from byline.types import ArticleRef

_IDS = bindparam("ids", type_=Text(), expanding=True)
_LABELS = Prepared(
    select(articles.c.id, articles.c.family).where(articles.c.id.in_(GIVEN), articles.c.family.is_not(None))
)
_MEMBERS: Select[Any] = (
    select(*rows.REF_COLUMNS, articles.c.family, articles.c.origin)
    .join(articles, articles.c.live_revision == revisions.c.id)
    .where(SHOWN)
    .order_by(articles.c.id)
)
_OF_FAMILIES = _MEMBERS.where(articles.c.family.in_(_IDS))
_IN_FAMILIES = _MEMBERS.where(articles.c.family.is_not(None))


@dataclass(frozen=True, slots=True)
class Family:
    """At least two articles; the first stands for all."""

    members: tuple[ArticleRef, ...]

    def others(self, cited: str) -> tuple[ArticleRef, ...]:
        return tuple(ref for ref in self.members if ref.id != cited)


class Families(Asked):
    """Reads only."""

    def families_of(self, article_ids: Sequence[str]) -> dict[str, Family]:
        """Article id → its family, for those of these articles that have one."""
        labels: dict[str, str] = dict(self.rows_of(_LABELS, article_ids))
        found: dict[str, Family] = {}
        if not labels:
            return found
        with self.read() as connection:
            for part in parts(sorted(set(labels.values()))):
                found.update(_gathered(connection.execute(_OF_FAMILIES, {"ids": part, "now": self.moment()}).all()))
        return {key: found[label] for key, label in labels.items() if label in found}

    def families(self) -> list[Family]:
        """All of them, the largest first."""
        with self.read() as connection:
            found = _gathered(connection.execute(_IN_FAMILIES, {"now": self.moment()}).all())
        return sorted(found.values(), key=lambda family: (-len(family.members), family.members[0].id))

    def same_texts(self) -> list[tuple[ArticleRef, ...]]:
        """Articles whose texts are equal to the letter, most first."""
        live = select(revisions.c.id).join(articles, articles.c.live_revision == revisions.c.id)
        repeated = (
            select(revisions.c.signature)
            .where(revisions.c.id.in_(live))
            .group_by(revisions.c.signature)
            .having(func.count() > 1)
        )
        query: Select[Any] = select(*rows.REF_COLUMNS, revisions.c.text).where(
            revisions.c.id.in_(live), revisions.c.signature.in_(repeated)
        )
        equal: dict[str, list[ArticleRef]] = defaultdict(list)
        with self.read() as connection:
            for row in connection.execute(query.order_by(revisions.c.article_id)):
                equal[row.text].append(rows.article_ref(row))
        groups = [tuple(refs) for refs in equal.values() if len(refs) > 1]
        return sorted(groups, key=lambda refs: (-len(refs), refs[0].id))


def _gathered(found: Sequence[Row[Any]]) -> dict[str, Family]:
    """By label; a family of which only one is visible is none."""
    members: dict[str, list[tuple[ArticleRef, str]]] = defaultdict(list)
    for row in found:
        members[row.family].append((rows.article_ref(row), row.origin))
    return {label: Family(in_order(held)) for label, held in members.items() if len(held) > 1}
