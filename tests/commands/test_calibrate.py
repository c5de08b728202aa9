"""`byline calibrate` with the demo questions: what it says, what it writes, and that answers go by it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from byline.answer.calibration import FILE
from byline.build import open_desk
from byline.cli import main
from byline.settings import read_settings
from tests.conftest import ROOT

ROWS = ROOT / "evals" / "questions.jsonl"
Run = Callable[..., tuple[int | str | None, str, str]]


@pytest.fixture
def index(demo_index: Path, tmp_path: Path) -> Path:
    return copytree(demo_index, tmp_path / "index", ignore=lambda folder, names: [n for n in names if "lock" in n])


@pytest.fixture
def byline(index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int | str | None, str, str]:
        monkeypatch.setattr(sys, "argv", ["byline", *map(str, arguments), "--index", str(index)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code, said.out, " ".join(said.err.split())

    return run


def test_what_is_written_is_what_answers_go_by(byline: Run, index: Path) -> None:
    code, out, _ = byline("calibrate", ROWS, "--try", "--json")
    tried = json.loads(out)
    assert (code, tried["file"]) == (0, None)
    assert not (index / FILE).exists()
    code, out, _ = byline("calibrate", ROWS, "--json")
    done = json.loads(out)
    assert (code, done["file"]) == (0, str(index / FILE))
    assert done["thresholds"] == tried["thresholds"]
    measured = done["on_questions_it_was_not_fitted_on"]
    assert (measured["answerable"], measured["unanswerable"]) == (227, 65)
    assert measured["auroc"] > 0.7
    with open_desk(read_settings({}, index=index)) as desk:
        rule = desk.extractive.rule
    assert {name: getattr(rule.thresholds, name) for name in done["thresholds"]} == done["thresholds"]


def test_too_few_rows_change_nothing(byline: Run, index: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(ROWS.read_text(encoding="utf-8").splitlines()[:5]))
    code, out, err = byline("calibrate", few)
    assert (code, out) == (1, "")
    assert "at least 40" in err
    code, _, err = byline("calibrate", ROWS, "--weights")
    assert code == 1
    assert "65 unanswerable questions; at least 100" in err
    assert not (index / FILE).exists()
