"""The searcher that readers are given: of the active generation, replaced while they go on reading.

A makeshift one serves until its generation is compared or built again; another generation that was activated, by this
process or another, takes over as soon as it is open. Whoever holds a lease keeps one searcher for all of an answer.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from byline.errors import BylineError
from byline.library.current import Current
from byline.library.database import Library
from byline.library.generations import Generations
from byline.library.opened import OpenGeneration
from byline.library.registry import Generation
from byline.retrieve.search import Searcher
from byline.types import Hit, Question

logger = logging.getLogger(__name__)

LOOK_S = 0.5
"""Between two looks at which generation is active."""

DRAIN_S = 60.0
"""How long a sync waits for answers that are still being read from the generation before."""

_RETRY_S = 30.0
"""After a repair failed, on a full disk for one."""


class Searchers:
    """`renewing`: repairs and changes over in a thread of its own; a command that asks once leaves that to others."""

    def __init__(
        self,
        library: Library,
        generations: Generations,
        searcher_of: Callable[[OpenGeneration], Searcher],
        *,
        renewing: bool = False,
    ) -> None:
        self._library = library
        self._generations = generations
        self._searcher_of = searcher_of
        self._changing = threading.RLock()  # held by who writes to the indexes or replaces them
        self._current = Current(self._searcher(generations.require_active()), lambda searcher: searcher.opened.close())
        self._ended = threading.Event()
        self._renewer = threading.Thread(target=self._keep_renewing, name="byline-renew", daemon=True)
        if renewing:
            self._renewer.start()

    @contextmanager
    def lease(self) -> Iterator[Searcher]:
        """One searcher for as long as an answer takes."""
        with self._current.lease() as searcher:
            yield searcher

    def search(self, question: Question, limit: int = 10) -> list[Hit]:
        """As `Searcher.search`."""
        with self.lease() as searcher:
            return searcher.search(question, limit)

    @property
    def makeshift(self) -> bool:
        return self._current.value.opened.makeshift

    @contextmanager
    def opened_to_write(self, generation: Generation) -> Iterator[OpenGeneration]:
        """The open indexes of the active generation, whole; readers go on reading them."""
        with self._changing:
            self.renew()
            # who still reads the generation before this one would miss what is only written to this one
            if not self._current.drained(DRAIN_S):
                logger.warning("An answer still reads the generation before, after %.0f s; the sync goes on", DRAIN_S)
            with self._current.lease() as searcher:
                opened = searcher.opened
                try:
                    yield opened
                    self._generations.settle(opened)
                finally:
                    if opened.suspect:
                        self._current.replace(self._searcher(generation))

    def renew(self) -> None:
        """Repairs a makeshift generation and changes over to the active one. Nothing when all is as it should be."""
        with self._changing:
            active, opened = self._generations.require_active(), self._current.value.opened
            if opened.generation.id != active.id:
                self._current.replace(self._searcher(active))
                opened = self._current.value.opened
            if opened.makeshift:
                self._current.replace(self._searcher_of(self._generations.repair(opened)))

    def close(self) -> None:
        self._ended.set()
        if self._renewer.is_alive():
            self._renewer.join()
        self._current.close()

    def _searcher(self, generation: Generation) -> Searcher:
        opened = self._generations.open(generation)
        try:
            return self._searcher_of(opened)
        except BaseException:
            opened.close()
            raise

    def _keep_renewing(self) -> None:
        wait_s = 0.0
        while not self._ended.wait(wait_s):
            wait_s = LOOK_S
            try:
                active, opened = self._generations.active(), self._current.value.opened
                if active is not None and (active.id != opened.generation.id or opened.makeshift):
                    self.renew()
            except BylineError as error:
                logger.error("The index could not be renewed, the next try is in %.0f s: %s", _RETRY_S, error)
                wait_s = _RETRY_S
