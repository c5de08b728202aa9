"""`byline check`: anybody's text against anybody's sources, with the quotes that carry each sentence."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from byline.commands.options import Json, console_on, print_json, settings_of

if TYPE_CHECKING:
    from byline.answer.check_text import CheckedText
    from byline.types import Quote

Rows = Annotated[
    Path | None, typer.Option("--batch", help='JSONL of {"id", "text", "sources": [text]}; one object a line.')
]
Sources = Annotated[
    list[Path] | None, typer.Option("--source", metavar="FILE", help="Text to check against; may be repeated.")
]


@dataclass(frozen=True, slots=True)
class CheckRow:
    """`error` is set, and the rest as far as it could be read, when the row cannot be checked; `id` as it was given."""

    id: Any
    text: str = ""
    sources: tuple[str, ...] = ()
    error: str | None = None


def check(
    text: Annotated[str | None, typer.Option("--text", help="What to check; without it, standard input.")] = None,
    source: Sources = None,
    batch: Rows = None,
    as_json: Json = False,
) -> None:
    """Check a text against its sources: which sentences they carry, in which words."""
    from byline.wiring import open_text_checker

    if bool(batch) == bool(source) or (batch and text is not None):
        raise typer.BadParameter("give --source FILE with --text or standard input, or --batch FILE")
    if batch:
        rows = _rows(batch)
        checker = open_text_checker(settings_of(None))
        for row in rows:
            if row.error:
                typer.echo(f"byline: {row.error}", err=True)
                print_json({"id": row.id, "supported": False, "score": 0.0, "sentences": [], "error": row.error})
            else:
                print_json({"id": row.id, **checked_json(checker.check(row.text, row.sources))})
        return
    sources = [_read(path) for path in source or ()]
    said = text if text is not None else sys.stdin.read()
    checked = open_text_checker(settings_of(None)).check(said, sources)
    if as_json:
        print_json(checked_json(checked))
    else:
        _print(checked)
    if not checked.supported:
        raise typer.Exit(1)


def checked_json(checked: CheckedText) -> dict[str, Any]:
    """Offsets are code points: of a sentence in the text, of a quote in its source, which is counted from 0."""
    return {
        "supported": checked.supported,
        "score": checked.score,
        "sentences": [
            {
                "text": sentence.text,
                "start": span.start,
                "end": span.end,
                "supported": sentence.supported,
                "score": sentence.score,
                "faults": list(sentence.faults),
                "quotes": [_quote(quote) for quote in sentence.quotes],
            }
            for span, sentence in checked.sentences
        ],
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {"source": int(quote.passage.article.id), "start": quote.start, "end": quote.end, "text": quote.text}


def _print(checked: CheckedText) -> None:
    console = console_on()
    for _, sentence in checked.sentences:
        console.print(
            f"{'carried' if sentence.supported else 'struck'}  {sentence.score:.2f}  {sentence.text}", markup=False
        )
        for fault in sentence.faults:
            console.print(f"    {fault}", markup=False)
        for quote in sentence.quotes:
            console.print(f"    source {quote.passage.article.id}: “{quote.text}”", markup=False)


def _rows(path: Path) -> Iterator[CheckRow]:
    """In order, one for every line that is not blank. Raises SourceError when the file cannot be read."""
    for number, line in enumerate(_read(path).split("\n"), 1):
        if line.strip():
            yield _row(line, f"{path}:{number}")


def _row(line: str, where: str) -> CheckRow:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return CheckRow(None, error=f"{where}: not JSON: {error}")
    if not isinstance(row, dict):
        return CheckRow(None, error=f"{where}: a row is a JSON object, this is {type(row).__name__}.")
    row_id = row.get("id")
    text, sources = row.get("text"), row.get("sources")
    if not isinstance(text, str):
        return CheckRow(row_id, error=f"{where}: `text` is missing or not a string.")
    if not isinstance(sources, list) or not all(isinstance(one, str) for one in sources):
        return CheckRow(row_id, error=f"{where}: `sources` is missing or not a list of strings.")
    return CheckRow(row_id, text, tuple(sources))


def _read(path: Path) -> str:
    from byline.errors import SourceError

    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise SourceError(f"The file {path} cannot be read: {error.strerror}.", "Check its path.") from error
