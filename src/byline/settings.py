"""Every setting, read once from the environment: `BYLINE_INDEX`, `BYLINE_PORT`, … An unknown one is an error."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as NotJsonError

from byline.errors import SettingsError

PREFIX = "BYLINE_"
MAY_HOLD_A_KEY = frozenset({"model_key", "model_url", "model_options"})
_JSON = {"examples": """'["What was agreed?"]'""", "model_options": """'{"temperature": 0}'"""}
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


def provider_and_name(text: str) -> str:
    """`provider:name` of a language model. Raises ValueError."""
    provider, _, name = text.partition(":")
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", provider) or not name.strip():
        raise ValueError("it should be provider:name, such as openai:gpt-5-mini or ollama:qwen3")
    return text


def address(text: str) -> str:
    """Without a key in it: addresses are shown. Raises ValueError."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("it should be an address such as http://127.0.0.1:8080/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("it should be an address alone; a key goes into BYLINE_MODEL_KEY")
    return text


class Settings(BaseSettings):
    """Flat and frozen; options of a command override what the environment says."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

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
    checker: str | None = Field(
        None, description="a CrossEncoder by name or path that helps to check written sentences; none: the rule alone"
    )
    model: Annotated[str, AfterValidator(provider_and_name)] | None = Field(
        None, description="`provider:name` of the language model that writes answers; none: the articles' own sentences"
    )
    model_url: Annotated[str, AfterValidator(address)] | None = Field(
        None, description="where it is, when that is not the provider's own address"
    )
    model_key: SecretStr | None = Field(None, description="its key; providers' own variables are read too")
    model_options: Mapping[str, Any] = Field(
        {"temperature": 0},
        description="JSON object of further options for the provider's LangChain package",
        repr=False,
    )
    model_timeout_s: float = Field(60, gt=0, le=3600, description="seconds for a whole written answer")
    model_tokens: int = Field(300, ge=16, le=100_000, description="most tokens of a written answer")
    model_quote_tokens: int = Field(
        300, ge=50, le=10_000, description="most tokens of quotes that the language model is shown"
    )
    client_questions: int = Field(30, ge=1, description="questions a minute that one client may ask")
    site_questions: int = Field(600, ge=1, description="questions a minute that the readers of one site may ask")
    answers_at_once: int = Field(8, ge=1, le=64, description="questions that are answered at the same time")
    answers_waiting: int = Field(56, ge=0, le=1_000, description="questions that may wait for that; others get 503")
    trusted_proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(several)] = Field(
        (), description="addresses or networks of proxies whose X-Forwarded-For is believed, with spaces between"
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
    except (NotJsonError, ValidationError) as error:
        wrong = _said(error, environment)
    raise wrong  # here and not above: pydantic's errors hold the value, which may be a key


def _said(error: NotJsonError | ValidationError, environment: Mapping[str, str]) -> SettingsError:
    if isinstance(error, NotJsonError):
        found = re.search(r'field "(\w+)"', str(error))
        name = found[1] if found else "examples"
        value, problem = environment.get(f"{PREFIX}{name.upper()}"), "not JSON"
        step = f"Write it like {_JSON[name]}, or unset it."
    else:
        first = error.errors(include_url=False)[0]
        name, value, problem = str(first["loc"][0]), first["input"], first["msg"].removeprefix("Value error, ")
        problem, step = f"{problem[:1].lower()}{problem[1:]}", "Change it or unset it."
    shown = "not shown" if name in MAY_HOLD_A_KEY else repr(value)
    return SettingsError(f"{PREFIX}{name.upper()} is {shown}: {problem}.", step)
