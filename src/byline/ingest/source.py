"""A source of articles, brought into a library: a folder or file, an address on the web, a list of addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from byline.errors import SourceError
from byline.ingest.batches import Progress
from byline.ingest.limited.sandbox import Sandbox
from byline.ingest.read import read_source
from byline.ingest.sync import Synchronizer, SyncReport
from byline.ingest.unchanged import Item
from byline.ingest.unique import unique

if TYPE_CHECKING:
    from byline.ingest.fetch.fetcher import Fetcher
    from byline.ingest.web.pages import WebSource

LIST_PREFIX = "urls:"
_TOGETHER = 20  # pages that are fetched before they are written: what a kill can cost


def sync_source(
    synchronizer: Synchronizer,
    source: Path | str,
    progress: Progress | None = None,
    *,
    fetcher: Fetcher | None = None,
) -> SyncReport:
    """A path, an address, or `urls:FILE`; a text file of nothing but addresses is such a list, too.

    A path is known by its absolute form, an address by its plain one. `fetcher`: the one to use for every source, so
    that it knows when it was last at a site. Raises SourceError when there is nothing to read.
    """
    listed = list_file(source)
    if listed or is_address(source):
        return _sync_web(synchronizer, str(source), listed, progress, fetcher)
    path = Path(source)
    name = _absolute(path)
    try:
        items = read_source(path, synchronizer.known(name))
    except SourceError:
        with synchronizer.trying(name):  # a folder that is gone is a try that failed
            raise
    return synchronizer.sync(unique(items), name, progress)


def is_address(source: Path | str) -> bool:
    """Whether it is meant as one, whatever is to be said against it."""
    return isinstance(source, str) and re.match(r"[a-z][a-z0-9+.-]*://", source.strip(), re.IGNORECASE) is not None


def watched_paths(sources: Iterable[str]) -> dict[str, Path]:
    """Those of the sources that lie on disk; of a list of addresses, the list."""
    places = {source: list_file(source) or Path(source) for source in sources if not is_address(source)}
    return {source: path for source, path in places.items() if path.exists()}


def list_file(source: Path | str) -> Path | None:
    """The file whose addresses are meant, if it is a list."""
    from byline.ingest.web.lists import is_list

    if isinstance(source, str) and source.startswith(LIST_PREFIX):
        return Path(source.removeprefix(LIST_PREFIX))
    if is_address(source):
        return None
    return Path(source) if is_list(Path(source)) else None


def _sync_web(
    synchronizer: Synchronizer, source: str, listed: Path | None, progress: Progress | None, fetcher: Fetcher | None
) -> SyncReport:
    """What the source does not show is kept: a feed shows only its newest."""
    from byline.ingest.fetch.addresses import ForbiddenAddressError, web_address_of
    from byline.ingest.fetch.fetcher import Fetcher
    from byline.ingest.web.lists import read_list
    from byline.ingest.web.pages import WebSource, unusable

    try:
        name = f"{LIST_PREFIX}{_absolute(listed)}" if listed else web_address_of(source).url
    except ForbiddenAddressError as error:
        raise unusable(source, error.reason, error.next_step) from None
    with Sandbox() as sandbox:
        web = WebSource(name, fetcher or Fetcher(), sandbox, synchronizer.fetches)
        items = web.read_all(read_list(listed)) if listed else web.read(source)
        return sync_window(synchronizer, name, web, unique(items), progress)


def sync_window(
    synchronizer: Synchronizer, name: str, web: WebSource, items: Iterator[Item], progress: Progress | None = None
) -> SyncReport:
    """Some pages at a time, so that the first can be found while the last are still to be fetched."""
    reports: list[SyncReport] = []
    while (together := list(islice(items, _TOGETHER))) or not reports:
        reports.append(synchronizer.sync(together, name, progress, window=True))
        synchronizer.remember_fetches(web.take_fetched())
    synchronizer.remember_fetches(web.lists)
    added, changed = sum(report.added for report in reports), sum(report.changed for report in reports)
    kept = len(synchronizer.known(name)) - added - changed
    return replace(
        reports[0],
        added=added,
        changed=changed,
        unchanged=max(kept, sum(report.unchanged for report in reports)),
        removed=sum(report.removed for report in reports),
        passages=sum(report.passages for report in reports),
        seconds=sum(report.seconds for report in reports),
        rejected=tuple(rejected for report in reports for rejected in report.rejected),
        notes=tuple(note for report in reports for note in report.notes),
    )


def _absolute(path: Path) -> str:
    name = str(path.resolve())
    try:
        name.encode()
    except UnicodeEncodeError:
        raise SourceError(f"The path {name!r} is not UTF-8.", "Rename the folder or file.") from None
    return name
