"""A folder or file of articles, brought into a library."""

from __future__ import annotations

from pathlib import Path

from byline.errors import SourceError
from byline.ingest.batches import Progress
from byline.ingest.read import read_source
from byline.ingest.sync import Synchronizer, SyncReport
from byline.ingest.unique import unique


def sync_source(synchronizer: Synchronizer, path: Path, progress: Progress | None = None) -> SyncReport:
    """The source is known by its absolute path. Raises SourceError when there is nothing to read."""
    name = str(path.resolve())
    try:
        name.encode()
    except UnicodeEncodeError:
        raise SourceError(f"The path {name!r} is not UTF-8.", "Rename the folder or file.") from None
    try:
        items = read_source(path, synchronizer.known(name))
    except SourceError:
        with synchronizer.trying(name):  # a folder that is gone is a try that failed
            raise
    return synchronizer.sync(unique(items), name, progress)
