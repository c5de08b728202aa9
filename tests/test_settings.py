from __future__ import annotations

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


def test_frozen() -> None:
    with pytest.raises(ValidationError):
        read_settings().port = 1  # type: ignore[misc]
