from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.ingest.formats.fields import make_ref, web_address
from byline.types import ArticleRef


def ref(**fields: Any) -> ArticleRef:
    return make_ref(fields, fallback_id="fallback", guess=lambda: ("Guessed", "title guessed"))[0]


@pytest.mark.parametrize(
    ("given_", "names"),
    [
        ("A Bee and C Dee", ("A Bee", "C Dee")),
        ("By A Bee, C Dee and E Eff", ("A Bee", "C Dee", "E Eff")),
        ("Sam Jones, Jr.", ("Sam Jones, Jr.",)),
        (["A Bee", "C Dee", "A Bee"], ("A Bee", "C Dee")),
        (["A Bee C Dee", "A Bee", "C Dee"], ("A Bee", "C Dee")),
        ([{"@type": "Person", "name": "A Bee"}, {"name": "C Dee"}], ("A Bee", "C Dee")),
        ({"name": "A Bee"}, ("A Bee",)),
        (None, ()),
    ],
)
def test_authors(given_: Any, names: tuple[str, ...]) -> None:
    assert ref(author=given_).authors == names


def test_the_names_people_use() -> None:
    found = ref(
        headline="T &amp; U", canonical_url="https://a.b/c", datePublished="2025-12-05", updated_at="2025-12-06",
        outlet={"name": "The Paper"}, category=["World", "Asia"], type="Opinion", lang="en_GB", id=" x\x00 7 ",
    )  # fmt: skip
    assert (found.id, found.title, found.url, found.publisher) == ("x 7", "T & U", "https://a.b/c", "The Paper")
    assert (found.section, found.kind, found.language) == ("World", "opinion", "en-GB")
    assert found.published is not None
    assert found.modified is not None
    assert (found.published.day, found.modified.day) == (5, 6)


def test_only_known_kinds_are_kept() -> None:
    assert ref(type="article").kind is None


def test_an_impossible_date_is_named_in_the_notes() -> None:
    found, notes = make_ref({"title": "T", "date": "2025-13-45"}, fallback_id="x", guess=lambda: ("", None))
    assert found.published is None
    assert len(notes) == 1
    assert "2025-13-45" in notes[0]


def test_ids_are_text_short_and_distinct() -> None:
    assert ref(id=7).id == "7"
    assert ref().id == "fallback"
    long = [ref(id="x" * 300 + end).id for end in "ab"]
    assert max(map(len, long)) <= 200
    assert long[0] != long[1]


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "//a.b/c",
        "/c",
        "http://",
        "http://[::1",
        "https://a.b/ c",
        "https://a.b/\u202ec",
        'https://a.b/"x',
        7,
    ],
)
def test_only_absolute_web_addresses_become_links(value: Any) -> None:
    assert web_address(value) is None


NAMES = ["id", "title", "url", "date", "author", "publisher", "kind", "lang", "updated"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_any_json_makes_a_ref(fields: dict[str, Any]) -> None:
    found = ref(**fields)
    assert 0 < len(found.id) <= 200
    assert found.url is None or found.url.lower().startswith(("http://", "https://"))
    assert all(found.authors)
