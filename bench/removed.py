"""The same library as if some of its articles had never been read: indexes in memory over the passages of the others.

A sync without them gives other signals: tantivy counts deleted documents in a term's frequency until segments are
merged, so that no word of a removed article would be unseen (measured: .005 of a question's terms against .154).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from byline.build import Desk
from byline.library.exact import ExactVectors
from byline.library.lexical import TantivyLexical
from byline.library.opened import OpenGeneration
from byline.models.terms import passage_terms
from byline.protocols import Embedder, Vector
from byline.retrieve.search import Searcher
from byline.types import Passage


class Remembering:
    """An embedder that embeds the same question once: it is asked with its article and without."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: dict[str, Vector] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def embed_query(self, text: str) -> Vector:
        if text not in self._vectors:
            self._vectors[text] = self._embedder.embed_query(text)
        return self._vectors[text]


class Holdings:
    """Passages and vectors of a library, read once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._embedder = Remembering(desk.embedder)
        with desk.searcher.lease() as searcher:
            self._generation = searcher.opened.generation
        self._held = list(self._read())

    def searcher(self, *, without: str | None = None) -> Searcher:
        """Over all articles but those whose id begins like that."""
        kept = [held for held in self._held if without is None or not held[0].article.id.startswith(without)]
        vectors, lexical = ExactVectors(), TantivyLexical(None)
        vectors.add([passage.id for passage, _ in kept], np.array([vector for _, vector in kept]))
        lexical.add((passage.id, passage_terms(passage), passage.article) for passage, _ in kept)
        opened = OpenGeneration(self._generation, vectors, lexical, None)
        return Searcher(self._desk.library, opened, self._embedder)

    def _read(self) -> Iterator[tuple[Passage, Vector]]:
        generation = self._generation
        for passages, vectors in self._desk.library.held_passage_vectors(generation.rules, generation.embedder):
            yield from zip(passages, vectors, strict=True)
