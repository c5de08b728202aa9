"""The commands, run in this process; `test_bad_input.py` runs them as people do."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from byline import __version__
from byline.cli import main
from byline.library.ownership import Ownership
from byline.protocols import Embedder
from byline.testing import HashEmbedder
from byline.wiring import open_library

TARGET = "What trade target did India and Russia set for 2030?"
NOBODY = "Who won the 1998 football world cup final?"

ANSWER_KEYS = [
    "id", "question", "standalone", "answered", "reason", "confidence", "as_of", "stale", "warning",
    "fallback", "model", "usage", "struck", "premise", "sentences", "disagreements", "nearest", "newer", "sources",
    "fingerprints", "timing_ms",
]  # fmt: skip
SENTENCE_KEYS = ["text", "supported", "speaker", "quotes", "leads", "correction"]
QUOTE_KEYS = ["article_id", "start", "end", "text"]
SOURCE_KEYS = ["article_id", "title", "url", "publisher", "published", "kind", "authors", "also_in"]
HIT_KEYS = ["passage_id", "article_id", "start", "end", "text", "score", "ranks", "also_in"]


@dataclass(frozen=True, slots=True)
class Ran:
    code: int | str | None
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Every line of standard output, each a JSON object of its own."""
        assert self.code == 0, self.err
        return [json.loads(line) for line in self.out.splitlines()]


Byline = Callable[..., Ran]


