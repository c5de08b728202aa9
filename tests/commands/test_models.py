"""`byline models` and doctor's line, with the real server and with one that fails."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from byline.checkup import check_up
from byline.cli import main
from byline.models_checkup import Timing, try_model
from byline.settings import read_settings
from byline.testing import ScriptedChatModel
from tests.faulty_model import failing, faulty_model, streamed
from tests.model_server import ModelServer

KEY = "sk-planted-4f9a1c7e"
Run = Callable[..., tuple[int | str | None, str, str]]


@pytest.fixture
def byline(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str, **settings: str) -> tuple[int | str | None, str, str]:
        for name, value in settings.items():
            monkeypatch.setenv(f"BYLINE_{name.upper()}", value)
        monkeypatch.setattr(sys, "argv", ["byline", "models", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return run


def test_without_a_model_it_says_what_there_is(byline: Run) -> None:
    code, out, err = byline()
    assert (code, err) == (0, "")
    assert "articles' own sentences" in out
    assert "bundled" in out
    assert "langchain-openai" in out


def test_a_real_model_is_asked_and_timed(byline: Run, llama: ModelServer) -> None:
    code, out, _ = byline("--json", model="openai:SmolLM2", model_url=llama.url, model_key=KEY, model_tokens="16")
    said = json.loads(out)
    assert code == 0
    assert said["answers"]
    assert said["fault"] is None
    assert said["first_s"] > 0
    assert 1 < said["tokens"] <= 16
    assert said["tokens_per_s"] > 0
    assert said["model_key"] == "set"
    assert KEY not in out


@pytest.mark.parametrize("as_json", [True, False])
def test_a_model_that_does_not_answer_is_exit_code_1_and_a_clear_line(byline: Run, as_json: bool) -> None:
    with faulty_model(failing(401, "invalid_api_key", f"Incorrect API key provided: {KEY}")) as server:
        arguments = ["--json"] if as_json else []
        code, out, err = byline(*arguments, model="openai:m", model_url=server.url, model_key=KEY)
    assert code == 1
    assert err.splitlines()[-1] == "byline: The model openai:m answered invalid_api_key. Check BYLINE_MODEL_KEY."
    assert KEY not in out + err
    if as_json:
        said = json.loads(out)
        assert (said["answers"], said["fault"]) == (False, "unauthorized")


def test_a_package_that_is_missing(byline: Run) -> None:
    code, out, err = byline(model="openrouter:m")
    assert code == 1
    assert "openrouter:m" in out
    assert "`pip install langchain-openrouter`" in err


@pytest.mark.parametrize("answers", [True, False])
def test_doctor_has_a_line_for_it(answers: bool, tmp_path: Path) -> None:
    with faulty_model(streamed("one ", "two") if answers else failing(404)) as server:
        settings = read_settings({}, index=tmp_path / "index", model="openai:m", model_url=server.url, model_key=KEY)
        (line,) = [finding for finding in check_up(settings) if finding.check == "language model"]
    assert line.ok is answers
    assert "openai:m" in line.detail
    assert line.ok or line.next_step


def test_how_it_is_timed() -> None:
    clock = iter([0.0, 2.0, 6.0])
    assert try_model(ScriptedChatModel("one two three four"), 8, lambda: next(clock)) == Timing(2.0, 4, 1.0)
