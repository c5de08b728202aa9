"""How a generation is opened: from its files when they are whole, else made up for from the library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from filelock import FileLock

from byline.errors import BylineError, LibraryError
from byline.library.database import Library
from byline.library.exact import ExactVectors
from byline.library.examine import LEXICAL_ALONE
from byline.library.opened import OpenGeneration, OpensIndexes, PassageTerms
from byline.library.registry import Generation
from byline.library.seal import Diagnosis, sealed, stamps
from byline.library.storage import storage_errors
from byline.protocols import LexicalIndex, Vector
from byline.types import Passage

Examine = Callable[[Path, Path, Generation, int], Sequence[str]]
"""(library.db, directory, generation, vectors to look up at most) → problems of its indexes"""


class UnopenableError(LibraryError):
    """Files that are as they were left, and yet cannot be opened."""


class Openings:
    """Of the generations of one index directory."""

    def __init__(
        self, library: Library, index: Path, indexes: OpensIndexes, passage_terms: PassageTerms, examine: Examine
    ) -> None:
        self._library = library
        self._index = index
        self._indexes = indexes
        self._passage_terms = passage_terms
        self._examine = examine

    def whole(self, generation: Generation, lock: FileLock, *, seal: bool = True) -> OpenGeneration:
        """Both indexes from their files; what opening changed in them is sealed anew. Raises UnopenableError."""
        path = self._index / generation.name
        with storage_errors(self._index):
            before = stamps(path) if seal else {}
        try:
            vectors = self._indexes.vectors(path)
            opened = OpenGeneration(generation, vectors, self._indexes.lexical(path), lock)
        except BylineError:
            raise
        except Exception as error:  # what Chroma and tantivy raise for damaged files is of no one kind
            raise UnopenableError(
                f"The index {path} cannot be opened: {error}.", f"Delete {path}: it is built again from the library."
            ) from error
        opened.settled = after = stamps(path)
        if seal:
            changed = {name for name in before | after if before.get(name) != after.get(name)}
            if changed:
                self._library.set_seal(generation, sealed(path, self._library.seal(generation), changed))
        return opened

    def makeshift(self, generation: Generation, diagnosis: Diagnosis, lock: FileLock | None) -> OpenGeneration:
        """Exact search over the stored vectors; BM25 from its own files where a child process finds them whole, else in
        memory: 2 CPU-s at 10,000 passages, a minute or two at 300,000.
        """
        vectors = ExactVectors.load(self._library, generation.rules, generation.embedder)
        path = self._index / generation.name
        doubtful = "lexical" in diagnosis.parts
        damaged = doubtful and (
            diagnosis.hopeless or bool(self._examine(self._library.path, path, generation, LEXICAL_ALONE))
        )
        lexical = self._lexical_in_memory(generation) if damaged else self._indexes.lexical(path)
        return OpenGeneration(generation, vectors, lexical, lock, diagnosis.findings)

    def add(self, opened: OpenGeneration, passages: Sequence[Passage], vectors: Vector) -> None:
        """Into both indexes; `vectors` (n, dimension)."""
        opened.vectors.add([passage.id for passage in passages], vectors)
        opened.lexical.add((passage.id, self._passage_terms(passage), passage.article) for passage in passages)

    def _lexical_in_memory(self, generation: Generation) -> LexicalIndex:
        lexical = self._indexes.lexical(None)
        for passages, _ in self._library.held_passage_vectors(generation.rules, generation.embedder):
            lexical.add((passage.id, self._passage_terms(passage), passage.article) for passage in passages)
        return lexical
