"""`byline models`: which models are configured, and whether the one that writes answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from byline.commands.options import Index, Json, console_on, print_json, settings_of


def models(index: Index = None, as_json: Json = False) -> None:
    """Show the configured models; ask the one that writes answers something small, and time it.

    Exit codes: 0 all is well, 1 it does not answer.
    """
    from byline.errors import ChatModelError
    from byline.models_checkup import answers, configured, not_installed, timed
    from byline.terminal import table

    settings = settings_of(index)
    found = configured(settings)
    timing, error = answers(settings)
    if as_json:
        fault = error.fault if isinstance(error, ChatModelError) else "not set up" if error else None
        tried: dict[str, Any] = asdict(timing) if timing else {"first_s": None, "tokens": None, "tokens_per_s": None}
        said = str(error) if error else None
        print_json({**found, "answers": timing is not None, "fault": fault, "error": said, **tried})
    else:
        providers = ", ".join(f"{name} {version}" for name, version in found["providers"].items())
        shown = {**found, "model": settings.model or "none: answers are the articles' own sentences"}
        shown["providers"] = providers or "none"
        rows = [(name.replace("_", " "), str(value)) for name, value in shown.items() if value is not None]
        table(console_on(), [*rows, *(("not there", command) for command in not_installed())])
        if timing:
            typer.echo(f"{settings.model} {timed(timing)}.")
    if error:
        raise error
