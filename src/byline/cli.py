"""`byline`: parse, build, call, print. Exit codes: 0 done, 1 an error or a finding, 2 wrong usage, 3 repaired."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from byline import __version__
from byline.commands import articles, copies, generations
from byline.commands.calibrate import calibrate
from byline.commands.check import check
from byline.commands.mcp import mcp
from byline.commands.models import models
from byline.commands.options import Index, Json, console_on, print_json, settings_of
from byline.commands.sync import sync
from byline.errors import BylineError, QuestionError

if TYPE_CHECKING:
    from byline.batch import BatchRow
    from byline.types import Question

app = typer.Typer(
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(generations.app, name="index")

REPAIRED, STOPPED = 3, 130

Batch = Annotated[
    Path | None, typer.Option("--batch", help='JSONL of {"id", "question", "history"?, "as_of"?}; one object a line.')
]
DAY = ["%Y-%m-%d"]
AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=DAY, metavar="DATE", help="Ask as on that day: what came later is not known."),
]
Limit = Annotated[int, typer.Option(min=1, max=100, help="How many passages.")]


@app.callback()
def byline(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """Answers from your own articles; every sentence carries the words that support it."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


app.command()(sync)
app.command()(calibrate)
app.command()(models)
app.command()(check)


@app.command()
def ask(
    questions: Annotated[
        list[str] | None, typer.Argument(metavar="QUESTION…", help="Several make a conversation.")
    ] = None,
    index: Index = None,
    batch: Batch = None,
    as_of: AsOf = None,
    save: Annotated[bool, typer.Option("--save", help="Keep the answer; `byline answer ID` shows it later.")] = False,
    as_json: Json = False,
) -> None:
    """Answer a question in the articles' own sentences."""
    from byline.build import open_desk
    from byline.terminal_answer import print_answer
    from byline.types import Question, Turn
    from byline.wire import answer_json, refused_json

    asked = _asked(questions, batch)
    if batch and save:
        raise typer.BadParameter("--save keeps answers to questions given one by one, not a --batch")
    with open_desk(settings_of(index)) as desk:
        if batch:
            _run_batch(
                batch,
                lambda row, question: answer_json(desk.answerer.answer(question), row.id),
                refused_json,
                _day(as_of),
            )
            return
        history: tuple[Turn, ...] = ()
        for text in asked:
            answer = desk.answerer.answer(Question(text, text, history, _day(as_of)))
            said = " ".join(sentence.text for sentence in answer.sentences)
            history = (*history, Turn("user", text), Turn("assistant", said))
            saved = desk.library.save_answer(answer, answer_json(answer)) if save else None
            if as_json:
                print_json(answer_json(answer, saved))
            else:
                print_answer(console_on(), answer)
                if saved:
                    console_on().print(f"Saved: `byline answer {saved}` shows it, with what was corrected since.")


