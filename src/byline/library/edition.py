"""The number that tells a running search that what readers may see has changed under it."""

from __future__ import annotations

from sqlalchemy import Connection, Integer, Text, cast
from sqlalchemy.dialects.sqlite import insert as upsert

from byline.library.schema import library


def new_edition(connection: Connection) -> None:
    """In the transaction of the change."""
    following = cast(cast(library.c.value, Integer) + 1, Text)
    first = upsert(library).values(key="edition", value="1")
    connection.execute(first.on_conflict_do_update(index_elements=["key"], set_={"value": following}))
