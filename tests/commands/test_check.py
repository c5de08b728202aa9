"""`byline check`: a text against its sources, without any index."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from byline.cli import app

SOURCE = "The ferry 🚢 carried 310,000 passengers last year. Its director is Ines Okafor, who took over in 2019."
TEXT = "The ferry carried 310,000 passengers last year. Its director is Ines Okafor, who took over in 2018."


def run(*arguments: str, stdin: str | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["check", *arguments], input=stdin)
    return result.exit_code, result.stdout, result.stderr


def batch(folder: Path, *lines: str) -> tuple[list[dict[str, Any]], str]:
    file = folder / "rows.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    code, shown, said = run("--batch", str(file))
    assert code == 0, said
    return [json.loads(line) for line in shown.splitlines()], said


def test_each_sentence_has_its_verdict_and_exact_quotes(tmp_path: Path) -> None:
    row = {"id": "r1", "text": TEXT, "sources": ["Nothing of it is here.", SOURCE]}
    (found,), _ = batch(tmp_path, json.dumps(row))
    assert found["id"] == "r1"
    assert found["supported"] is False
    first, second = found["sentences"]
    assert (first["supported"], second["supported"]) == (True, False)
    assert found["score"] == min(first["score"], second["score"])
    assert any("2018" in fault for fault in second["faults"])
    for sentence in (first, second):
        assert TEXT[sentence["start"] : sentence["end"]] == sentence["text"]
        for quote in sentence["quotes"]:
            assert row["sources"][quote["source"]][quote["start"] : quote["end"]] == quote["text"]
    assert first["quotes"][0]["source"] == 1


def test_a_bad_row_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = json.dumps({"id": 3, "text": "The ferry carried 310,000 passengers last year.", "sources": [SOURCE]})
    rows, said = batch(
        tmp_path, '{"id": 1, "sources": []}', "nonsense", '{"id": 2, "text": "A.", "sources": "b"}', good
    )
    assert [row["id"] for row in rows] == [1, None, 2, 3]
    assert [row["supported"] for row in rows] == [False, False, False, True]
    for number in (1, 2, 3):
        assert f"rows.jsonl:{number}: " in said
        assert rows[number - 1]["error"] in said


def test_no_source_and_no_words_carry_nothing(tmp_path: Path) -> None:
    rows, _ = batch(
        tmp_path, '{"id": "a", "text": "The ferry sank.", "sources": []}', '{"id": "b", "text": "", "sources": []}'
    )
    assert [row["supported"] for row in rows] == [False, False]
    assert [len(row["sentences"]) for row in rows] == [1, 0]


def test_one_text(tmp_path: Path) -> None:
    source = tmp_path / "source.txt"
    source.write_text(SOURCE, encoding="utf-8")
    code, shown, _ = run("--source", str(source), "--json", "--text", TEXT)
    assert code == 1
    assert json.loads(shown)["supported"] is False
    code, shown, _ = run("--source", str(source), stdin="The ferry carried 310,000 passengers last year.")
    assert code == 0
    assert "carried" in shown


def test_wrong_use(tmp_path: Path) -> None:
    assert run()[0] == 2
    assert run("--batch", str(tmp_path / "absent.jsonl"))[0] == 1
