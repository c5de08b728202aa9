"""A library in a directory with everything around it that syncs and searches, but no model: for tests.

Real SQLite always; Chroma and tantivy when `RealIndexes` opens the indexes, doubles when a `MemoryShelf` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from byline.ingest.build_generation import GenerationBuilder
from byline.ingest.sync import OpenedToWrite, Synchronizer, SyncReport
from byline.ingest.text.passages import rules_fingerprint, split
from byline.ingest.unchanged import Item
from byline.library.database import Library
from byline.library.generations import Generations
from byline.library.lexical import TantivyLexical
from byline.library.opened import OpenGeneration, OpensIndexes
from byline.library.registry import Generation
from byline.library.vectors import ChromaVectors
from byline.models.terms import passage_terms
from byline.protocols import LexicalIndex, PassageInput, PassageVectors, VectorIndex
from byline.retrieve.search import Searcher
from byline.retrieve.understand import understand
from byline.testing import HashEmbedder, MemoryLexical, MemoryVectors
from byline.types import Article, ArticleRef, Hit, Passage
from byline.wiring import DATABASE

SOURCE = "/articles"
TOKENS = 32


class CountingEmbedder(HashEmbedder):
    """Remembers the texts it embedded; raises at the text number `breaks_at`."""

    def __init__(self, fingerprint: str = "hash:1", *, breaks_at: int | None = None) -> None:
        self.fingerprint = fingerprint
        self.embedded: list[str] = []
        self.breaks_at = breaks_at

    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageVectors]:
        if self.breaks_at is not None and len(self.embedded) + len(passages) > self.breaks_at:
            raise ZeroDivisionError("the embedder broke")
        self.embedded += [passage.text for passage in passages]
        return super().embed_passages(passages)


class MemoryShelf:
    """Opens doubles: one pair a directory, as long as the directory is there."""

    def __init__(self) -> None:
        self._held: dict[Path, tuple[MemoryVectors, MemoryLexical]] = {}

    def vectors(self, folder: Path) -> VectorIndex:
        return self._pair(folder)[0]

    def lexical(self, folder: Path | None) -> LexicalIndex:
        return self._pair(folder)[1] if folder else MemoryLexical()

    def _pair(self, folder: Path) -> tuple[MemoryVectors, MemoryLexical]:
        if not folder.is_dir():
            folder.mkdir(parents=True)
            self._held[folder] = (MemoryVectors(), MemoryLexical())
        return self._held[folder]


class RealIndexes:
    """Chroma and tantivy."""

    def vectors(self, folder: Path) -> VectorIndex:
        return ChromaVectors(folder / "chroma")

    def lexical(self, folder: Path | None) -> LexicalIndex:
        return TantivyLexical(folder / "lexical" if folder else None)


class Newsroom:
    """Syncs and searches one library; `sync` is given all articles of the one source."""

    def __init__(
        self, library: Library, index: Path, indexes: OpensIndexes, embedder: CountingEmbedder, tokens: int
    ) -> None:
        self.library = library
        self.generations = Generations(library, index, indexes, passage_terms)
        self.embedder = embedder
        self.rules = rules_fingerprint(tokens)
        self.split = partial(split, max_tokens=tokens, count_tokens=lambda text: len(text.split()))
        self.synchronizer = Synchronizer(library, self.generations, embedder, self.split, self.rules)
        self.builder = GenerationBuilder(library, self.generations, embedder, self.split, self.rules)

    def synchronizer_into(self, opened: OpenedToWrite) -> Synchronizer:
        """One that writes to indexes that are open already."""
        return Synchronizer(self.library, self.generations, self.embedder, self.split, self.rules, opened=opened)

    def sync(self, items: Iterable[Item], source: str = SOURCE) -> SyncReport:
        return self.synchronizer.sync(items, source)

    @property
    def active(self) -> Generation:
        return self.generations.require_active()

    def articles(self) -> dict[str, str]:
        return {article.ref.id: article.text for article in self.library.live_articles()}

    @contextmanager
    def opened(self) -> Iterator[OpenGeneration]:
        opened = self.generations.open(self.active)
        try:
            yield opened
        finally:
            opened.close()

    def search(self, *questions: str) -> list[list[Hit]]:
        with self.opened() as opened:
            searcher = Searcher(self.library, opened, self.embedder)
            return [searcher.search(understand(question)) for question in questions]

    def held(self) -> dict[str, set[str]]:
        """Passage ids: those readers may see, the leftovers, and those of either index."""
        with self.opened() as opened:
            return {
                "live": self.library.passage_ids(self.rules, live=True),
                "stale": self.library.passage_ids(self.rules, live=False),
                "vectors": opened.vectors.ids(),
                "lexical": opened.lexical.ids(),
            }

    def passages(self) -> dict[str, Passage]:
        return self.library.live_passages(sorted(self.library.passage_ids(self.rules, live=True)))


@contextmanager
def newsroom(
    index: Path,
    indexes: OpensIndexes | None = None,
    embedder: CountingEmbedder | None = None,
    *,
    tokens: int = TOKENS,
) -> Iterator[Newsroom]:
    index.mkdir(parents=True, exist_ok=True)
    library = Library.open(index / DATABASE)
    try:
        yield Newsroom(library, index, indexes or RealIndexes(), embedder or CountingEmbedder(), tokens)
    finally:
        library.close()


def article(name: str, text: str, *, title: str | None = None, origin: str | None = None, raw: str = "") -> Article:
    return Article(ArticleRef(name, title or name.title()), text, origin or f"{name}.md", raw=raw)
