"""`byline index`: build, list, activate, rollback, drop, in this process and without a model."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from byline.cli import main
from byline.library.ownership import Ownership
from byline.protocols import Embedder
from byline.testing import HashEmbedder

Run = Callable[..., tuple[int | str | None, str, str]]


class Named(HashEmbedder):
    """Another model for every name, but that they all embed alike."""

    def __init__(self, name: str) -> None:
        self.fingerprint = f"{name}:1"


@pytest.fixture
def byline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on the index of this test, which was synced with the embedder `bundled`."""

    def load(name: str, **_: object) -> Embedder:
        return Named(name)

    def run(*arguments: object) -> tuple[int | str | None, str, str]:
        monkeypatch.setattr(sys, "argv", ["byline", *map(str, arguments), "--index", str(tmp_path / "index")])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code, said.out, " ".join(said.err.split())

    monkeypatch.setattr("byline.wiring.load_embedder", load)
    folder = tmp_path / "articles"
    folder.mkdir()
    for number, place in enumerate(("harbour", "council", "bridge", "station", "market", "school", "theatre")):
        text = (
            f"The {place} cost {number + 40} million crowns, as its keepers told the council on a long evening in May. "
            f"Nobody at the {place} had expected it, and nobody could say who would pay the rest of that bill."
        )
        (folder / f"{place}.md").write_text(f"---\ntitle: The {place}\n---\n{text}")
    run("sync", folder)
    return run


def listed(byline: Run) -> dict[str, dict[str, Any]]:
    [rows] = map(json.loads, byline("index", "list", "--json")[1].splitlines())
    return {row["generation"]: row for row in rows}


def active(byline: Run) -> str:
    [name] = [name for name, row in listed(byline).items() if row["active"]]
    return name


def test_build_go_back_and_drop(byline: Run) -> None:
    code, said, _ = byline("index", "build", "--embedder", "other")
    assert (code, "gen-0002 is active" in said) == (0, True)
    found = listed(byline)
    assert [row["embedder_name"] for row in found.values()] == ["bundled", "other"]
    assert all(row["whole"] for row in found.values())
    [answer] = map(json.loads, byline("ask", "What did the harbour cost?", "--json")[1].splitlines())
    assert answer["sentences"][0]["quotes"][0]["article_id"] == "harbour"
    assert byline("index", "rollback")[0] == 0
    assert active(byline) == "gen-0001"
    assert byline("index", "activate", "2")[0] == 0
    assert active(byline) == "gen-0002"
    code, _, said = byline("index", "drop", "gen-0002")
    assert (code, "gen-0002 is active" in said) == (1, True)
    assert byline("index", "drop", "gen-0001")[0] == 0
    assert list(listed(byline)) == ["gen-0002"]
    code, _, said = byline("index", "rollback")
    assert (code, "No other generation was ever active" in said) == (1, True)
    code, _, said = byline("index", "activate", "gen-0001")
    assert (code, "There are: gen-0002." in said) == (1, True)


def test_settings_that_ask_for_another_embedder_break_nothing(
    byline: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYLINE_EMBEDDER", "other")
    [answer] = map(json.loads, byline("ask", "What did the harbour cost?", "--json")[1].splitlines())
    assert answer["answered"]
    (tmp_path / "articles" / "tram.md").write_text("---\ntitle: The tram\n---\nThe tram cost 9 million crowns.")
    assert byline("sync", tmp_path / "articles")[0] == 0
    assert [row["embedder_name"] for row in listed(byline).values()] == ["bundled"]
    code, said, _ = byline("doctor")
    assert code == 0
    assert "ask for the embedder other" in said
    assert byline("index", "build")[0] == 0
    assert listed(byline)[active(byline)]["embedder_name"] == "other"


def test_one_that_is_built_beside_an_owner(byline: Run, tmp_path: Path) -> None:
    owner = Ownership(tmp_path / "index")
    try:
        assert byline("index", "build", "--passage-tokens", "64", "--no-activate")[0] == 0
        assert active(byline) == "gen-0001"
        assert byline("index", "activate", "gen-0002")[0] == 0
    finally:
        owner.release()
    assert active(byline) == "gen-0002"


def test_two_at_a_time_are_refused(byline: Run, tmp_path: Path) -> None:
    builder = Ownership(tmp_path / "index", "builder")
    try:
        code, _, said = byline("index", "build", "--embedder", "other")
        assert (code, "in use by another Byline process" in said) == (1, True)
    finally:
        builder.release()
    assert list(listed(byline)) == ["gen-0001"]


def test_a_significantly_worse_one_does_not_take_over(byline: Run, tmp_path: Path) -> None:
    """Evidence that goes over the border of two sentences, which short passages never hold."""
    questions = tmp_path / "questions.jsonl"
    places = ("harbour", "council", "bridge", "station", "market", "school", "theatre")
    quotes = {place: f"May. Nobody at the {place} had expected it, and nobody" for place in places}
    rows = [
        {"question": f"Who expected what the {place} cost?", "evidence": [{"article": place, "quote": quotes[place]}]}
        for place in places
    ]
    questions.write_text("".join(json.dumps(row) + "\n" for row in rows))
    code, said, error = byline("index", "build", "--embedder", "other", "--test-set", questions)
    assert (code, active(byline)) == (0, "gen-0002"), error
    assert "MRR@10 over 7 questions: 1.000 before, 1.000 after" in " ".join(said.split())
    code, said, error = byline("index", "build", "--passage-tokens", "32", "--test-set", questions)
    assert (code, active(byline)) == (1, "gen-0002"), said
    assert "gen-0003 is significantly worse" in error
    (tmp_path / "none.jsonl").write_text("no\n")
    code, _, error = byline("index", "build", "--embedder", "third", "--test-set", tmp_path / "none.jsonl")
    assert (code, "none.jsonl:1" in error) == (1, True)
