"""Libraries of every earlier Byline open; what migrations make is what the schema says."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from byline.errors import LibraryError
from byline.library.database import Library
from byline.library.schema import metadata

FIRST = Path(__file__).with_name("first_version.sql")


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A library as Byline 0.1 left it: three articles, one changed, one removed."""
    path = tmp_path / "library.db"
    connection = sqlite3.connect(path)
    connection.executescript(FIRST.read_text())
    connection.close()
    return path


def test_the_first_version_keeps_its_articles(first: Path) -> None:
    library = Library.open(first)
    try:
        found = {article.ref.id: article.text for article in library.live_articles()}
        assert sorted(found) == ["bridge", "ferry"]
        assert "three piers" in found["bridge"]
        assert library.counts().passages == 2
        assert len(library.passage_vectors(sorted(library.passage_ids("p1-32", live=True)), "hash:1")) == 2
    finally:
        library.close()


@pytest.mark.parametrize("made", ["migrated", "new"])
def test_tables_are_what_the_schema_says(first: Path, tmp_path: Path, made: str) -> None:
    path = first if made == "migrated" else tmp_path / "new.db"
    Library.open(path).close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        different = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert different == []


def test_opening_again_changes_nothing(first: Path) -> None:
    Library.open(first).close()
    before = first.read_bytes()
    Library.open(first).close()
    assert first.read_bytes() == before


def test_a_newer_library_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    Library.open(path).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(LibraryError, match=r"9999.*newer"):
        Library.open(path)
