"""Sources that a server keeps in step by itself, in a thread beside the readers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from byline.errors import BylineError
from byline.ingest.rounds import keep_in_step
from byline.ingest.source import sync_source, watched_paths
from byline.ingest.sync import Synchronizer

logger = logging.getLogger(__name__)


class KeptSources:
    """`watch`: folders and files are synced when they change; `every_s`: all sources, again and again."""

    def __init__(self, names: Sequence[str], *, watch: bool, every_s: float | None, besides: Path) -> None:
        self._names = list(dict.fromkeys(names))
        self._watched = watched_paths(self._names) if watch else {}
        self._every_s = every_s
        self._besides = besides
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def sync_all(self, synchronizer_now: Callable[[], Synchronizer]) -> None:
        """One round; a source that cannot be read is logged and does not stop the others."""
        sync_one = self._sync_one(synchronizer_now)
        for name in self._names:
            sync_one(name)

    def start(self, synchronizer_now: Callable[[], Synchronizer]) -> None:
        """In a thread: a round, and those that follow from changes and the time. Each sync asks for the synchronizer of
        the generation that is active then.
        """
        self._thread = threading.Thread(target=self._run, args=(synchronizer_now,), name="byline-sync", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Returns when nothing is being written any more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, synchronizer_now: Callable[[], Synchronizer]) -> None:
        try:
            if not self._watched and self._every_s is None:
                self.sync_all(synchronizer_now)
                return
            keep_in_step(
                self._names,
                self._sync_one(synchronizer_now),
                self._stop,
                watched=self._watched,
                besides=self._besides,
                every_s=self._every_s,
            )
        except KeyboardInterrupt:  # the stop, in a pause between two pages
            pass
        except Exception:
            logger.exception("Sources are no longer kept in step; restart the server")

    def _sync_one(self, synchronizer_now: Callable[[], Synchronizer]) -> Callable[[str], None]:
        from byline.ingest.fetch.fetcher import Fetcher

        fetcher = Fetcher(pause=self._pause)

        def sync_one(name: str) -> None:
            try:
                report = sync_source(synchronizer_now(), name, fetcher=fetcher)
            except BylineError as error:  # said again by `status` and the health check
                logger.error("%s could not be synced: %s", name, error)
                return
            if report.added or report.changed or report.removed:
                logger.info("%s: +%d ~%d -%d", name, report.added, report.changed, report.removed)

        return sync_one

    def _pause(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise KeyboardInterrupt
