"""`byline sync`: once, or until it is stopped."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from byline.commands.options import Index, Json, console_on, print_json, settings_of
from byline.errors import BylineError, SourceError, StorageError

if TYPE_CHECKING:
    from rich.console import Console

    from byline.ingest.batches import Progress
    from byline.ingest.fetch.fetcher import Fetcher
    from byline.ingest.sync import Synchronizer, SyncReport

_SOURCES = "Folders, files, addresses of pages, feeds and sitemaps, lists of addresses (urls:FILE)."


def sync(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE…", help=_SOURCES)],
    index: Index = None,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and sync folders and files when they change.")] = False,
    every: Annotated[str | None, typer.Option(metavar="TIME", help="Go on, and sync again every 15m, 2h, 1d.")] = None,
    as_json: Json = False,
) -> None:
    """Bring the index in step with articles: folders, files, feeds, sitemaps, pages."""
    from byline.build import open_synchronizer, web_fetcher
    from byline.ingest.rounds import interval_s, keep_in_step
    from byline.ingest.source import watched_paths
    from byline.terminal import progress_bar

    names = list(dict.fromkeys(sources))
    every_s = interval_s(every) if every else None
    watched = watched_paths(names) if watch else {}
    if watch and not watched:
        raise typer.BadParameter("--watch needs a folder or file; addresses are synced again with --every 15m")
    settings = settings_of(index)
    console = console_on(stderr=as_json)  # the other stream is for the JSON alone
    stop = Event()
    with progress_bar(console) as progress, open_synchronizer(settings, progress) as synchronizer:
        rounds = _Rounds(synchronizer, web_fetcher(stop), console, progress, as_json=as_json)
        if watch or every_s is not None:
            rounds.repeated = True
            with _stopped_by_signals(stop), suppress(KeyboardInterrupt):
                keep_in_step(names, rounds.sync_one, stop, watched=watched, besides=settings.index, every_s=every_s)
            console.print("Stopped; everything synced so far is kept.")
        else:
            for source in names:
                rounds.sync_one(source)
            if rounds.failed:
                raise typer.Exit(1)


class _Rounds:
    """Syncs a source and says what came of it; one that cannot be read does not stop the others."""

    def __init__(
        self, synchronizer: Synchronizer, fetcher: Fetcher, console: Console, progress: Progress, *, as_json: bool
    ) -> None:
        self._synchronizer = synchronizer
        self._fetcher = fetcher
        self._console = console
        self._progress = progress
        self._as_json = as_json
        self._said: dict[str, object] = {}
        self.failed = False
        self.repeated = False

    def sync_one(self, source: str) -> None:
        from byline.ingest.source import sync_source

        try:
            report = sync_source(self._synchronizer, source, self._progress, fetcher=self._fetcher)
        except SourceError as error:
            self._say_error(source, error)
        except StorageError as error:
            if not self.repeated:
                raise
            self._say_error(source, error)  # the disk may have room again in the next round
        else:
            self._say(source, report)

    def _say(self, source: str, report: SyncReport) -> None:
        """In a further round only what is new."""
        from byline.terminal import print_report

        moved = report.added + report.changed + report.removed
        if not moved and self._said.get(source) == report.rejected:
            return
        self._said[source] = report.rejected
        if self._as_json:
            print_json(asdict(report))
        else:
            print_report(self._console, report)

    def _say_error(self, source: str, error: BylineError) -> None:
        self.failed = True
        if self._said.get(source) == str(error):
            return
        self._said[source] = str(error)
        typer.echo(f"byline: {error}", err=True)
        if self._as_json:
            print_json({"source": source, "error": str(error)})


@contextmanager
def _stopped_by_signals(stop: Event) -> Iterator[None]:
    """The first SIGINT or SIGTERM ends it after the source at hand, the second at once."""

    def ask_to_stop(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
