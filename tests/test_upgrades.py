"""An index directory of an earlier Byline, met by a command of this one: it works, and nobody had to do anything."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from byline.build import DATABASE
from byline.cli import main
from byline.types import ArticleRef
from tests.newsroom import CountingEmbedder, RealIndexes, newsroom

FIRST = Path(__file__).parent / "library" / "first_version.sql"
QUESTION = "How many piers does the bridge have?"

Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> CountingEmbedder:
    """The one that the first version's library names, and its passage rules."""
    made = CountingEmbedder()
    monkeypatch.setattr("byline.build.load_embedder", lambda *_, **__: made)
    monkeypatch.setenv("BYLINE_PASSAGE_TOKENS", "32")
    return made


@pytest.fixture(params=["its indexes", "indexes of something else", "no indexes", "files that are no indexes"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """As the first version left it, and as it may have been mistreated since."""
    index = tmp_path / "index"
    generation = index / "gen-0001"
    index.mkdir()
    with closing(sqlite3.connect(index / DATABASE)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(FIRST.read_text())
    if request.param == "files that are no indexes":
        for file in ("chroma/chroma.sqlite3", "lexical/meta.json"):
            (generation / file).parent.mkdir(parents=True)
            (generation / file).write_bytes(b"of another version" * 500)
    elif request.param != "no indexes":
        kept = connection_passages(index) if request.param == "its indexes" else ["f" * 20]
        vectors, lexical = RealIndexes().vectors(generation), RealIndexes().lexical(generation)
        vectors.add(kept, CountingEmbedder().embed_query("bridge")[None, :].repeat(len(kept), axis=0))
        lexical.add((name, ["bridg"], ArticleRef(name, "")) for name in kept)
        vectors.close()
        lexical.close()
    return index


def connection_passages(index: Path) -> list[str]:
    with closing(sqlite3.connect(index / DATABASE)) as connection:
        return [name for (name,) in connection.execute("SELECT id FROM passages")]


@pytest.fixture
def byline(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Rows:
    def run(*arguments: object) -> list[dict[str, Any]]:
        monkeypatch.setattr(sys, "argv", ["byline", *map(str, arguments), "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        assert not ended.value.code, captured.err
        return [json.loads(line) for line in captured.out.splitlines()]

    return run


def check(index: Path, embedder: CountingEmbedder, articles: set[str]) -> None:
    with newsroom(index) as room:
        assert set(room.articles()) == articles
        held = room.held()
        assert held["live"] == held["vectors"] == held["lexical"]
        assert len(held["live"]) == len(articles)


def test_it_answers_and_embeds_nothing(index: Path, embedder: CountingEmbedder, byline: Rows) -> None:
    [found] = byline("search", QUESTION, "--index", index)
    assert "three piers" in found["hits"][0]["text"]
    [answer] = byline("ask", QUESTION, "--index", index)
    assert answer["question"] == QUESTION
    assert embedder.embedded == []
    check(index, embedder, {"bridge", "ferry"})


def test_it_syncs(index: Path, embedder: CountingEmbedder, byline: Rows, tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "river.md").write_text("The river flooded two villages. Crews pumped for nine days.")
    [report] = byline("sync", folder, "--index", index)
    assert (report["added"], report["removed"]) == (1, 0)
    assert len(embedder.embedded) == 1
    check(index, embedder, {"bridge", "ferry", "river"})


def test_it_is_looked_at_and_saved(index: Path, embedder: CountingEmbedder, byline: Rows, tmp_path: Path) -> None:
    [saved] = byline("backup", tmp_path / "first.byline", "--index", index)
    assert (saved["schema"], saved["articles"]) == ("0001", 2)
    [status] = byline("status", "--index", index)
    assert (status["articles"], status["checked"]) == (2, None)
    [restored] = byline("restore", tmp_path / "first.byline", "--index", tmp_path / "other")
    assert (restored["articles"], restored["manifest"]["schema"]) == (2, "0001")
    assert embedder.embedded == []
    check(tmp_path / "other", embedder, {"bridge", "ferry"})
