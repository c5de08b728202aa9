"""Every setting, read once from the environment: `BYLINE_INDEX`, `BYLINE_PORT`, … An unknown one is an error."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as NotJsonError

from byline.errors import SettingsError

PREFIX = "BYLINE_"
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def length_of_time(text: Any) -> timedelta:
    """`90s`, `30m`, `2h`, `1d`; longer than nothing. Raises ValueError."""
    if isinstance(text, timedelta):
        return text
    found = re.fullmatch(r"\s*(\d{1,6})\s*([smhd])\s*", str(text))
    if found is None or not int(found[1]):
        raise ValueError("it should be a number and a unit, such as 30m, 2h or 1d")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def several(text: Any) -> Any:
    """Words with spaces or commas between them."""
    return tuple(re.split(r"[\s,]+", text.strip())) if isinstance(text, str) and text.strip() else text or ()


class Settings(BaseSettings):
    """Flat and frozen; options of a command override what the environment says."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    index: Path = Field(Path("index"), description="directory of the library and its indexes")
    embedder: str = Field("bundled", description="`bundled`, or a sentence-transformers model by name or path")
    model_cache: Path | None = Field(None, description="where exported models are kept; default: the user's cache")
    passage_tokens: int = Field(200, ge=32, le=400, description="longest passage, in cl100k tokens")
    threads: int = Field(2, ge=1, le=64, description="threads that embed while syncing")
    max_lag: Annotated[timedelta, BeforeValidator(length_of_time)] | None = Field(
        None, description="how long ago a source may have been checked before the articles count as stale"
    )
    examples: tuple[str, ...] = Field((), description="JSON list of questions that the chat page offers")
    allowed_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(several)] = Field(
        (), description="sites whose pages may ask, with spaces between: https://www.example.org https://*.example.org"
    )
    host: str = Field("127.0.0.1", description="address that `serve` listens on")
    port: int = Field(7860, ge=0, le=65535, description="port that `serve` listens on")


def read_settings(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Raises SettingsError naming the setting, its value and what is allowed. An override of None counts as absent."""
    environment = os.environ if environment is None else environment
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.85)  # the prefix alone makes .76
            hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(sorted(known))}."
            raise SettingsError(f"There is no setting {name}.", hint)
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except NotJsonError as error:
        raise SettingsError(
            f"BYLINE_EXAMPLES is {environment.get('BYLINE_EXAMPLES')!r}: not JSON.",
            """Write a list, such as '["What was agreed?"]', or unset it.""",
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise SettingsError(
            f"{PREFIX}{name.upper()} is {first['input']!r}: {first['msg'].lower().removeprefix('value error, ')}.",
            "Change it or unset it.",
        ) from error
