"""Ingest in a process of its own: `python -m bench.scale_ingest INDEX REAL FIRST LAST` prints JSON.

The product's own sync, with two parts in other hands: articles come cut, and vectors are looked up, not computed. What
making up copies costs is taken off.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

from bench.grown import Grown, Place
from byline.ingest.embedding import embedder_input
from byline.ingest.sync import Synchronizer
from byline.library.database import Library
from byline.protocols import PassageInput, PassageVectors, Vector
from byline.types import Article, Passage, Span
from byline.wiring import DATABASE, generations_of

P = ParamSpec("P")
T = TypeVar("T")


class Supply:
    """What stands in for splitting and for the embedder; `spent_s` is the CPU time that it took."""

    dimension = 384

    def __init__(self, grown: Grown) -> None:
        self.fingerprint = grown.embedder
        self.spent_s = 0.0
        self._grown = grown
        self._places: dict[str, Place] = {}
        self._split: dict[tuple[str, str], PassageVectors] = {}

    def articles(self, first: int, last: int) -> list[Article]:
        return self._timed(self._articles, first, last)

    def split(self, article: Article) -> Sequence[Passage]:
        return self._timed(self._passages, article)

    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageVectors]:
        made = [self._split[given.header, given.text] for given in passages]
        self._split.clear()  # a batch is split, then embedded; copies of an article have the same passages
        return made

    def embed_query(self, text: str) -> Vector:
        raise NotImplementedError("nothing is asked while articles are synced")

    def embed_question(self, text: str, parts: Sequence[Span]) -> PassageVectors:
        raise NotImplementedError("nothing is asked while articles are synced")

    def _articles(self, first: int, last: int) -> list[Article]:
        made = []
        for place in self._grown.places(first, last):
            made.append(self._grown.article(place))
            self._places[made[-1].ref.id] = place
        return made

    def _passages(self, article: Article) -> Sequence[Passage]:
        place = self._places[article.ref.id]
        passages = self._grown.passages(place, article)
        for passage, vectors in zip(passages, self._grown.vectors(place), strict=True):
            given = embedder_input(passage)
            self._split[given.header, given.text] = vectors
        return passages

    def _timed(self, call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        started = time.process_time()
        try:
            return call(*args, **named)
        finally:
            self.spent_s += time.process_time() - started


def ingest(index: Path, real: Path, first: int, last: int) -> dict[str, float]:
    grown = Grown(real)
    supply = Supply(grown)
    articles = supply.articles(first, last)
    supply.spent_s = 0.0
    index.mkdir(parents=True, exist_ok=True)
    library = Library.open(index / DATABASE)
    try:
        generations = generations_of(index, library)
        synchronizer = Synchronizer(library, generations, supply, supply.split, grown.rules)
        started, began = time.process_time(), time.perf_counter()
        report = synchronizer.sync(articles, f"grown from {first}", _watch)
        cpu_s, wall_s = time.process_time() - started - supply.spent_s, time.perf_counter() - began
    finally:
        library.close()
    return {"passages": report.passages, "cpu_s": cpu_s, "wall_s": wall_s, "cosine": grown.cosine}


def _watch(done: int, total: int) -> None:
    """For whoever ends this process in the middle of its work."""
    sys.stderr.write(".")
    sys.stderr.flush()


if __name__ == "__main__":
    made = ingest(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    print("\n" + json.dumps(made))
