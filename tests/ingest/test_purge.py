"""After a purge nothing below the index directory has the article's words: with real indexes, revisions, answers."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, select

from byline.build import _build_empty
from byline.errors import LibraryBusyError, UnknownIdError
from byline.ingest.purge import Purger
from byline.library.erasure import Erasure, Traces
from byline.library.schema import fetches, journal, library
from byline.models.terms import passage_terms
from byline.protocols import PassageInput, PassageVectors, Vector
from byline.testing import answering, quoting
from byline.types import Article, ArticleRef, Question
from byline.wire import answer_json
from byline.wiring import DATABASE
from tests.newsroom import SOURCE, CountingEmbedder, Newsroom, article, newsroom

URL = "https://a.example/kudankulam-story"
SECRET = Article(
    ArticleRef("kudankulam-story", "Kudankulam: a Tirunelveli reactor", url=URL, authors=("Ada Quillfeather",)),
    "The Kudankulam plant stands in Tirunelveli district. Rosatom delivers fuel by aeroplane, says Quillfeather.\n\n"
    "Inspectors found cracks in bearings. Zürich–Basel engineers were flown in — “immediately”. Nobody was hurt.",
    "kudankulam-story.md",
)  # fmt: skip
CORRECTED = replace(SECRET, text=SECRET.text.replace("by aeroplane", "by icebreaker convoy"))
COUNCIL = article("council", "The council paid 41 million crowns. Inspectors found nothing wrong with the district.")
RIVER = article("river", "The river flooded two villages. Engineers were flown in. Nobody was hurt.")
WORDS = ["Kudankulam", "Tirunelveli", "Quillfeather", "aeroplane", "icebreaker", "bearings", "Basel"]


NOWHERE: dict[str, list[str]] = {word: [] for word in WORDS}


class DenseEmbedder(CountingEmbedder):
    """Vectors without zeros, like a model's, so that their bytes can be searched for."""

    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageVectors]:
        made = super().embed_passages(passages)
        return [PassageVectors(_filled(vectors.passage), _filled(vectors.sentences)) for vectors in made]


def _filled(vectors: Vector) -> Vector:
    noise = np.random.default_rng(int(np.abs(vectors).sum() * 1e6)).normal(size=vectors.shape)
    filled = vectors + noise / 50
    return np.asarray(filled / np.linalg.norm(filled, axis=-1, keepdims=True), dtype=np.float32)


@contextmanager
def opened(index: Path) -> Iterator[tuple[Newsroom, Purger]]:
    with newsroom(index, embedder=DenseEmbedder()) as room:
        yield room, Purger(room.library, room.generations, index, passage_terms, _build_empty)


def everywhere(index: Path, word: str) -> list[str]:
    """Files that have it, by a search that owes nothing to the one under test."""
    forms = {word, word.lower(), word.upper()}
    wanted = [form.encode(code) for form in forms for code in ("utf-8", "utf-16-le", "utf-16-be")]
    return [p.name for p in index.rglob("*") if p.is_file() and any(form in p.read_bytes() for form in wanted)]


def fill(room: Newsroom) -> dict[str, str]:
    """Two revisions, three saved answers, a fetched address and a journal that name it; returns the answers' ids."""
    room.sync([SECRET, COUNCIL, RIVER])
    found = {passage.article.id: passage for passage in room.passages().values() if passage.start == 0}
    quoting_it = answering("Who delivers?", quoting(found["kudankulam-story"], "The Kudankulam plant"))
    others = answering("Who paid?", quoting(found["council"], "The council paid 41 million crowns."))
    asking = replace(others, question=Question("Is Tirunelveli safe?", "Is Tirunelveli safe?"))
    listing = replace(others, sources=(*others.sources, SECRET.ref))
    answers = {"quoting": quoting_it, "others": others, "asking": asking, "listing": listing}
    saved = {name: room.library.save_answer(answer, answer_json(answer)) for name, answer in answers.items()}
    room.sync([CORRECTED, COUNCIL, RIVER])
    room.library.record("fetch", f"{URL}: unchanged")
    with room.library.write() as connection:
        connection.execute(insert(fetches).values(url=URL, source=SOURCE, fetched_at="2026-01-12"))
    return saved


def test_nothing_is_left_and_nothing_else_is_lost(tmp_path: Path) -> None:
    index = tmp_path / "index"
    with opened(index) as (room, purger):
        saved = fill(room)
        assert all(everywhere(index, word) for word in WORDS)
        shutil.copytree(index / room.active.name, index / "gen-0099")  # of a run that was killed
        report = purger.purge("kudankulam-story")
        assert report.found == ()
        assert (report.revisions, report.answers) == (2, 3)
        assert report.words >= len(WORDS)
        assert report.runs > 20
        assert report.vectors == 2
        assert report.terms > 4
        assert set(room.articles()) == {"council", "river"}
        assert (index / f"{DATABASE}-wal").exists()  # still open: the log is searched too
        assert {word: everywhere(index, word) for word in WORDS} == NOWHERE
        [[first, *_], none] = room.search("What did the council pay?", "Kudankulam Tirunelveli")
        assert first.passage.article.id == "council"
        assert {hit.passage.article.id for hit in none} <= {"council", "river"}
        assert room.library.saved_answer(saved["others"]).question == "Who paid?"
        for name in ("quoting", "asking", "listing"):
            with pytest.raises(UnknownIdError):
                room.library.saved_answer(saved[name])
        with room.library.read() as connection:
            events = dict(connection.execute(select(journal.c.event, journal.c.detail)).all())
        assert events["fetch"] == "(purged)"
        assert events["purge"] == "one article"
    assert {word: everywhere(index, word) for word in WORDS} == NOWHERE
    assert [path.name for path in index.glob("gen-*") if path.is_dir()] == ["gen-0002"]


