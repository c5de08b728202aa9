"""What was taken out of a library on purpose stays out when a backup from before that is restored over it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, null, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from byline.errors import LibraryError
from byline.library.database import Library
from byline.library.saved import forget_answers
from byline.library.schema import answer_quotes, articles, embeddings, fetches, library, passages, revisions

PURGED = "purged:"
"""Keys in the table `library`: the rest is the SHA-256 of the id or an address of an article that was purged."""


@dataclass(frozen=True, slots=True)
class KeptOut:
    """What the old library kept from readers on purpose, which outlives a restore.

    `purged`: its marks, as they are; `withdrawn`: article id → when, by whom, why.
    """

    purged: dict[str, str]
    withdrawn: dict[str, tuple[str | None, ...]]


def read_kept_out(database: Path) -> KeptOut:
    """Nothing when there is no library, or none that can be read."""
    nothing = KeptOut({}, {})
    if not database.exists():
        return nothing
    try:
        old = Library.open(database)
    except LibraryError:
        return nothing
    who = (articles.c.withdrawn_at, articles.c.withdrawn_by, articles.c.withdrawn_why)
    by_editor = articles.c.withdrawn_by.is_not(None) & (articles.c.withdrawn_by != "source")
    try:
        with old.read() as connection:
            marks = select(library).where(library.c.key.startswith(PURGED))
            purged = {row.key: row.value for row in connection.execute(marks)}
            rows = connection.execute(select(articles.c.id, *who).where(by_editor))
            return KeptOut(purged, {row.id: (row.withdrawn_at, row.withdrawn_by, row.withdrawn_why) for row in rows})
    except LibraryError:
        return nothing
    finally:
        old.close()


def keep_out(restored: Library, kept_out: KeptOut) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Applies what was taken out since the backup; returns the ids that it holds and that stay out."""
    with restored.write() as connection:
        named = select(revisions.c.article_id.label("id"), revisions.c.url).union(select(articles.c.id, null()))
        purged = sorted(
            {
                row.id
                for row in connection.execute(named)
                if not kept_out.purged.keys().isdisjoint(_marks(row.id, row.url))
            }
        )
        shown = set(connection.scalars(select(articles.c.id).where(articles.c.withdrawn_at.is_(None))))
        marks = [{"key": key, "value": value} for key, value in kept_out.purged.items()]
        if marks:
            connection.execute(upsert(library).on_conflict_do_nothing(), marks)
        withdrawn = sorted(kept_out.withdrawn.keys() & shown - set(purged))
        for article_id in withdrawn:
            at, by, why = kept_out.withdrawn[article_id]
            values = {"withdrawn_at": at, "withdrawn_by": by, "withdrawn_why": why}
            connection.execute(update(articles).where(articles.c.id == article_id).values(**values))
    if purged:
        _erase(restored, purged)
    return tuple(purged), tuple(withdrawn)


def _marks(*names: str | None) -> set[str]:
    """The keys under which a purge of this article would be remembered."""
    known = (name.encode("utf-8", "surrogatepass") for name in names if name)
    return {PURGED + hashlib.sha256(name).hexdigest() for name in known}


def _erase(restored: Library, ids: Sequence[str]) -> None:
    """Every row of these articles, and their bytes in the file."""
    mine = select(revisions.c.id).where(revisions.c.article_id.in_(ids))
    slices = select(passages.c.id).where(passages.c.revision_id.in_(mine))
    quoting = select(answer_quotes.c.answer_id).where(answer_quotes.c.article_id.in_(ids))
    with restored.write() as connection:
        saved = list(connection.scalars(quoting.distinct()))
        forget_answers(connection, saved)
        connection.execute(delete(fetches).where(fetches.c.article_id.in_(ids)))
        connection.execute(delete(embeddings).where(embeddings.c.passage_id.in_(slices)))
        connection.execute(delete(passages).where(passages.c.revision_id.in_(mine)))
        connection.execute(delete(articles).where(articles.c.id.in_(ids)))
        connection.execute(delete(revisions).where(revisions.c.article_id.in_(ids)))
    with closing(restored.engine.raw_connection()) as connection:
        connection.cursor().execute("VACUUM")  # outside of every transaction
