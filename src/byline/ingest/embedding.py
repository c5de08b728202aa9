"""Vectors of passages into the library, none computed twice."""

from __future__ import annotations

from collections.abc import Sequence

from byline.library.database import Library
from byline.protocols import Embedder, PassageInput
from byline.types import Passage, Span


class Embedding:
    """One embedder over one library."""

    def __init__(self, library: Library, embedder: Embedder) -> None:
        self._library = library
        self._embedder = embedder

    def store(self, passages: Sequence[Passage]) -> None:
        """Vectors of those passages that have none yet, into the library.

        A changed article keeps most passages word for word, under other ids: those take over the vectors of before.
        """
        before = self._library.held_passages_of(sorted({passage.article.id for passage in passages}))
        same = {embedder_input(passage): passage.id for passage in before}
        alike = {p.id: same[given] for p in passages if (given := embedder_input(p)) in same}
        self._library.copy_vectors(alike, self._embedder.fingerprint)
        known = self._library.embedded([passage.id for passage in passages], self._embedder.fingerprint)
        missing = [passage for passage in passages if passage.id not in known]
        vectors = self._embedder.embed_passages([embedder_input(passage) for passage in missing])
        found = {passage.id: vector for passage, vector in zip(missing, vectors, strict=True)}
        self._library.store_vectors(found, self._embedder.fingerprint)


def embedder_input(passage: Passage) -> PassageInput:
    """What the embedder reads: the article's header, the text, and its sentences as offsets in the text."""
    spans = tuple(Span(span.start - passage.start, span.end - passage.start) for span in passage.sentences)
    return PassageInput(header=passage.article.header, text=passage.text, sentences=spans)