def _copy_generation(room: Newsroom, index: Path) -> None:
    shutil.copytree(index / room.active.name, index / "kept")


PLANT: dict[str, Callable[[Newsroom, Path, Traces], object]] = {
    "words": lambda room, index, traces: (index / "log").write_text("icebreaker"),
    "runs of five words": lambda room, index, traces: (index / "log").write_bytes(
        "fuel by icebreaker convoy, says".encode("utf-16-le")
    ),
    "passage vectors": lambda room, index, traces: (index / "log").write_bytes(traces.vectors[0][400:900]),
    "sentence vectors": lambda room, index, traces: (index / "log").write_bytes(traces.sentence_vectors[0]),
    "old generation": lambda room, index, traces: _copy_generation(room, index),
    "name": lambda room, index, traces: (index / "tirunelveli.tmp").touch(),
}


@pytest.mark.parametrize("planted", list(PLANT))
def test_what_is_left_behind_is_found(planted: str, tmp_path: Path) -> None:
    index = tmp_path / "index"
    with opened(index) as (room, purger):
        fill(room)
        PLANT[planted](room, index, room.library.traces("kudankulam-story"))
        found = purger.purge(URL).found
    expected = {"old generation": "kept", "name": "tirunelveli.tmp"}.get(planted, "log")
    assert {remains.file.partition("/")[0] for remains in found} == {expected}
    if expected == "log":
        assert planted in {remains.kind for remains in found}


def test_rows_that_are_only_deleted_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without overwriting and rewriting the file, free pages keep the words."""
    index = tmp_path / "index"
    monkeypatch.setattr(Erasure, "compact", lambda self: None)
    with opened(index) as (room, purger):
        fill(room)
        assert DATABASE in {found.file.removesuffix("-wal") for found in purger.purge("kudankulam-story").found}


def test_a_purged_article_does_not_come_back_until_it_is_allowed(tmp_path: Path) -> None:
    with opened(tmp_path / "index") as (room, purger):
        fill(room)
        purger.purge("kudankulam-story")
        renamed = replace(CORRECTED, ref=replace(CORRECTED.ref, id="another"), origin="another.md")
        for returned in (CORRECTED, SECRET, renamed):
            report = room.sync([returned, COUNCIL, RIVER])
            [rejected] = report.rejected
            assert (rejected.origin, rejected.reason) == (returned.origin, "was purged")
            assert f"--forget {returned.ref.id}" in rejected.next_step
            assert set(room.articles()) == {"council", "river"}
        with room.library.read() as connection:
            assert "kudankulam" not in str(connection.execute(select(library)).all())
        assert not purger.allow_again("council")
        assert purger.allow_again(URL)
        assert room.sync([CORRECTED, COUNCIL, RIVER]).added == 1


def test_a_purged_row_keeps_no_other_row_of_its_file(tmp_path: Path) -> None:
    rows = [replace(found, origin=f"rows.jsonl:{n}") for n, found in enumerate((SECRET, COUNCIL, RIVER), 1)]
    with opened(tmp_path / "index") as (room, purger):
        room.sync(rows)
        purger.purge("kudankulam-story")
        assert room.sync(rows[:2]).removed == 1


def test_an_interrupted_purge_is_finished_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = tmp_path / "index"

    def broken(self: Erasure) -> None:
        raise KeyboardInterrupt

    with opened(index) as (room, purger):
        fill(room)
        with monkeypatch.context() as patched:
            patched.setattr(Erasure, "compact", broken)
            with pytest.raises(KeyboardInterrupt):
                purger.purge("kudankulam-story")
    with opened(index) as (room, purger):
        assert set(room.articles()) == {"council", "river"}
        report = purger.purge(URL)
        assert report.resumed
        assert {word: everywhere(index, word) for word in WORDS} == NOWHERE
        with pytest.raises(UnknownIdError):
            purger.purge("kudankulam-story")


def test_a_reader_in_another_process_is_waited_for_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byline.library.erasure._WAIT_S", 0.2)
    with opened(tmp_path) as (room, purger):
        fill(room)
        with closing(sqlite3.connect(tmp_path / DATABASE)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM articles").fetchone()
            with pytest.raises(LibraryBusyError, match="Run the same command again"):
                purger.purge("kudankulam-story")
        assert purger.purge("kudankulam-story").resumed


def test_other_articles_with_its_words_are_named(tmp_path: Path) -> None:
    copy = replace(SECRET, ref=ArticleRef("copy", "Kudankulam", url="https://b.example/copy"), origin="copy.md")
    with opened(tmp_path) as (room, purger):
        room.sync([SECRET, copy, RIVER])
        report = purger.purge("kudankulam-story")
        assert report.found == ()
        assert report.alike["copy"] > 0.8
        assert "Kudankulam" in room.articles()["copy"]


def test_the_words_of_the_index_itself_are_nobodys(tmp_path: Path) -> None:
    """An article about databases: its words stand in every index, and are no remains."""
    about = article("databases", "A metadata segment keeps embeddings in a collection: tenants, databases, migrations.")
    with opened(tmp_path) as (room, purger):
        room.sync([about, RIVER])
        assert purger.purge("databases").found == ()