@app.command()
def search(
    questions: Annotated[list[str] | None, typer.Argument(metavar="QUESTION")] = None,
    index: Index = None,
    batch: Batch = None,
    limit: Limit = 10,
    as_of: AsOf = None,
    publisher: Annotated[list[str] | None, typer.Option(help="Only what it published; may be repeated.")] = None,
    begin: Annotated[datetime | None, typer.Option("--from", formats=DAY, help="Only published on or after.")] = None,
    until: Annotated[datetime | None, typer.Option("--until", formats=DAY, help="Only published before.")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the question's parts, what each names, and which part a hit serves.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the passages found for a question, and why each was found. Days begin in UTC."""
    from byline.build import open_desk
    from byline.retrieve.understand import understand
    from byline.terminal import print_hits, print_parts
    from byline.types import Filters
    from byline.wire import found_json, hits_json

    first, end = _day(begin), _day(until)
    filters = Filters(published_from=first, published_until=end, publishers=frozenset(publisher or ()))
    asked = _asked(questions, batch)
    with open_desk(settings_of(index)) as desk, desk.searcher.lease() as searcher:

        def shown(question: Question, row_id: str | None = None) -> dict[str, Any]:
            result = searcher.explain(replace(question, filters=filters), limit)
            return found_json(result, row_id, question) if explain else hits_json(result.hits, row_id, question)

        def found(row: BatchRow, question: Question) -> dict[str, Any]:
            return shown(question, row.id)

        def unusable(row_id: str | None, question: str, reason: str, error: str) -> dict[str, Any]:
            return {"id": row_id, "question": question, "standalone": question, "hits": [], "error": error}

        if batch:
            _run_batch(batch, found, unusable, _day(as_of))
            return
        for text in asked:
            if as_json:
                print_json(shown(understand(text, as_of=_day(as_of))))
                continue
            result = searcher.explain(replace(understand(text, as_of=_day(as_of)), filters=filters), limit)
            if explain:
                print_parts(console_on(), result.parts)
            print_hits(console_on(), result.hits, explain=explain)


@app.command()
def serve(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE…]", help="Synced while serving.")] = None,
    index: Index = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes any free one.", show_default="7860")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Sync folders and files when they change.")] = False,
    every: Annotated[str | None, typer.Option(metavar="TIME", help="Sync all sources every 15m, 2h, 1d.")] = None,
    as_json: Json = False,
) -> None:
    """Serve the chat page; with sources, keep them in step meanwhile."""
    from byline.build import serve_chat
    from byline.ingest.rounds import interval_s
    from byline.serve.keep import KeptSources

    if (watch or every) and not sources:
        raise typer.BadParameter("--watch and --every need the sources to keep in step")
    settings = settings_of(index, host=host, port=port)
    every_s = interval_s(every) if every else None
    kept = KeptSources(sources, watch=watch, every_s=every_s, besides=settings.index) if sources else None

    def announce(address: str) -> None:
        if as_json:
            print_json({"address": address})
        else:
            typer.echo(f"Byline is on {address} (Ctrl-C stops it)")

    serve_chat(settings, announce, kept)


@app.command()
def status(index: Index = None, as_json: Json = False) -> None:
    """Say what the index holds; works beside a running server."""
    from byline.checkup import status_of
    from byline.terminal import print_status

    found = status_of(settings_of(index))
    if as_json:
        print_json(found)
    else:
        print_status(console_on(), found)


@app.command()
def doctor(index: Index = None, as_json: Json = False) -> None:
    """Check the models, the disk and the index, and build again what is damaged.

    Exit codes: 0 all is well, 1 something needs you, 3 something was wrong and was repaired.
    """
    from byline.checkup import check_up
    from byline.terminal import print_findings

    findings = check_up(settings_of(index))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        print_findings(console_on(), findings)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
    if any(finding.repaired for finding in findings):
        raise typer.Exit(REPAIRED)


app.command()(mcp)


app.command()(articles.withdraw)
app.command()(articles.revisions)
app.command()(articles.answer)
app.command()(articles.verify)
app.command()(articles.purge)


app.command()(copies.backup)
app.command()(copies.restore)


def main(arguments: list[str] | None = None) -> None:
    """The console script; `arguments` instead of those of the process."""
    try:
        app(arguments)
    except BylineError as error:
        typer.echo(f"byline: {error}", err=True)
        sys.exit(1)
    except SystemExit as ended:
        if ended.code == STOPPED:  # typer has made this of a KeyboardInterrupt
            typer.echo("byline: stopped; what was shown stays, the next run goes on from here.", err=True)
        raise


def _asked(questions: list[str] | None, batch: Path | None) -> list[str]:
    if bool(questions) == bool(batch):
        raise typer.BadParameter("give a question, or --batch FILE")
    return questions or []


def _day(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=UTC) if day else None


def _run_batch(
    path: Path,
    ask_row: Callable[[BatchRow, Question], dict[str, Any]],
    unusable: Callable[[str | None, str, str, str], dict[str, Any]],
    as_of: datetime | None,
) -> None:
    """One object a line, in the order of the file; a row that cannot be asked gets its object too. `as_of`: of rows
    that say none.
    """
    from byline.batch import read_batch
    from byline.retrieve.understand import understand

    for row in read_batch(path):
        try:
            if row.error:
                raise QuestionError(row.error)
            result = ask_row(row, understand(row.question, row.history, row.as_of or as_of))
        except QuestionError as error:
            typer.echo(f"byline: row {row.id}: {error}", err=True)
            result = unusable(row.id, row.question, "unusable_question", str(error))
        print_json(result)


if __name__ == "__main__":
    main()
