"""Bring the library in step with a source: by digest, article by article, resumable at any point.

A batch of articles is split, embedded, stored, added to both indexes, and only then shown. Interrupted before it is
shown, the old articles go on being served and the next sync takes up the vectors that were already stored.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from byline.errors import EmbedderMismatchError
from byline.ingest.plan import Plan, make_plan
from byline.ingest.unchanged import Item, Known
from byline.library.database import Library
from byline.library.fetched import Fetch
from byline.library.generations import Generation, Generations, OpenGeneration
from byline.protocols import Embedder, PassageInput
from byline.types import Article, Passage, Rejected, Span

Split = Callable[[Article], Sequence[Passage]]
Batch = list[tuple[Article, Sequence[Passage]]]
Progress = Callable[[int, int], None]
"""(further articles done, articles to do in all)"""

BATCH_PASSAGES = 96  # what a kill can cost: a few seconds of embedding


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
        self, library: Library, generations: Generations, embedder: Embedder, split: Split, rules: str
    ) -> None:
        self._library = library
        self._generations = generations
        self._embedder = embedder
        self._split = split
        self._rules = rules

    def known(self, source: str) -> dict[str, Known]:
        """What the library holds of a source, by origin: for `read_source` to pass over."""
        return {held.origin: Known(held.id, held.url, held.raw) for held in self._library.live_sources(source)}

    def fetches(self, urls: Sequence[str]) -> dict[str, Fetch]:
        """What is known of addresses that were fetched before."""
        return self._library.fetches(urls)

    def remember_fetches(self, fetched: Iterable[Fetch]) -> None:
        self._library.remember_fetches(fetched)

    def sync(
        self, items: Iterable[Item], source: str, progress: Progress | None = None, *, window: bool = False
    ) -> SyncReport:
        """`window`: what is absent from `items` is kept, as `make_plan` has it.

        Raises EmbedderMismatchError before anything is read when the index was built with another embedder.
        """
        started = time.perf_counter()
        active = self._active()
        plan = make_plan(items, source, self._library, window=window)
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

    def re_embed(self, progress: Progress | None = None) -> int:
        """A new generation of every visible article with this embedder and these rules; returns its passages.

        The old generation serves until the new one is complete.
        """
        total = self._library.counts().articles
        for batch in self._batches(self._library.live_articles()):
            passages = [passage for _, split in batch for passage in split]
            self._library.stage_passages(batch, self._rules)
            self._embed(passages)
            if progress:
                progress(len(batch), total)
        built = self._generations.build(self._generations.create(self._embedder.fingerprint, self._rules))
        built.close()
        self._generations.activate(built.generation)
        self._generations.drop_inactive()
        self._library.forget_other_vectors(self._embedder.fingerprint, self._rules)
        return self._library.counts().passages

    def _active(self) -> Generation:
        active = self._generations.active()
        if active is None:
            created = self._generations.create(self._embedder.fingerprint, self._rules)
            self._generations.build(created).close()
            self._generations.activate(created)
            return replace(created, dirty=False)
        require_same(active, self._embedder.fingerprint, self._rules)
        return active

    def _write(self, plan: Plan, source: str, active: Generation, progress: Progress) -> int:
        if plan.removed:
            self._library.hide(plan.removed)
        self._library.relocate(plan.moved)
        stale = self._library.passage_ids(self._rules, live=False)
        if not (plan.work or stale or self._generations.is_worn(active)):
            return 0
        opened = self._generations.open(active)
        try:
            written = sum(self._publish(batch, source, opened, plan, progress) for batch in self._batches(plan.work))
            self._sweep(opened)
        finally:
            opened.close()
        return written

    def _publish(self, batch: Batch, source: str, opened: OpenGeneration, plan: Plan, progress: Progress) -> int:
        """One batch, from sentences to sight; returns its passages."""
        passages = [passage for _, split in batch for passage in split]
        staged = self._library.stage(source, batch, self._rules)
        self._embed(passages)
        with self._generations.writing(opened.generation):
            self._add(opened, passages)
        self._library.publish(staged, source, {article.ref.id: article for article, _ in batch})
        progress(len(batch), len(plan.work))
        return len(passages)

    def _batches(self, articles: Iterable[Article]) -> Iterator[Batch]:
        batch: Batch = []
        size = 0
        for article in articles:
            batch.append((article, self._split(article)))
            size += len(batch[-1][1])
            if size >= BATCH_PASSAGES:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _embed(self, passages: Sequence[Passage]) -> None:
        """Vectors of those passages that have none yet, into the library.

        A changed article keeps most passages word for word, under other ids: those take over the vectors of before.
        """
        before = self._library.passages_of(sorted({passage.article.id for passage in passages}))
        same = {embedder_input(passage): passage.id for passage in before}
        alike = {p.id: same[given] for p in passages if (given := embedder_input(p)) in same}
        self._library.copy_vectors(alike, self._embedder.fingerprint)
        known = self._library.embedded([passage.id for passage in passages], self._embedder.fingerprint)
        missing = [passage for passage in passages if passage.id not in known]
        vectors = self._embedder.embed_passages([embedder_input(passage) for passage in missing])
        found = {passage.id: vector for passage, vector in zip(missing, vectors, strict=True)}
        self._library.store_vectors(found, self._embedder.fingerprint)

    def _add(self, opened: OpenGeneration, passages: Sequence[Passage]) -> None:
        vectors = self._library.passage_vectors([passage.id for passage in passages], self._embedder.fingerprint)
        self._generations.add(opened, passages, [vectors[passage.id] for passage in passages])

    def _sweep(self, opened: OpenGeneration) -> None:
        """Passages that no live revision has: out of the indexes, then out of the library."""
        stale = sorted(self._library.passage_ids(self._rules, live=False))
        if stale:
            with self._generations.writing(opened.generation):
                opened.vectors.remove(stale)
                opened.lexical.remove(stale)
            self._library.forget_passages(stale)


def require_same(active: Generation, embedder: str, rules: str) -> None:
    """Raises EmbedderMismatchError: vectors of two embedders cannot be compared."""
    if active.embedder == embedder and active.rules == rules:
        return
    what, had, wants = (
        ("embedder", active.embedder, embedder)
        if active.embedder != embedder
        else ("passage rules", active.rules, rules)
    )
    raise EmbedderMismatchError(
        f"The index was built with {what} {had}; the settings ask for {wants}.",
        "Set it back, or run `byline sync --re-embed` to build the index again with the new one.",
    )


def embedder_input(passage: Passage) -> PassageInput:
    """What the embedder reads: the article's header, the text, and its sentences as offsets in the text."""
    spans = tuple(Span(span.start - passage.start, span.end - passage.start) for span in passage.sentences)
    return PassageInput(header=passage.article.header, text=passage.text, sentences=spans)
