"""withdraw, revisions, answer, purge: run in this process, over a small library without a model."""

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

BRIDGE = "The harbour bridge opened on Monday. The repairs cost 41 million crowns."
QUESTION = "What did the repairs of the harbour bridge cost?"
Run = Callable[..., tuple[int | str | None, str, str]]


@pytest.fixture
def byline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on the index of this test; returns its exit code, output and errors."""

    def load(*_: object, **__: object) -> Embedder:
        return HashEmbedder()

    def run(*arguments: object) -> tuple[int | str | None, str, str]:
        monkeypatch.setattr(sys, "argv", ["byline", *map(str, arguments), "--index", str(tmp_path / "index")])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    monkeypatch.setattr("byline.wiring.load_embedder", load)
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.md").write_text(f"---\ntitle: Bridge [b]open[/b]\nurl: https://a.example/b\n---\n{BRIDGE}")
    (folder / "river.md").write_text("---\ntitle: River\n---\nThe river flooded two villages.")
    run("sync", folder)
    return run


def rows(ran: tuple[int | str | None, str, str]) -> list[dict[str, Any]]:
    assert ran[0] == 0, ran
    return [json.loads(line) for line in ran[1].splitlines()]


def edit(tmp_path: Path, text: str) -> None:
    path = tmp_path / "articles" / "bridge.md"
    path.write_text(path.read_text().replace(BRIDGE, text))


def test_withdrawn_beside_an_owner_and_undone(byline: Run, tmp_path: Path) -> None:
    owner = Ownership(tmp_path / "index")
    try:
        [row] = rows(byline("withdraw", "https://a.example/b", "--why", "wrong", "--json"))
        assert (row["id"], row["withdrawn_by"], row["withdrawn_why"]) == ("bridge", "editor", "wrong")
        assert row["withdrawn_at"].startswith("20")
    finally:
        owner.release()
    _, said, _ = byline("revisions", "bridge")
    assert "withdrawn by an editor" in said
    assert "Bridge [b]open[/b]" in said
    [answer] = rows(byline("ask", QUESTION, "--json"))
    assert "bridge" not in {source["article_id"] for source in answer["sources"]}
    assert byline("withdraw", "bridge", "--undo")[0] == 0
    [answer] = rows(byline("ask", QUESTION, "--json"))
    assert [quote["article_id"] for quote in answer["sentences"][0]["quotes"]] == ["bridge"]


@pytest.mark.parametrize("command", ["withdraw", "revisions", "purge"])
def test_an_unknown_id_names_near_ones(command: str, byline: Run) -> None:
    code, _, error = byline(command, "brigde")
    assert code == 1
    assert "'brigde'" in error
    assert "'bridge'" in error


def test_revisions_and_what_each_changed(byline: Run, tmp_path: Path) -> None:
    edit(tmp_path, BRIDGE.replace("41", "50"))
    byline("sync", tmp_path / "articles")
    [row] = rows(byline("revisions", "bridge", "--json"))
    assert [(r["live"], r["text"]) for r in row["revisions"]] == [(False, BRIDGE), (True, BRIDGE.replace("41", "50"))]
    _, said, _ = byline("revisions", "bridge", "--diff")
    assert f"-{BRIDGE}" in said
    assert f"+{BRIDGE.replace('41', '50')}" in said
    assert said.index("1. read") < said.index("2. read") < said.index("live")


def test_a_saved_answer_says_what_was_corrected(byline: Run, tmp_path: Path) -> None:
    _, said, _ = byline("ask", QUESTION, "--save")
    answer_id = said.rsplit("byline answer ", 1)[1].split("`")[0]
    [shown] = rows(byline("answer", answer_id, "--json"))
    assert {notice["state"] for notice in shown["notices"]} == {"as_quoted"}
    edit(tmp_path, BRIDGE.replace("41", "50"))
    byline("sync", tmp_path / "articles")
    _, said, _ = byline("answer", answer_id)
    assert "corrected since" in said
    assert "was: The repairs cost [-41-] million crowns." in said
    assert "now: The repairs cost [+50+] million crowns." in said
    byline("withdraw", "bridge", "--why", "not [yet] checked")
    _, said, _ = byline("answer", answer_id)
    assert "withdrawn on" in said
    assert "not [yet] checked" in said
    assert "crowns" not in said
    assert byline("answer", "nobody")[0] == 1


def test_saving_prints_the_id_as_json_too(byline: Run) -> None:
    [row] = rows(byline("ask", QUESTION, "--save", "--json"))
    [shown] = rows(byline("answer", row["id"], "--json"))
    assert {key: shown[key] for key in row} == row


def test_purge_proves_it_and_the_article_stays_away(byline: Run, tmp_path: Path) -> None:
    [saved] = rows(byline("ask", QUESTION, "--save", "--json"))
    [report] = rows(byline("purge", "bridge", "--json"))
    assert (report["revisions"], report["answers"], report["found"]) == (1, 1, [])
    files = [path for path in (tmp_path / "index").rglob("*") if path.is_file()]
    assert files
    assert not any(b"harbour" in path.read_bytes() for path in files)
    assert byline("answer", saved["id"])[0] == 1
    _, said, _ = byline("sync", tmp_path / "articles")
    assert "bridge.md" in said
    assert "was purged" in said
    assert byline("purge", "--forget", "bridge")[0] == 0
    assert byline("purge", "--forget", "bridge")[0] == 1
    _, said, _ = byline("sync", tmp_path / "articles")
    assert "1 added" in said


def test_purge_says_what_was_found(byline: Run, tmp_path: Path) -> None:
    (tmp_path / "index" / "notes").write_text("harbour bridge")
    code, said, _ = byline("purge", "bridge")
    assert code == 1
    assert "FOUND in notes: words" in said
    assert "backups made outside" in said


def test_purge_beside_a_server_names_what_works(byline: Run, tmp_path: Path) -> None:
    owner = Ownership(tmp_path / "index")
    try:
        code, _, error = byline("purge", "bridge")
    finally:
        owner.release()
    assert code == 1
    assert "byline withdraw" in error


def test_a_receipt_is_verified_and_a_forged_one_is_not(byline: Run, tmp_path: Path) -> None:
    [asked] = rows(byline("ask", QUESTION, "--save", "--json"))
    assert asked["answered"]
    code, printed, _ = byline("answer", asked["id"], "--receipt")
    assert code == 0
    path = tmp_path / "receipt.json"
    path.write_text(printed)
    [found] = rows(byline("verify", path, "--json"))
    assert found["exact"]
    assert [quote["match"] for quote in found["quotes"]] == ["exact"] * len(found["quotes"])
    edit(tmp_path, BRIDGE.replace("41", "50"))
    byline("sync", tmp_path / "articles")
    code, said, _ = byline("verify", path)
    assert code == 0
    assert "corrected since" in said
    assert "41" in said
    assert "50" in said
    path.write_text(printed.replace("41 million", "14 million"))
    code, said, _ = byline("verify", path)
    assert code == 1
    assert "was changed" in said
    assert "NOT the words" in said
    code, _, error = byline("verify", tmp_path / "nowhere.json")
    assert code == 1
    assert "nowhere.json" in error
