"""`byline index`: build another generation of the indexes beside the active one, change over, go back, clear away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from byline.commands.options import Index, Json, console_on, print_json, settings_of
from byline.errors import InputError, LibraryError

if TYPE_CHECKING:
    from byline.library.database import Library
    from byline.library.registry import Generation, Standing

app = typer.Typer(no_args_is_help=True, help="Generations of the indexes: build, list, activate, rollback, drop.")

Name = Annotated[str, typer.Argument(metavar="GENERATION", help="Its name, such as gen-0002, or its number.")]
TestSet = Annotated[
    Path | None,
    typer.Option("--test-set", help="JSONL of questions with evidence; it must not be significantly worse on them."),
]


@app.command()
def build(
    index: Index = None,
    embedder: Annotated[
        str | None, typer.Option(help="`bundled`, or a sentence-transformers model by name or path.")
    ] = None,
    passage_tokens: Annotated[int | None, typer.Option(help="Longest passage, in cl100k tokens.")] = None,
    test_set: TestSet = None,
    activate: Annotated[bool, typer.Option(help="Let it take over once it passed its check.")] = True,
    as_json: Json = False,
) -> None:
    """Build a generation beside the active one, which goes on serving; check it; let it take over."""
    from byline.build import compare_generations, open_builder
    from byline.retrieve.compare import read_test_set
    from byline.terminal import progress_bar

    settings = settings_of(index, embedder=embedder, passage_tokens=passage_tokens)
    questions = read_test_set(test_set) if test_set else []
    console = console_on(stderr=as_json)
    with open_builder(settings) as builder:
        with progress_bar(console) as progress:
            made = builder.build(progress)
        if questions:
            compared = compare_generations(settings, made, questions)
            console.print(str(compared), markup=False)
            if compared.worse:
                raise LibraryError(
                    f"{made.name} is significantly worse than the active generation and was not activated.",
                    f"`byline index drop {made.name}` deletes it, `byline index activate {made.name}` takes it anyway.",
                )
        if activate:
            builder.activate(made)
    _said(made, as_json, active=activate)


@app.command(name="list")
def list_generations(index: Index = None, as_json: Json = False) -> None:
    """List the generations; works beside a running server."""
    from byline.build import open_library
    from byline.terminal import table

    settings = settings_of(index)
    with open_library(settings.index) as library:
        found = library.standings()
    if as_json:
        print_json([_standing_json(standing) for standing in found])
    else:
        table(console_on(), [(standing.generation.name, _in_words(standing)) for standing in found])


@app.command()
def activate(name: Name, index: Index = None, as_json: Json = False) -> None:
    """Bring a generation up to date and let it take over; the one before stays until it is dropped."""
    _activate(settings_index=index, name=name, as_json=as_json)


@app.command()
def rollback(index: Index = None, as_json: Json = False) -> None:
    """Go back to the generation that was active before this one."""
    _activate(settings_index=index, name=None, as_json=as_json)


@app.command()
def drop(name: Name, index: Index = None, as_json: Json = False) -> None:
    """Delete an inactive generation, and the vectors and passages that only it was made of."""
    from byline.build import generations_of, open_library
    from byline.library.ownership import Ownership

    settings = settings_of(index)
    with open_library(settings.index) as library:
        standing = _named(library, name)
        if standing.active:
            raise InputError(f"{standing.generation.name} is active.", "Activate another one first.")
        ownership = Ownership(settings.index, "builder")
        try:
            generations_of(settings.index, library).drop(standing.generation)
            library.forget_unused()
        finally:
            ownership.release()
    if as_json:
        print_json({"dropped": standing.generation.name})
    else:
        console_on().print(f"{standing.generation.name} is gone.")


def _activate(settings_index: Path | None, name: str | None, *, as_json: bool) -> None:
    from byline.build import open_builder_of, open_library

    settings = settings_of(settings_index)
    with open_library(settings.index) as library:
        standing = _named(library, name) if name else _before(library)
    if standing.active:
        raise InputError(f"{standing.generation.name} is active already.", "See `byline index list`.")
    with open_builder_of(settings, standing.generation) as builder:
        builder.activate(standing.generation)
    _said(standing.generation, as_json, active=True)


def _named(library: Library, name: str) -> Standing:
    found = library.standings()
    for standing in found:
        if name in (standing.generation.name, str(standing.generation.id)):
            return standing
    known = ", ".join(standing.generation.name for standing in found) or "none"
    raise InputError(f"There is no generation {name!r}.", f"There are: {known}.")


def _before(library: Library) -> Standing:
    earlier = [standing for standing in library.standings() if standing.activated_at and not standing.active]
    if not earlier:
        raise LibraryError("No other generation was ever active.", "See `byline index list`.")
    return max(earlier, key=lambda standing: (standing.activated_at or "", standing.generation.id))


def _said(generation: Generation, as_json: bool, *, active: bool) -> None:
    if as_json:
        print_json({"generation": generation.name, "embedder": generation.embedder, "active": active})
    elif active:
        console_on().print(f"{generation.name} is active; the one before stays until `byline index drop`.")
    else:
        console_on().print(f"{generation.name} is built and checked; `byline index activate {generation.name}`.")


def _standing_json(standing: Standing) -> dict[str, object]:
    generation = standing.generation
    return {
        "generation": generation.name,
        "active": standing.active,
        "embedder": generation.embedder,
        "embedder_name": generation.embedder_name,
        "passage_rules": generation.rules,
        "whole": standing.sealed,
        "created_at": standing.created_at,
        "activated_at": standing.activated_at,
    }


def _in_words(standing: Standing) -> str:
    generation = standing.generation
    state = "active" if standing.active else "ready" if standing.sealed else "unfinished"
    return f"{state}, {generation.embedder_name or generation.embedder}, passages {generation.rules}"
