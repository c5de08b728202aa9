"""A generation with its two indexes open, and how indexes are opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from byline.errors import LibraryBusyError
from byline.library.registry import Generation
from byline.library.storage import storage_errors
from byline.protocols import LexicalIndex, VectorIndex
from byline.types import Passage


class OpensIndexes(Protocol):
    """Opens what is at the directory of a generation, or makes it."""

    def vectors(self, folder: Path) -> VectorIndex: ...
    def lexical(self, folder: Path | None) -> LexicalIndex:
        """None: an empty one in memory."""
        ...


class PassageTerms(Protocol):
    def __call__(self, passage: Passage, /) -> Sequence[str]: ...


class OpenGeneration:
    """`makeshift`: answers from what `library.db` holds, because the files are not known to be whole. `suspect` is set
    when writing to it failed: nobody knows then what its files hold.
    """

    def __init__(
        self,
        generation: Generation,
        vectors: VectorIndex,
        lexical: LexicalIndex,
        lock: FileLock | None,
        findings: Sequence[str] = (),
    ) -> None:
        self.generation = generation
        self.vectors = vectors
        self.lexical = lexical
        self.findings = tuple(findings)
        self.suspect = False
        self._lock = lock

    @property
    def makeshift(self) -> bool:
        return bool(self.findings)

    def close(self) -> None:
        try:
            self.vectors.close()
            self.lexical.close()
        finally:
            if self._lock is not None:
                self._lock.release()


def hold(index: Path, generation: Generation) -> FileLock:
    """The lock on a generation's directory: Chroma and tantivy know no other process. Counts within one process.

    Raises LibraryBusyError at once when another process holds it.
    """
    lock = FileLock(index / f"{generation.name}.lock", timeout=0, thread_local=False, is_singleton=True)
    with storage_errors(index):
        try:
            lock.acquire()
        except Timeout:
            raise LibraryBusyError(
                f"{index / generation.name} is in use by another Byline process.",
                "Stop that one first, or try again when it has moved on to the active generation.",
            ) from None
    return lock
