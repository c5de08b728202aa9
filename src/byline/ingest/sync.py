"""Bring the library in step with a source: by digest, article by article, resumable at any point.

A batch of articles is split, embedded, stored, added to both indexes, and only then shown. Interrupted before it is
shown, the old articles go on being served and the next sync takes up the vectors that were already stored.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from byline.errors import BylineError, EmbedderMismatchError
from byline.ingest.batches import Batch, Progress, Split, batches, passages_in
from byline.ingest.embedding import Embedding
from byline.ingest.plan import Plan, make_plan
from byline.ingest.unchanged import Item, Known
from byline.library.database import Library
from byline.library.freshness import utc_now
from byline.library.generations import Generations
from byline.library.opened import OpenGeneration
from byline.library.registry import Generation
from byline.protocols import Embedder
from byline.types import Rejected

OpenedToWrite = Callable[[Generation], AbstractContextManager[OpenGeneration]]


@dataclass(frozen=True, slots=True)
class SyncReport:
    source: str
    added: int
    changed: int
    unchanged: int
    removed: int
    passages: int
    seconds: float
    rejected: tuple[Rejected, ...] = ()
    notes: tuple[tuple[str, str], ...] = field(default=())
    """(origin, what was guessed or repaired)"""


class Synchronizer:
    """Writes to one library; given everything it needs, it reads no settings and no files."""

    def __init__(
        self,
        library: Library,
        generations: Generations,
        embedder: Embedder,
        split: Split,
        rules: str,
        embedder_name: str | None = None,
        opened: OpenedToWrite | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`opened` gives the indexes of the active generation where they are open already, as in a server."""
        self._library = library
        self._generations = generations
        self._embedder = embedder
        self._embedding = Embedding(library, embedder)
        self._split = split
        self._rules = rules
        self._embedder_name = embedder_name
        self._opened = opened or generations.opened_to_write
        self._now = now

    def known(self, source: str) -> dict[str, Known]:
        """What the library holds of a source, by origin: for `read_source` to pass over."""
        return {held.origin: Known(held.id, held.url, held.raw) for held in self._library.live_sources(source)}

    def sync(self, items: Iterable[Item], source: str, progress: Progress | None = None) -> SyncReport:
        """Raises EmbedderMismatchError before anything is read when the index was built with another embedder."""
        with self.trying(source):
            return self._sync(items, source, progress)

    @contextmanager
    def trying(self, source: str) -> Iterator[None]:
        """The library knows of the try, and of its end: in step since it began, or the error.

        Rejected files are an end like any other; a kill leaves the try without one.
        """
        began = self._now()
        self._library.source_tried(source, began)
        try:
            yield
        except Exception as error:
            with suppress(BylineError):  # the disk that failed the sync may refuse this too
                self._library.source_failed(source, str(error) or type(error).__name__)
            raise
        self._library.source_in_step(source, began)

    def _sync(self, items: Iterable[Item], source: str, progress: Progress | None) -> SyncReport:
        started = time.perf_counter()
        active = self._active()
        self._library.group_unsigned()
        plan = make_plan(items, source, self._library)
        passages = self._write(plan, source, active, progress or (lambda done, total: None))
        report = SyncReport(
            source=source,
            added=len(plan.added),
            changed=len(plan.changed),
            unchanged=len(plan.unchanged),
            removed=len(plan.removed),
            passages=passages,
            seconds=time.perf_counter() - started,
            rejected=plan.rejected,
            notes=tuple((article.origin, note) for article in plan.work for note in article.notes),
        )
        self._library.record("sync", f"{source}: +{report.added} ~{report.changed} -{report.removed}")
        return report

    def _active(self) -> Generation:
        active = self._generations.active()
        if active is None:
            active = self._generations.create(self._embedder.fingerprint, self._rules, self._embedder_name)
            self._generations.build(active).close()
            self._library.activate_generation(active)
        if (active.embedder, active.rules) != (self._embedder.fingerprint, self._rules):
            raise EmbedderMismatchError(
                f"The index was built with {active.embedder} and passage rules {active.rules}; this sync would use "
                f"{self._embedder.fingerprint} and {self._rules}.",
                "Run `byline index build` to change over.",
            )
        return active

    def _write(self, plan: Plan, source: str, active: Generation, progress: Progress) -> int:
        if plan.removed:
            self._library.hide(plan.removed)
        self._library.relocate(plan.moved)
        stale = self._library.passage_ids(self._rules, live=False)
        if not (plan.work or stale or self._generations.diagnose(active).parts):
            return 0
        with self._opened(active) as opened:
            found = batches(plan.work, self._split)
            written = sum(self._publish(batch, source, opened, plan, progress) for batch in found)
            self._sweep(opened)
        return written

    def _publish(self, batch: Batch, source: str, opened: OpenGeneration, plan: Plan, progress: Progress) -> int:
        """One batch, from sentences to sight; returns its passages."""
        passages = passages_in(batch)
        staged = self._library.stage(source, batch, self._rules)
        self._embedding.store(passages)
        vectors = self._library.passage_vectors([passage.id for passage in passages], self._embedder.fingerprint)
        with self._generations.writing(opened):
            self._generations.add(opened, passages, [vectors[passage.id] for passage in passages])
        self._library.publish(staged, source, {article.ref.id: article for article, _ in batch})
        progress(len(batch), len(plan.work))
        return len(passages)

    def _sweep(self, opened: OpenGeneration) -> None:
        """Passages that no live revision has: out of the indexes, then out of the library."""
        stale = sorted(self._library.passage_ids(self._rules, live=False))
        if stale:
            with self._generations.writing(opened):
                opened.vectors.remove(stale)
                opened.lexical.remove(stale)
            self._library.forget_passages(stale)
