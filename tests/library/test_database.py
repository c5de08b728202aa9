"""`library.db` on its own: what is staged is not seen, what is published is seen at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from byline.ingest.embedding import embedder_input
from byline.ingest.text.passages import split
from byline.library.database import Library
from byline.testing import HashEmbedder
from byline.types import Article, ArticleRef, Passage, Span
from tests.newsroom import SOURCE, article

RULES = "p1-32"
HARBOUR = Article(
    ArticleRef(
        "harbour", "The harbour – “open” again", url="https://a.example/h", authors=("Ada Bee", "Ö. Ç"),
        publisher="Northline", section="Local", kind="news", language="en",
        published=datetime(2026, 1, 12, 9, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        modified=datetime(2026, 1, 13, tzinfo=UTC),
    ),
    "# Bridge\n\nThe 𝒷ridge opened. It’s 41 m long 🌉.\n\nBuses cross it.", "harbour.md", raw="r1",
)  # fmt: skip
COUNCIL = article("council", "The council paid 41 million crowns.")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(tmp_path / "library.db")
    yield opened
    opened.close()


def cut(found: Article) -> list[Passage]:
    return split(found, max_tokens=32, count_tokens=lambda text: len(text.split()))


def staged(library: Library, *found: Article) -> list[tuple[str, int]]:
    return library.stage(SOURCE, [(one, cut(one)) for one in found], RULES)


def show(library: Library, *found: Article) -> None:
    library.publish(staged(library, *found), SOURCE, {one.ref.id: one for one in found})


def embed(library: Library, passages: Sequence[Passage]) -> None:
    vectors = HashEmbedder().embed_passages([embedder_input(passage) for passage in passages])
    library.store_vectors(dict(zip((p.id for p in passages), vectors, strict=True)), HashEmbedder.fingerprint)


def test_what_was_written_is_read_back(library: Library) -> None:
    show(library, HARBOUR)
    [read] = library.live_articles()
    assert replace(read, raw=HARBOUR.raw) == HARBOUR
    assert read.digest == HARBOUR.digest
    passages = cut(HARBOUR)
    assert library.live_passages([p.id for p in passages]) == {p.id: p for p in passages}
    [source] = library.live_sources(SOURCE)
    assert (source.id, source.url, source.digest, source.origin, source.raw) == (
        *("harbour", "https://a.example/h", HARBOUR.digest),
        *("harbour.md", "r1"),
    )


def test_passages_are_slices_of_the_stored_text(library: Library) -> None:
    show(library, HARBOUR)
    [text] = library.article_texts(["harbour"]).values()
    for passage in library.live_passages([p.id for p in cut(HARBOUR)]).values():
        assert text[passage.start : passage.end] == passage.text
        assert all(span.within(text) == passage.slice(span) for span in passage.sentences)


def test_what_is_staged_is_not_seen(library: Library) -> None:
    staged(library, HARBOUR)
    assert list(library.live_articles()) == []
    assert library.live_passages([p.id for p in cut(HARBOUR)]) == {}
    assert library.live_sources(SOURCE) == []
    assert library.counts().articles == 0
    assert library.passage_ids(RULES, live=False) == {p.id for p in cut(HARBOUR)}


def test_staging_twice_is_staging_once(library: Library) -> None:
    assert staged(library, HARBOUR, COUNCIL) == staged(library, HARBOUR, COUNCIL)


def test_publishing_shows_the_new_revision_and_hides_the_old(library: Library) -> None:
    show(library, COUNCIL)
    corrected = article("council", "The council paid 50 million crowns.")
    show(library, corrected)
    assert library.article_texts(["council"]) == {"council": corrected.text}
    assert library.passage_ids(RULES, live=True) == {p.id for p in cut(corrected)}
    assert library.passage_ids(RULES, live=False) == {p.id for p in cut(COUNCIL)}
    show(library, COUNCIL)
    assert library.article_texts(["council"]) == {"council": COUNCIL.text}


def test_hidden_articles_are_out_of_sight(library: Library) -> None:
    show(library, HARBOUR, COUNCIL)
    library.hide(["harbour"])
    assert [found.ref.id for found in library.live_articles()] == ["council"]
    assert library.live_elsewhere("/other") == {"council": SOURCE}


def test_an_edition_for_every_change_readers_can_see(library: Library) -> None:
    editions = [library.edition()]
    for change in (
        partial(show, library, COUNCIL),
        partial(library.hide, ["council"]),
        partial(show, library, COUNCIL),
    ):
        change()
        editions.append(library.edition())
    assert editions == sorted(set(editions))
    staged(library, HARBOUR)
    library.record("sync", "nothing to see")
    assert library.edition() == editions[-1]


def test_counts(library: Library) -> None:
    assert (library.counts().articles, library.counts().newest) == (0, None)
    show(library, HARBOUR, COUNCIL)
    assert library.counts().articles == 2
    assert library.counts().newest == HARBOUR.ref.published


def test_vectors_come_back_as_they_went_in(library: Library) -> None:
    show(library, HARBOUR)
    passages = cut(HARBOUR)
    ids = [p.id for p in passages]
    assert library.embedded(ids, "hash:1") == set()
    embed(library, passages)
    assert library.embedded(ids, "hash:1") == set(ids)
    assert library.embedded(ids, "another") == set()
    wanted = HashEmbedder().embed_passages([embedder_input(p) for p in passages])
    whole = library.passage_vectors(ids, "hash:1")
    rows = library.live_sentence_vectors(ids, "hash:1", HashEmbedder.dimension)
    for passage_id, vectors in zip(ids, wanted, strict=True):
        np.testing.assert_array_equal(whole[passage_id], vectors.passage)
        assert rows[passage_id].shape == vectors.sentences.shape
        cosines = np.einsum("ij,ij->i", rows[passage_id], vectors.sentences)
        assert cosines.min() > 0.999  # one byte a number


def test_sentence_vectors_of_hidden_passages_are_not_given(library: Library) -> None:
    show(library, COUNCIL)
    embed(library, cut(COUNCIL))
    library.hide(["council"])
    assert library.live_sentence_vectors([p.id for p in cut(COUNCIL)], "hash:1", HashEmbedder.dimension) == {}


def test_forgotten_passages_leave_the_text(library: Library) -> None:
    show(library, COUNCIL)
    embed(library, cut(COUNCIL))
    library.hide(["council"])
    library.forget_passages(library.passage_ids(RULES, live=False))
    assert library.passage_ids(RULES, live=False) == set()
    show(library, COUNCIL)
    assert library.article_texts(["council"]) == {"council": COUNCIL.text}


def test_vectors_of_other_embedders_and_rules_are_forgotten(library: Library) -> None:
    show(library, COUNCIL)
    passages = cut(COUNCIL)
    embed(library, passages)
    other = [replace(passage, id="other") for passage in passages]
    library.stage_passages([(COUNCIL, other)], "p1-64")
    embed(library, other)
    library.add_generation("hash:1", RULES, None)
    library.forget_unused()
    assert library.embedded([passages[0].id, "other"], "hash:1") == {passages[0].id}
    assert library.passage_ids("p1-64", live=True) == set()


def test_more_ids_than_a_statement_takes(library: Library) -> None:
    many = [article(f"a{n:04}", f"Survey {n}.") for n in range(1200)]
    show(library, *many)
    ids = sorted(library.passage_ids(RULES, live=True))
    assert len(library.live_passages(ids)) == len(ids) == 1200
    library.hide([one.ref.id for one in many])
    assert library.counts().articles == 0


def test_other_processes_read_what_is_written(library: Library) -> None:
    second = Library.open(library.path)
    show(library, COUNCIL)
    assert [found.ref.id for found in second.live_articles()] == ["council"]
    second.close()


def test_a_sound_file_has_no_problems(library: Library) -> None:
    show(library, HARBOUR)
    assert library.integrity() == []


def test_a_passage_without_sentences(library: Library) -> None:
    passage = Passage("p", COUNCIL.ref, 0, 3, "The", sentences=())
    library.publish(library.stage(SOURCE, [(COUNCIL, [passage])], RULES), SOURCE, {"council": COUNCIL})
    assert library.live_passages(["p"]) == {"p": passage}
    assert library.live_passages(["p"])["p"].slice(Span(0, 3)) == "The"
