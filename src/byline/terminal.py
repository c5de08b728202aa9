"""What people see in a terminal. Article text is printed as text: its brackets are never taken for markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from byline.checkup import Finding
from byline.ingest.batches import Progress as Advance
from byline.ingest.sync import SyncReport
from byline.library.freshness import length
from byline.types import LABELLED_KINDS, ArticleRef, Hit

NOT_ANSWERED = "Not answered in the articles."


def byline_of(ref: ArticleRef) -> str:
    """Title, publisher, writers, date; of an opinion or an analysis, first what it is and whose."""
    date = f"{ref.published:%-d %B %Y}" if ref.published else None
    writers = ", ".join(ref.authors)
    if ref.kind and ref.kind.lower() in LABELLED_KINDS:
        parts = [ref.kind.capitalize(), f"by {writers}" if writers else None, ref.title, ref.publisher, date]
    else:
        parts = [ref.title, ref.publisher, writers, date]
    return " · ".join(part for part in parts if part)


def outlets_of(also_in: Iterable[ArticleRef]) -> str:
    """`Also in: Outlet, Outlet`, each once; a copy without an outlet by its title."""
    return "Also in: " + ", ".join(dict.fromkeys(ref.publisher or ref.title for ref in also_in))


def print_hits(console: Console, hits: Sequence[Hit]) -> None:
    if not hits:
        console.print("Nothing found.")
    for number, hit in enumerate(hits, 1):
        why = ", ".join(f"{name} {rank.rank} ({rank.score:.3f})" for name, rank in hit.ranks.items())
        console.print(Text.assemble((f"{number}. {hit.score:.3f}  ", "bold"), byline_of(hit.passage.article)))
        console.print(Text(f"   why: {why}", style="cyan"))
        if hit.also_in:
            console.print(Text(f"   {outlets_of(hit.also_in)}", style="cyan"), soft_wrap=True)
        console.print(Text(f"   {' '.join(hit.passage.text.split())}\n", style="dim"), soft_wrap=True)


def print_report(console: Console, report: SyncReport) -> None:
    rate = f", {report.passages / report.seconds:.0f} passages/s" if report.passages and report.seconds else ""
    console.print(
        Text(
            f"{report.source}: {report.added} added, {report.changed} changed, {report.unchanged} unchanged, "
            f"{report.removed} removed, {len(report.rejected)} rejected "
            f"({report.passages} passages in {report.seconds:.1f} s{rate})"
        ),
        soft_wrap=True,
    )
    for rejected in report.rejected:
        console.print(
            Text.assemble(("  rejected ", "yellow"), f"{rejected.origin}: {rejected.reason} {rejected.next_step}"),
            soft_wrap=True,
        )
    for origin, note in report.notes:
        console.print(Text(f"  note {origin}: {note}", style="dim"), soft_wrap=True)


def print_findings(console: Console, findings: Sequence[Finding]) -> None:
    for finding in findings:
        mark = ("ok       ", "green") if finding.ok else ("attention", "bold yellow")
        console.print(Text.assemble(mark, f"  {finding.check}: {finding.detail} {finding.next_step}"), soft_wrap=True)


def print_status(console: Console, found: Mapping[str, Any]) -> None:
    """What `checkup.status_of` found, and a line for each source."""
    table(console, [(name.replace("_", " "), str(value)) for name, value in found.items() if name != "sources"])
    for source in found["sources"]:
        lag = source["lag_s"]
        when = "not known to have been in step" if lag is None else f"in step {length(timedelta(seconds=lag))} ago"
        newest = f", newest {source['newest_article'][:10]}" if source["newest_article"] else ""
        console.print(Text(f"{source['name']}: {source['articles']} articles{newest}; {when}"), soft_wrap=True)
        if source["error"]:
            console.print(Text(f"  the last try failed: {source['error']}", style="yellow"), soft_wrap=True)


def table(console: Console, rows: Sequence[tuple[str, str]]) -> None:
    grid = Table.grid(padding=(0, 2))
    for name, value in rows:
        grid.add_row(Text(name, style="dim"), Text(value))
    console.print(grid)


@contextmanager
def progress_bar(console: Console) -> Iterator[Advance]:
    columns = (TextColumn("articles"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("sync", total=None)
        yield lambda done, total: bar.update(task, advance=done, total=total)
