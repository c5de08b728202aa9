"""`byline backup` and `byline restore`: the library in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from byline.commands.options import Index, Json, print_json, settings_of

File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup, such as library.byline.")]


def backup(
    file: File,
    index: Index = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it exists.")] = False,
    as_json: Json = False,
) -> None:
    """Copy the library into one file; works beside a running server or sync."""
    from dataclasses import asdict

    from byline.build import DATABASE, require_library
    from byline.library.backup import write_backup

    settings = settings_of(index)
    require_library(settings.index)
    done = write_backup(settings.index / DATABASE, file, force=force)
    if as_json:
        told = {**asdict(done.manifest), "file": str(file), "file_bytes": done.bytes, "seconds": round(done.seconds, 3)}
        print_json(told)
        return
    held = done.manifest
    typer.echo(
        f"{file}: {held.articles} articles, {held.passages} passages, {done.bytes:,} bytes in {done.seconds:.1f} s. "
        "Indexes are not in it; they are built from it."
    )


def restore(
    file: File,
    index: Index = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the articles that are there.")] = False,
    as_json: Json = False,
) -> None:
    """Make an index from a backup; nothing is embedded again."""
    from dataclasses import asdict

    from byline.build import DATABASE, generations_of
    from byline.library.restore import restore_backup

    settings = settings_of(index)
    done = restore_backup(file, settings.index / DATABASE, generations_of, replace=replace)
    if as_json:
        told = {**asdict(done), "manifest": asdict(done.manifest), "seconds": round(done.seconds, 3)}
        print_json({"file": str(file), "index": str(settings.index), **told})
        return
    typer.echo(
        f"{settings.index}: {done.articles} articles, {done.passages} passages, as they were on "
        f"{done.manifest.made_at}, in {done.seconds:.1f} s."
    )
    for what, ids in (("purged", done.purged), ("withdrawn", done.withdrawn)):
        if ids:
            typer.echo(f"Still {what}, as here before: {', '.join(ids)}.")
    typer.echo("What was withdrawn or purged elsewhere since then is back: do that again before you serve it.")
