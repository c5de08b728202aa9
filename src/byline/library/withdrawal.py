"""An editor's withdrawal: one transaction, from any process, obeyed by the next search of every other."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from byline.errors import InputError
from byline.library.connection import Connected, now
from byline.library.edition import new_edition
from byline.library.schema import articles, journal
from byline.library.visibility import BOTH, EDITOR, SOURCE


class Withdrawals(Connected):
    """What an editor withdrew stays withdrawn through every sync, whatever the file says, until it is undone."""

    def withdraw(self, article_id: str, why: str | None = None) -> None:
        """Readers no longer see it once this returns. A second time, only a new `why` is noted."""
        with self.write() as connection:
            before = _row(connection, article_id)
            by_source = before["withdrawn_by"] in (SOURCE, BOTH)
            values = {
                "withdrawn_at": before["withdrawn_at"] or self.moment(),
                "withdrawn_by": BOTH if by_source else EDITOR,
                "withdrawn_why": why or before["withdrawn_why"],
            }
            _change(connection, article_id, values, "withdraw")

    def undo_withdrawal(self, article_id: str) -> None:
        """Readers see it again, unless its source too says that it is withdrawn.

        Raises InputError when no editor withdrew it.
        """
        with self.write() as connection:
            before = _row(connection, article_id)
            if before["withdrawn_by"] == SOURCE:
                raise InputError(
                    f"{article_id!r} is withdrawn by its source, {before['origin']}.",
                    "Take `status: withdrawn` out of it there and sync again.",
                )
            if before["withdrawn_by"] is None:
                raise InputError(f"{article_id!r} is not withdrawn.", "`byline revisions ID` shows how it stands.")
            both = before["withdrawn_by"] == BOTH
            values = {
                "withdrawn_at": before["withdrawn_at"] if both else None,
                "withdrawn_by": SOURCE if both else None,
                "withdrawn_why": None,
            }
            _change(connection, article_id, values, "undo withdrawal")


def _row(connection: Connection, article_id: str) -> dict[str, str | None]:
    found = connection.execute(select(articles).where(articles.c.id == article_id)).mappings().one()
    return {name: found[name] for name in ("origin", "withdrawn_at", "withdrawn_by", "withdrawn_why")}


def _change(connection: Connection, article_id: str, values: dict[str, str | None], event: str) -> None:
    connection.execute(update(articles).where(articles.c.id == article_id).values(**values))
    connection.execute(insert(journal).values(at=now(), event=event, detail=article_id))
    new_edition(connection)
