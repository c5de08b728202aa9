"""Generations: the derived indexes, one directory each, named by number and described in `library.db`.

A generation is marked dirty, in the truth, before its indexes are written to and clean after. One that is still dirty
when it is opened was interrupted: it is not repaired but built again beside itself from the stored vectors.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import Row, delete, insert, select, update

from byline.errors import BylineError, LibraryError, LibraryMissingError
from byline.library.database import Library
from byline.library.schema import generations
from byline.library.storage import storage_errors
from byline.protocols import LexicalIndex, VectorIndex
from byline.types import Passage

OpenIndexes = Callable[[Path], tuple[VectorIndex, LexicalIndex]]
PassageTerms = Callable[[Passage], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Generation:
    """`embedder` and `rules` are the fingerprints of what its vectors and passages were made with."""

    id: int
    embedder: str
    rules: str
    dirty: bool

    @property
    def name(self) -> str:
        return f"gen-{self.id:04d}"

    @property
    def fingerprint(self) -> str:
        return f"{self.name}:{self.embedder}:{self.rules}"


class OpenGeneration:
    """A generation with its two indexes open."""

    def __init__(self, generation: Generation, path: Path, open_indexes: OpenIndexes) -> None:
        self.generation = generation
        self.vectors, self.lexical = open_indexes(path)

    def close(self) -> None:
        self.vectors.close()
        self.lexical.close()


class Generations:
    """The shelf of generations under `index/`; at most one is active."""

    def __init__(self, library: Library, index: Path, open_indexes: OpenIndexes, passage_terms: PassageTerms) -> None:
        self._library = library
        self._index = index
        self._open_indexes = open_indexes
        self._passage_terms = passage_terms

    def active(self) -> Generation | None:
        with self._library.read() as connection:
            row = connection.execute(select(generations).where(generations.c.active)).first()
        return _generation(row) if row else None

    def path(self, generation: Generation) -> Path:
        return self._index / generation.name

    def is_worn(self, generation: Generation) -> bool:
        """Interrupted while it was written to, or deleted."""
        return generation.dirty or not self.path(generation).is_dir()

    def open(self, generation: Generation) -> OpenGeneration:
        """The generation as it stands, or, when it was interrupted or its directory is gone, a rebuilt successor."""
        if self.is_worn(generation):
            return self.rebuild(generation)
        path = self.path(generation)
        try:
            return OpenGeneration(generation, path, self._open_indexes)
        except BylineError:
            raise
        except Exception as error:  # what Chroma and tantivy raise for damaged files is of no one kind
            raise LibraryError(
                f"The index {path} cannot be opened: {error}.", f"Delete {path}: it is built again from the library."
            ) from error

    def create(self, embedder: str, rules: str) -> Generation:
        """A new one, dirty and not active."""
        with self._library.write() as connection:
            made = connection.execute(
                insert(generations)
                .values(embedder=embedder, rules=rules, active=False, seal=None, created_at=_now())
                .returning(generations)
            ).one()
        generation = _generation(made)
        # a directory of this name can only be the rest of a library that was deleted
        shutil.rmtree(self.path(generation), ignore_errors=True)
        return generation

    def rebuild(self, worn: Generation) -> OpenGeneration:
        """Builds the same generation again from stored vectors, activates it, and deletes the worn one."""
        self._library.record("rebuild", f"{worn.name} was interrupted or is missing")
        built = self.build(self.create(worn.embedder, worn.rules))
        self.activate(built.generation)
        self.drop_inactive()
        return built

    def build(self, generation: Generation) -> OpenGeneration:
        """Fills both indexes with every visible passage. The generation is left clean, not yet active."""
        opened = OpenGeneration(generation, self.path(generation), self._open_indexes)
        for passages, vectors in self._library.held_passage_vectors(generation.rules, generation.embedder):
            opened.vectors.add([passage.id for passage in passages], vectors)
            opened.lexical.add((passage.id, self._passage_terms(passage)) for passage in passages)
        self._mark(generation, dirty=False)
        return opened

    def activate(self, generation: Generation) -> None:
        """One transaction: readers see this generation from here on."""
        with self._library.write() as connection:
            connection.execute(update(generations).values(active=generations.c.id == generation.id))

    @contextmanager
    def writing(self, generation: Generation) -> Iterator[None]:
        """Dirty inside, clean after; left dirty when the body raises, for then nobody knows what was written."""
        self._mark(generation, dirty=True)
        try:
            yield
        except BylineError:
            raise
        except Exception as error:  # as in `open`; a full disk is not always told as one
            raise LibraryError(
                f"Writing to {self.path(generation)} failed: {error}.",
                "See that the disk has space, and run the command again: the index is built again from the library.",
            ) from error
        self._mark(generation, dirty=False)

    def add(self, opened: OpenGeneration, passages: Sequence[Passage], vectors: Iterable[np.ndarray]) -> None:
        """Into both indexes; not visible to readers before `Library.publish`."""
        if passages:
            opened.vectors.add([passage.id for passage in passages], np.stack(list(vectors)))
            opened.lexical.add((passage.id, self._passage_terms(passage)) for passage in passages)

    def drop_inactive(self) -> None:
        with self._library.write() as connection:
            gone = [_generation(row) for row in connection.execute(select(generations).where(~generations.c.active))]
            connection.execute(delete(generations).where(~generations.c.active))
        for generation in gone:
            shutil.rmtree(self.path(generation), ignore_errors=True)

    def require_active(self) -> Generation:
        """Raises LibraryMissingError when nothing was ever synced here."""
        generation = self.active()
        if generation is None:
            raise LibraryMissingError(f"{self._index} holds no articles yet.", "Run `byline sync FOLDER` first.")
        return generation

    def _mark(self, generation: Generation, *, dirty: bool) -> None:
        with storage_errors(self._index), self._library.write() as connection:
            connection.execute(
                update(generations).where(generations.c.id == generation.id).values(seal=None if dirty else "{}")
            )


def _generation(row: Row[tuple[object, ...]]) -> Generation:
    return Generation(id=row.id, embedder=row.embedder, rules=row.rules, dirty=row.seal is None)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
