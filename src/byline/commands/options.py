"""What commands have in common: their options, the settings they make of them, and JSON on the terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from byline.settings import Settings

Index = Annotated[Path | None, typer.Option("--index", help="Index directory.", show_default="index")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def settings_of(index: Path | None, **overrides: Any) -> Settings:
    from byline.settings import read_settings

    return read_settings(index=index, **overrides)


def console_on(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(highlight=False, stderr=stderr)


def print_json(value: Any) -> None:
    # ASCII escapes keep lone surrogates of hostile input printable and every consumer's decoder happy
    sys.stdout.write(json.dumps(value, ensure_ascii=True, default=str) + "\n")
    sys.stdout.flush()
