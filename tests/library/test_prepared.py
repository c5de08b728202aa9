"""A prepared statement says what SQLAlchemy's own way says, and its errors are Byline's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from byline.errors import LibraryError
from byline.library.database import Library
from byline.library.prepared import GIVEN, Prepared
from byline.library.schema import articles
from tests.newsroom import SOURCE, article

IDS = ["a", "Ümläut", "𝒷🌉", 'it\'s “quoted” "twice"', "back\\slash", "line\nbreak", "%", "1", "null", "[]"]
KNOWN = Prepared(select(articles.c.id).where(articles.c.id.in_(GIVEN)).order_by(articles.c.id))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    opened = Library.open(tmp_path_factory.mktemp("library") / "library.db")
    found = {name: article(name, "The bridge opened.") for name in IDS}
    opened.publish(opened.stage(SOURCE, [(one, []) for one in found.values()], "p1-32"), SOURCE, found)
    yield opened
    opened.close()


OTHER = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(asked=st.lists(st.sampled_from(IDS) | OTHER))
def test_it_finds_the_ids_it_is_given(library: Library, asked: list[str]) -> None:
    assert {name for (name,) in library.rows_of(KNOWN, asked)} == set(asked) & set(IDS)


def test_more_ids_than_a_statement_has_parameters(library: Library) -> None:
    assert len(library.rows_of(KNOWN, [str(number) for number in range(100_000)] + IDS)) == len(IDS)


def test_a_connection_is_given_back_and_leaves_no_lock(library: Library) -> None:
    for _ in range(50):
        library.rows_of(KNOWN, IDS)
    assert library.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    library.record("sync", "")


def test_a_damaged_file_is_told_as_such(tmp_path: Path) -> None:
    opened = Library.open(tmp_path / "library.db")
    opened.close()
    for name in tmp_path.glob("library.db*"):
        name.write_bytes(b"no database" * 1000)
    with pytest.raises(LibraryError, match=r"library\.db cannot be read"):
        opened.rows_of(KNOWN, IDS)
