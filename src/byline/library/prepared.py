"""What every question asks of the library: statements compiled once, read without SQLAlchemy around them.

That takes two thirds of the time of such a read (100 rows: 1.0 CPU-ms, .3 this way; a single one: .12 and .01), most of
it for the BEGIN and the list of ids. One statement sees one state of the library as it is.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import cached_property
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from byline.library.connection import Connected
from byline.library.storage import storage_errors

GIVEN = select(func.json_each(bindparam("ids")).table_valued("value").c.value)
"""The ids that `prepared` is given, for an IN: as one JSON parameter, so that the statement stays the same."""

Rows = Sequence[Any]


class Prepared:
    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement

    @cached_property
    def sql(self) -> tuple[str, dict[str, object]]:
        """The text, and the values that the statement itself names."""
        compiled = self.statement.compile(dialect=sqlite.dialect(paramstyle="named"))
        return str(compiled), {name: value for name, value in compiled.params.items() if value is not None}


class Asked(Connected):
    """Reads only."""

    def rows_of(self, prepared: Prepared, ids: Sequence[str] | None = None, **values: object) -> Rows:
        text, named = prepared.sql
        given = {} if ids is None else {"ids": json.dumps(list(ids), ensure_ascii=False)}
        with storage_errors(self.path):
            try:
                with closing(self.engine.raw_connection()) as connection:
                    cursor = connection.cursor()
                    cursor.execute(text, {**named, **given, **values})
                    return cursor.fetchall()
            except sqlite3.Error as error:
                raise DBAPIError(text, None, error) from error
