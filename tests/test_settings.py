from __future__ import annotations

import traceback
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from byline.errors import SettingsError
from byline.settings import read_settings


def test_defaults_and_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_PORT", "8000")
    assert read_settings().port == 8000
    assert read_settings(port=9000, index=None).port == 9000
    assert read_settings().index == Path("index")


def test_an_unknown_setting_is_named_with_its_likely_spelling() -> None:
    with pytest.raises(SettingsError, match=r"BYLINE_EMBEDER.*BYLINE_EMBEDDER"):
        read_settings({"BYLINE_EMBEDER": "x"})


def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_PORT", "eighty")
    with pytest.raises(SettingsError, match=r"BYLINE_PORT is 'eighty'"):
        read_settings()


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("30m", 1800), (" 2h ", 7200), ("1d", 86400)])
def test_a_length_of_time(text: str, seconds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_MAX_LAG", text)
    assert read_settings().max_lag == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "2", "h", "-2h", "0h", "2 weeks", "1.5h", "99999999999d"])
def test_a_wrong_length_of_time_is_named(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_MAX_LAG", text)
    with pytest.raises(SettingsError, match=r"BYLINE_MAX_LAG is .*it should be a number and a unit.*2h"):
        read_settings()


def test_frozen() -> None:
    with pytest.raises(ValidationError):
        read_settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODEL_URL", "https://reader:sk-planted@models.example/v1"),
        ("MODEL_URL", "https://models.example/v1?api_key=sk-planted"),
        ("MODEL_URL", "sk-planted"),
        ("MODEL_OPTIONS", "sk-planted"),
        ("MODEL_OPTIONS", '["sk-planted"]'),
    ],
)
def test_a_wrong_value_that_may_hold_a_key_is_not_shown(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"BYLINE_{name}", value)
    with pytest.raises(SettingsError, match=rf"BYLINE_{name} is not shown: .") as raised:
        read_settings()
    assert "sk-planted" not in "".join(traceback.format_exception(raised.value))
    assert raised.value.__context__ is None


@pytest.mark.parametrize("value", ["gpt-5", "openai:", ":gpt-5", "Open AI:gpt-5", "openai: "])
def test_a_model_is_provider_and_name(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_MODEL", value)
    with pytest.raises(SettingsError, match=r"BYLINE_MODEL is .*provider:name"):
        read_settings()
