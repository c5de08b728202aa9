"""What every LexicalIndex promises, over the real adapter and the double."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from byline.protocols import LexicalIndex
from byline.testing import MemoryLexical
from byline.types import ArticleRef, Filters

NOWHERE = ArticleRef("nowhere", "An article that states neither date nor publisher")
NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)


def published(when: datetime, publisher: str = "Northline Wire", kind: str = "news") -> ArticleRef:
    return replace(NOWHERE, published=when, publisher=publisher, kind=kind, section="World")


PASSAGES = [
    ("trade", ["india", "russia", "trade", "rose", "to", "67", "billion"], published(NOON)),
    (
        "energy",
        ["oil", "and", "gas", "energy", "from", "russia"],
        published(NOON - timedelta(days=400), kind="opinion"),
    ),
    ("council", ["security", "council", "seat", "for", "india"], published(NOON, "Saltmarsh Review")),
    ("long", ("filler " * 60 + "council").split(), NOWHERE),
]


@pytest.fixture(params=["tantivy", "memory"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LexicalIndex]:
    if request.param == "memory":
        yield MemoryLexical()
        return
    from byline.library.lexical import TantivyLexical

    tantivy = TantivyLexical(tmp_path / "lexical")
    yield tantivy
    tantivy.close()


def test_rare_terms_and_short_passages_win(index: LexicalIndex) -> None:
    index.add(PASSAGES)
    found = index.search(["security", "council"], 5)
    assert [passage_id for passage_id, _ in found] == ["council", "long"]
    assert found[0][1] > found[1][1] > 0


def test_limit_and_unknown_terms(index: LexicalIndex) -> None:
    index.add(PASSAGES)
    assert len(index.search(["russia"], 1)) == 1
    assert index.search(["nowhere"], 5) == []
    assert index.search([], 5) == []


def test_coverage_adds_a_share_of_the_idf_of_each_term_that_is_there(index: LexicalIndex) -> None:
    index.add(PASSAGES)
    plain, covered = (
        dict(index.search(["russia", "trade"], 5)),
        dict(index.search(["russia", "trade"], 5, coverage=0.5)),
    )
    idf = {"russia": math.log1p(2.5 / 2.5), "trade": math.log1p(3.5 / 1.5)}
    assert covered["energy"] - plain["energy"] == pytest.approx(0.5 * idf["russia"], rel=1e-5)
    assert covered["trade"] - plain["trade"] == pytest.approx(0.5 * sum(idf.values()), rel=1e-5)
    assert [key for key, _ in index.search(["russia", "russia"], 1, coverage=0.5)] == ["energy"]


def test_adding_twice_is_adding_once(index: LexicalIndex) -> None:
    index.add(PASSAGES)
    index.add(PASSAGES[:2])
    assert index.ids() == {passage_id for passage_id, _, _ in PASSAGES}
    assert index.count() == len(PASSAGES)
    assert len(index.search(["russia"], 10)) == 2


def test_equals_are_ordered_by_id_however_they_were_written(index: LexicalIndex) -> None:
    for number in (7, 3, 9, 1, 5, 8, 2, 6, 4, 0):
        index.add([(f"p{number}", ["same", "words"], NOWHERE)])
    assert [passage_id for passage_id, _ in index.search(["same"], 4)] == ["p0", "p1", "p2", "p3"]
    assert len(index.search(["same"], 50)) == 10


def test_removed_passages_are_not_found(index: LexicalIndex) -> None:
    index.add(PASSAGES)
    index.remove(["energy"])
    assert index.ids() == {"trade", "council", "long"}
    assert [passage_id for passage_id, _ in index.search(["russia"], 5)] == ["trade"]


def test_document_frequencies_count_passages(index: LexicalIndex) -> None:
    index.add(PASSAGES)
    assert dict(index.document_frequencies(["council", "russia", "nowhere"])) == {
        "council": 2,
        "russia": 2,
        "nowhere": 0,
    }


FILTERS = st.builds(
    Filters,
    published_from=st.none() | st.sampled_from([NOON, NOON - timedelta(days=400), NOON + timedelta(microseconds=1)]),
    published_until=st.none() | st.sampled_from([NOON, NOON + timedelta(microseconds=1)]),
    publishers=st.frozensets(st.sampled_from(["Northline Wire", "Saltmarsh Review", "northline wire"]), max_size=2),
    sections=st.frozensets(st.sampled_from(["World", "Sport"]), max_size=2),
    kinds=st.frozensets(st.sampled_from(["news", "opinion"]), max_size=1),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILTERS)
def test_filters_leave_passages_out_and_change_no_score(index: LexicalIndex, filters: Filters) -> None:
    asked = ["russia", "india", "council"]
    index.add(PASSAGES)
    articles = {passage_id: article for passage_id, _, article in PASSAGES}
    expected = [hit for hit in index.search(asked, 9) if filters.admit(articles[hit[0]])]
    assert index.search(asked, 9, filters) == expected
    assert index.search(asked, 1, filters) == expected[:1]
    assert index.count(filters) == sum(map(filters.admit, articles.values()))


def test_a_range_of_dates_is_half_open(index: LexicalIndex) -> None:
    moment = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    index.add([("p", ["word"], published(moment))])
    later = moment.astimezone(UTC) + timedelta(microseconds=1)
    assert [hit[0] for hit in index.search(["word"], 1, Filters(published_from=moment, published_until=later))] == ["p"]
    assert index.search(["word"], 1, Filters(published_until=moment)) == []
    assert index.search(["word"], 1, Filters(published_from=later)) == []


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(min_size=1, max_size=20).filter(lambda t: not any(c.isspace() for c in t)), max_size=20))
def test_any_terms_may_be_asked(index: LexicalIndex, terms: list[str]) -> None:
    """Terms are searched as they are: there is no query language to trip over."""
    usable = [term for term in terms if term.isprintable()]
    index.add([("hostile", usable, NOWHERE)])
    for term in usable:
        assert "hostile" in dict(index.search([term], 50))
    index.remove(["hostile"])


def test_tantivy_keeps_what_it_was_given(tmp_path: Path) -> None:
    from byline.library.lexical import TantivyLexical

    first = TantivyLexical(tmp_path / "lexical")
    first.add(PASSAGES)
    first.close()
    again = TantivyLexical(tmp_path / "lexical")
    assert again.ids() == {passage_id for passage_id, _, _ in PASSAGES}
    again.close()


def test_scores_agree_with_the_formula(tmp_path: Path) -> None:
    """tantivy and the double implement the same BM25 (k1 1.2, b .75); tantivy rounds lengths to a byte."""
    from byline.library.lexical import TantivyLexical

    tantivy, memory = TantivyLexical(tmp_path / "lexical"), MemoryLexical()
    tantivy.add(PASSAGES)
    memory.add(PASSAGES)
    for query in (["russia"], ["council", "seat"], ["india", "trade", "67"]):
        left, right = dict(tantivy.search(query, 5)), dict(memory.search(query, 5))
        assert left.keys() == right.keys()
        for passage_id in left:
            assert left[passage_id] == pytest.approx(right[passage_id], rel=0.03)
    tantivy.close()
