"""Another embedder or other passage rules: a new generation is made beside the active one while that serves.

Passages and vectors go into the library first, so an interrupted build goes on where it was. Articles that change
meanwhile are caught up with before the new generation takes over, in one transaction.
"""

from __future__ import annotations

import random
from contextlib import closing

from byline.errors import LibraryError
from byline.ingest.batches import Progress, Split, batches, passages_in
from byline.ingest.embedding import Embedding
from byline.library.database import Library
from byline.library.generations import Generations
from byline.library.opened import OpenGeneration
from byline.library.registry import Generation
from byline.protocols import Embedder, Vector

_PROBES = 200
SAME = 0.999
"""Cosine of a vector and itself, after rounding."""
_CATCH_UPS = 50
"""Each costs what changed since the one before; a library that changes faster than that is not caught up with."""


class GenerationBuilder:
    """Makes generations with one embedder and one set of passage rules."""

    def __init__(
        self,
        library: Library,
        generations: Generations,
        embedder: Embedder,
        split: Split,
        rules: str,
        embedder_name: str | None = None,
    ) -> None:
        self._library = library
        self._generations = generations
        self._embedder = embedder
        self._embedding = Embedding(library, embedder)
        self._split = split
        self._rules = rules
        self._embedder_name = embedder_name

    def build(self, progress: Progress | None = None) -> Generation:
        """Complete and checked, not active."""
        self._generations.tidy()
        self._prepare(progress)
        created = self._generations.create(self._embedder.fingerprint, self._rules, self._embedder_name)
        with closing(self._generations.build(created)) as opened:
            self._catch_up(opened)
            self._check(opened)
        return created

    def activate(self, generation: Generation) -> None:
        """Catches up with what changed since it was built or was active, then takes over.

        Raises LibraryError when its indexes do not hold what they should, or articles change without a pause.
        """
        for _ in range(_CATCH_UPS):
            change = self._library.changes()
            with self._generations.opened_to_write(generation) as opened:
                self._catch_up(opened)
                self._check(opened)
                generation = opened.generation  # another, when it had to be built again
            if self._library.activate_generation(generation, at_change=change):
                self._library.record("activated", generation.fingerprint)
                return
        raise LibraryError(
            f"Articles change faster than {generation.name} can catch up with.", "Stop the syncing for a moment."
        )

    def _prepare(self, progress: Progress | None = None) -> None:
        """Passages under these rules, and vectors of this embedder, for every article that lacks them."""
        lacking = self._library.lacking(self._rules, self._embedder.fingerprint)
        for batch in batches(self._library.held_articles(lacking), self._split):
            self._library.stage_passages(batch, self._rules)
            self._embedding.store(passages_in(batch))
            if progress:
                progress(len(batch), len(lacking))

    def _catch_up(self, opened: OpenGeneration) -> None:
        self._prepare()
        wanted, held = self._library.passage_ids(self._rules, live=True), opened.vectors.ids() & opened.lexical.ids()
        new, stale = sorted(wanted - held), sorted(held - wanted)
        if new or stale:
            with self._generations.writing(opened):
                vectors = self._library.passage_vectors(new, self._embedder.fingerprint)
                passages = self._library.held_passages(new)
                self._generations.add(opened, list(passages.values()), [vectors[key] for key in passages])
                opened.vectors.remove(stale)
                opened.lexical.remove(stale)
            self._generations.settle(opened)

    def _check(self, opened: OpenGeneration) -> None:
        """All passages are in both indexes, and a sample of them is found by its own vector."""
        wanted = self._library.passage_ids(self._rules, live=True)
        missing = (wanted - opened.vectors.ids()) | (wanted - opened.lexical.ids())
        probes = random.Random(0).sample(sorted(wanted), min(_PROBES, len(wanted)))
        vectors = self._library.passage_vectors(probes, self._embedder.fingerprint)
        lost = [key for key, vector in vectors.items() if not _finds(opened, key, vector)]
        if missing or lost:
            raise LibraryError(
                f"{opened.generation.name} failed its check: {len(missing)} passages are missing, {len(lost)} of "
                f"{len(probes)} are not found by their own vectors.",
                f"Run `byline index drop {opened.generation.name}` and build it again; the active one goes on serving.",
            )


def _finds(opened: OpenGeneration, passage_id: str, vector: Vector) -> bool:
    found = opened.vectors.search(vector, 1)
    # equal passages have equal vectors: any of them will do
    return bool(found) and (found[0][0] == passage_id or found[0][1] >= SAME)
