"""The version of a library's schema: new files get the newest, older ones are brought up to it, newer ones refused.

Alembic costs a fifth of a second to import; it is, only when there is something to bring up.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from byline.errors import LibraryError
from byline.library.schema import SCHEMA_VERSION, metadata

_FIRST = "0001"  # of libraries from before there was a version table


def bring_up(engine: Engine, path: Path) -> None:
    """In one transaction. Raises LibraryError for a library of a newer Byline."""
    with engine.connect() as connection:
        if _version(connection) == SCHEMA_VERSION:
            return
    with engine.connect() as connection, connection.execution_options(alone=True).begin():
        found = _version(connection)
        if found is None:
            metadata.create_all(connection)
            _stamp(connection, SCHEMA_VERSION)
        elif found < SCHEMA_VERSION:
            _migrate(connection, found)
        else:
            raise LibraryError(
                f"{path} has schema {found}; this Byline reads {SCHEMA_VERSION}.",
                "Use the Byline that wrote it, or a newer one.",
            )


def _version(connection: Connection) -> str | None:
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" in tables:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
    return _FIRST if "revisions" in tables else None


def _stamp(connection: Connection, version: str) -> None:
    connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
    connection.execute(text("DELETE FROM alembic_version"))
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:version)"), {"version": version})


def _migrate(connection: Connection, found: str) -> None:
    from alembic import command
    from alembic.config import Config

    if found == _FIRST:
        _stamp(connection, _FIRST)
    config = Config()
    config.set_main_option("script_location", "byline.library:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