@pytest.fixture
def byline(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Byline:
    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["byline", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Ran(ended.value.code, captured.out, captured.err)

    return run


@pytest.fixture
def without_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object, **__: object) -> Embedder:
        return HashEmbedder()

    monkeypatch.setattr("byline.wiring.load_embedder", load)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.md").write_text("---\ntitle: Bridge [bold]open[/bold]\n---\nThe harbour bridge opened on Monday.")
    (folder / "river.md").write_text("---\ntitle: River\n---\nThe river flooded two villages.")
    (folder / "broken.md").write_text("---\ntitle: a: b\n---\nText.")
    return folder


def check_answer(row: dict[str, Any]) -> None:
    assert list(row) == ANSWER_KEYS
    assert isinstance(row["answered"], bool)
    for sentence in row["sentences"]:
        assert list(sentence) == SENTENCE_KEYS
        assert sentence["supported"] is True
        assert sentence["quotes"]
        for quote in sentence["quotes"]:
            assert list(quote) == QUOTE_KEYS
            assert quote["end"] - quote["start"] == len(quote["text"])
    for source in row["sources"]:
        assert list(source) == SOURCE_KEYS


def test_the_shape_of_an_answer(byline: Byline, demo_index: Path) -> None:
    said, refused = byline("ask", TARGET, NOBODY, "--json", "--index", demo_index).rows
    for row in (said, refused):
        check_answer(row)
        assert row["id"] is None
    assert (said["question"], said["answered"], said["reason"]) == (TARGET, True, None)
    assert said["as_of"].startswith("202")
    assert set(said["timing_ms"]) == {"search", "answer"}
    assert (refused["answered"], refused["reason"], refused["sentences"]) == (False, "not_in_articles", [])
    assert refused["as_of"] is None
    assert refused["sources"]


def test_the_shape_of_hits(byline: Byline, demo_index: Path) -> None:
    [row] = byline("search", TARGET, "--limit", 3, "--json", "--index", demo_index).rows
    assert list(row) == ["id", "question", "standalone", "hits"]
    assert row["id"] is None
    assert len(row["hits"]) == 3
    for hit in row["hits"]:
        assert list(hit) == HIT_KEYS
        assert hit["end"] - hit["start"] == len(hit["text"])
        assert 0 <= hit["score"] <= 1
        assert set(hit["ranks"]) <= {"dense", "lexical", "sentence"}
        assert all(set(rank) == {"rank", "score"} for rank in hit["ranks"].values())


SEVERAL = "What does the joint statement say about energy, and who signed the agreement on medicines and fertiliser?"


def test_a_search_explained(byline: Byline, demo_index: Path) -> None:
    [row] = byline("search", SEVERAL, "--explain", "--json", "--index", demo_index).rows
    assert list(row) == ["id", "question", "standalone", "hits", "explain"]
    first, second = row["explain"]["parts"]
    assert list(first) == ["part", "start", "end", "text", "publishers", "dates", "names", "quoted"]
    assert [SEVERAL[part["start"] : part["end"]] for part in (first, second)] == [first["text"], second["text"]]
    assert len(row["explain"]["serves"]) == len(row["hits"])
    assert set(row["explain"]["serves"]) == {1, 2}
    shown = byline("search", SEVERAL, "--explain", "--index", demo_index).out
    assert "Part 2: and who signed the agreement" in shown
    assert "serves part 1" in shown
    [simple] = byline("search", "Who signed?", "--explain", "--json", "--index", demo_index).rows
    assert set(simple["explain"]["serves"]) == {None}


BATCH = [
    {"id": "first", "question": TARGET},
    {"id": "empty", "question": ""},
    {"id": "marks", "question": "?!…"},
    {"id": 4, "question": "And why?", "history": [{"role": "user", "content": TARGET}], "as_of": "2025-12-31"},
    {"id": "long", "question": "why " * 25_000},
    {"id": "last", "question": NOBODY},
]


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    lines = [json.dumps(row) for row in BATCH]
    lines.insert(2, "{not json")
    path = tmp_path / "batch.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path


IDS = ["first", "empty", None, "marks", "4", "long", "last"]
BAD = {"empty", None, "marks", "long"}


def test_a_batch_is_one_object_a_line_in_the_order_of_the_file(byline: Byline, demo_index: Path, batch: Path) -> None:
    ran = byline("ask", "--batch", batch, "--index", demo_index)
    assert [row["id"] for row in ran.rows] == IDS
    for row in ran.rows:
        if row["id"] in BAD:
            assert list(row) == [*ANSWER_KEYS, "error"]
            assert (row["answered"], row["reason"]) == (False, "unusable_question")
            assert row["error"]
        else:
            check_answer(row)
    assert ran.rows[4]["standalone"] == f"{TARGET[:-1]}, and why?"
    assert len(ran.err.splitlines()) == len(BAD)
    assert f"{batch}:3" in ran.err


def test_a_batch_of_searches(byline: Byline, demo_index: Path, batch: Path) -> None:
    ran = byline("search", "--batch", batch, "--limit", 2, "--index", demo_index)
    assert [row["id"] for row in ran.rows] == IDS
    for row in ran.rows:
        keys = ["id", "question", "standalone", "hits"]
        assert list(row) == ([*keys, "error"] if row["id"] in BAD else keys)
        assert len(row["hits"]) == (0 if row["id"] in BAD else 2)
    assert ran.rows[4]["standalone"] == f"{TARGET[:-1]}, and why?"


def test_several_questions_are_a_conversation(byline: Byline, demo_index: Path) -> None:
    ran = byline("ask", TARGET, "And why?", "--index", demo_index)
    assert ran.code == 0
    assert f"(understood as: {TARGET[:-1]}, and why?)" in ran.out
    assert "[1] " in ran.out
    assert "https://" in ran.out


def test_a_refusal_in_words(byline: Byline, demo_index: Path) -> None:
    ran = byline("ask", NOBODY, "--index", demo_index)
    assert ran.code == 0
    assert "Nothing in the articles is about this." in ran.out
    assert "The closest articles:" in ran.out


def test_as_of_a_day_what_came_later_is_not_known(byline: Byline, batch: Path, demo_index: Path) -> None:
    [asked] = byline("ask", TARGET, "--as-of", "2024-12-31", "--json", "--index", demo_index).rows
    assert asked["sources"]
    assert all(source["published"] is None or source["published"] < "2025" for source in asked["sources"])
    [then] = byline("search", TARGET, "--as-of", "2024-12-31", "--json", "--index", demo_index).rows
    [now] = byline("search", TARGET, "--json", "--index", demo_index).rows
    assert then["hits"]
    assert {hit["article_id"] for hit in now["hits"]} - {hit["article_id"] for hit in then["hits"]}
    first, *_ = byline("ask", "--batch", batch, "--as-of", "2024-12-31", "--index", demo_index).rows
    assert {**first, "id": None, "timing_ms": None} == {**asked, "timing_ms": None}
    assert byline("ask", TARGET, "--as-of", "soon", "--index", demo_index).code == 2


def test_a_time_that_the_articles_do_not_reach(byline: Byline, demo_index: Path) -> None:
    [asked] = byline("ask", "How large is trade with Russia this week?", "--as-of", "2027-06-01", "--json",
                     "--index", demo_index).rows  # fmt: skip
    assert (asked["answered"], asked["reason"]) == (False, "not_at_that_time")
    assert "this week" in asked["warning"]


@pytest.mark.usefixtures("without_model")
def test_sync_status_search_and_what_was_rejected(byline: Byline, articles: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    first = byline("sync", articles, "--index", index)
    assert first.code == 0
    assert "2 added, 0 changed, 0 unchanged, 0 removed, 1 rejected" in first.out
    assert "broken.md" in first.out
    (articles / "river.md").unlink()
    [report] = byline("sync", articles, "--index", index, "--json").rows
    assert [report[key] for key in ("added", "changed", "unchanged", "removed")] == [0, 0, 1, 1]
    assert report["rejected"][0]["origin"] == "broken.md"
    [status] = byline("status", "--index", index, "--json").rows
    assert (status["articles"], status["passages"], status["generation"]) == (1, 1, "gen-0001")
    [source] = status["sources"]
    assert (source["name"], source["articles"], source["error"]) == (str(articles), 1, None)
    assert (status["stale"], status["checked"]) == (False, source["in_step"])
    assert f"{articles}: 1 articles; in step less than a minute ago" in byline("status", "--index", index).out
    found = byline("search", "harbour bridge", "--index", index)
    assert "Bridge [bold]open[/bold]" in found.out
    assert "why: dense 1" in found.out


@pytest.mark.usefixtures("without_model")
def test_articles_that_are_behind_are_said_to_be(
    byline: Byline, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    byline("sync", articles, "--index", index)
    (articles / "bridge.md").rename(tmp_path / "bridge.md")
    for path in articles.iterdir():
        path.unlink()
    assert byline("sync", articles, "--index", index).code == 1
    with open_library(index) as library:
        library.source_in_step(str(articles), datetime.now(UTC) - timedelta(hours=5))
        library.source_failed(str(articles), "the disk was pulled out")
    assert "the last try failed: the disk was pulled out" in byline("status", "--index", index).out
    monkeypatch.setenv("BYLINE_MAX_LAG", "2h")
    assert byline("status", "--index", index, "--json").rows[0]["stale"] is True
    assert "last checked 5 hours ago" in byline("ask", "Is the harbour bridge open now?", "--index", index).out
    [then, now] = byline("ask", "When did the bridge open?", "Is it open now?", "--index", index, "--json").rows
    assert (now["stale"], then["stale"]) == (True, False)


@pytest.mark.usefixtures("without_model")
def test_json_of_a_sync_is_all_that_is_printed_there(byline: Byline, articles: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    one, two = byline("sync", articles / "bridge.md", articles / "river.md", "--json", "--index", index).rows
    assert (one["added"], two["added"]) == (1, 1)
    again = byline("sync", articles / "bridge.md", "--json", "--index", index)
    assert [row["unchanged"] for row in again.rows] == [1]


@pytest.mark.usefixtures("without_model")
def test_without_any_answer_the_next_step_is_a_sync(byline: Byline, tmp_path: Path) -> None:
    empty = tmp_path / "articles"
    empty.mkdir()
    (empty / "a.md").write_text("")
    assert byline("sync", empty, "--index", tmp_path / "index").code == 0
    assert "byline sync FOLDER" in byline("ask", "Who?", "--index", tmp_path / "index").out


@pytest.mark.parametrize("command", [("ask", "Who?"), ("search", "Who?"), ("status",)])
def test_asking_before_a_sync_says_what_to_do_and_leaves_nothing_behind(
    command: tuple[str, ...], byline: Byline, tmp_path: Path
) -> None:
    ran = byline(*command, "--index", tmp_path / "index")
    assert ran.code == 1
    assert str(tmp_path / "index") in ran.err
    assert "byline sync FOLDER" in ran.err
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", "Who?", "--batch", "x.jsonl"),
        ("search",),
        ("search", "Who?", "--limit", "0"),
        ("search", "Who?", "--limit", "101"),
        ("sync",),
        ("ask", "Who?", "--nonsense"),
        ("nonsense",),
        ("serve", "--port", "many"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...], byline: Byline, tmp_path: Path) -> None:
    ran = byline(*arguments)
    assert ran.code == 2
    assert "Usage:" in ran.err


def test_a_held_index_is_exit_code_1(byline: Byline, tmp_path: Path) -> None:
    (tmp_path / "library.db").touch()
    ownership = Ownership(tmp_path)
    try:
        ran = byline("ask", "Who?", "--index", tmp_path)
    finally:
        ownership.release()
    assert ran.code == 1
    assert "in use by another Byline process" in ran.err
    assert "--index" in ran.err


def test_stopping_is_exit_code_130(
    byline: Byline, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> Embedder:
        raise KeyboardInterrupt

    monkeypatch.setattr("byline.wiring.load_embedder", stopped)
    ran = byline("sync", articles, "--index", tmp_path / "index")
    assert (ran.code, "goes on from here" in ran.err) == (130, True)


def test_version(byline: Byline) -> None:
    assert byline("--version").out.strip() == __version__
