"""Generations: the derived indexes, one directory each, named by number and described in `library.db`.

Nothing in them is true by itself. One whose files are not what they were left as answers from the library alone, until
it was compared with it or built again beside itself: Chroma has no repair, and a killed write can wedge it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from byline.errors import BylineError, LibraryBusyError, LibraryError, LibraryMissingError, StorageError
from byline.library.database import Library
from byline.library.examine import QUICK, THOROUGH, examine
from byline.library.opened import OpenGeneration, OpensIndexes, PassageTerms, hold
from byline.library.openings import Examine, Openings, UnopenableError
from byline.library.registry import Generation
from byline.library.seal import PARTS, Diagnosis, diagnose, graph_changed, sealed, stamps
from byline.library.storage import storage_errors
from byline.protocols import Vector
from byline.types import Passage


class Generations:
    """The shelf of generations under `index/`; at most one is active."""

    def __init__(
        self,
        library: Library,
        index: Path,
        indexes: OpensIndexes,
        passage_terms: PassageTerms,
        examine: Examine = examine,
    ) -> None:
        self._library = library
        self._index = index
        self._examine = examine
        self._openings = Openings(library, index, indexes, passage_terms, examine)

    def active(self) -> Generation | None:
        return self._library.active_generation()

    def require_active(self) -> Generation:
        """Raises LibraryMissingError when nothing was ever synced here."""
        generation = self.active()
        if generation is None:
            raise LibraryMissingError(f"{self._index} holds no articles yet.", "Run `byline sync FOLDER` first.")
        return generation

    def path(self, generation: Generation) -> Path:
        return self._index / generation.name

    def diagnose(self, generation: Generation) -> Diagnosis:
        """Whether its files are what they were left as; reads them, opens no index."""
        with storage_errors(self._index):
            return diagnose(self.path(generation), self._library.seal(generation))

    def open(self, generation: Generation) -> OpenGeneration:
        """Serves at once: what is not known to be whole is not touched but made up for from the library.

        Raises LibraryBusyError when another process has it open.
        """
        lock = hold(self._index, generation)
        try:
            diagnosis = self.diagnose(generation)
            if not diagnosis.parts:
                try:
                    return self._openings.whole(generation, lock)
                except UnopenableError as error:
                    diagnosis = Diagnosis(PARTS, (error.message,), hopeless=True)
            return self._openings.makeshift(generation, diagnosis, lock)
        except BaseException:
            lock.release()
            raise

    def open_aside(self, generation: Generation) -> OpenGeneration:
        """To look at beside whoever has it open: its files are not touched."""
        return self._openings.makeshift(generation, Diagnosis(PARTS, ("opened aside",), hopeless=True), None)

    def check(self, generation: Generation) -> list[str]:
        """What is wrong with it; it is sealed when that is nothing. Unless its files alone tell, its indexes are
        compared with the library, which takes seconds at 10,000 passages.
        """
        lock = hold(self._index, generation)
        try:
            diagnosis = self.diagnose(generation)
            if diagnosis.hopeless:
                return list(diagnosis.findings)
            path = self.path(generation)
            problems = list(self._examine(self._library.path, path, generation, THOROUGH))
            if problems:
                return [*diagnosis.findings, *problems]
            self._library.set_seal(generation, sealed(path))
            if diagnosis.findings:
                self._library.record("compared", f"{'; '.join(diagnosis.findings)}: it holds what the library says")
            return []
        finally:
            lock.release()

    def repair(self, makeshift: OpenGeneration) -> OpenGeneration:
        """Takes minutes for a large one, embeds nothing. What only may be damaged is compared with the library, what
        is damaged is built again; the makeshift one goes on serving and is the caller's to close.
        """
        problems = self.check(makeshift.generation)
        if not problems:
            opened = self.open(makeshift.generation)
            if not opened.makeshift:
                return opened
            problems = list(opened.findings)
            opened.close()
        return self.rebuild(makeshift.generation, problems)

    def rebuild(self, worn: Generation, problems: Sequence[str]) -> OpenGeneration:
        """The same again beside it from stored vectors; takes its place when it was the active one."""
        built = self.build(self.create(worn.embedder, worn.rules, worn.embedder_name))
        active = self.active()
        if active is not None and active.id == worn.id:
            self._library.activate_generation(built.generation)
        self._library.record("rebuilt", f"{'; '.join(problems)}: built again as {built.generation.name}")
        self._library.delete_generation(worn)
        shutil.rmtree(self.path(worn), ignore_errors=True)
        return built

    @contextmanager
    def opened_to_write(self, generation: Generation) -> Iterator[OpenGeneration]:
        """Open and whole, repaired when it was not; settled after."""
        opened = self.open(generation)
        if opened.makeshift:
            makeshift = opened
            try:
                opened = self.repair(makeshift)
            finally:
                makeshift.close()
        try:
            yield opened
            self.settle(opened)
        finally:
            opened.close()

    def create(self, embedder: str, rules: str, embedder_name: str | None = None) -> Generation:
        """A new one, not sealed and not active."""
        generation = self._library.add_generation(embedder, rules, embedder_name)
        # a directory of this name can only be the rest of a library that was deleted
        shutil.rmtree(self.path(generation), ignore_errors=True)
        return generation

    def build(self, generation: Generation) -> OpenGeneration:
        """Fills both indexes with every passage of the library. The generation is left sealed, not yet active."""
        lock = hold(self._index, generation)
        try:
            opened = self._openings.whole(generation, lock, seal=False)
        except BaseException:
            lock.release()
            raise
        try:
            with self.writing(opened):
                for passages, vectors in self._library.held_passage_vectors(generation.rules, generation.embedder):
                    self._openings.add(opened, passages, vectors)
            self.settle(opened)
        except BaseException:
            opened.close()
            raise
        return opened

    @contextmanager
    def writing(self, opened: OpenGeneration) -> Iterator[None]:
        """The seal is off inside and stays off until `settle`; nobody knows what was written when the body raises."""
        generation = opened.generation
        if self._library.seal(generation) is not None:
            self._library.set_seal(generation, None)
        opened.suspect = True
        try:
            yield
        except BylineError:
            raise
        except Exception as error:  # what the vendors raise is of no one kind; a full disk is not always told as one
            raise LibraryError(
                f"Writing to {self.path(generation)} failed: {error}.",
                "See that the disk has space, and run the command again: the index is built again from the library.",
            ) from error
        opened.suspect = False

    def add(self, opened: OpenGeneration, passages: Sequence[Passage], vectors: Sequence[Vector]) -> None:
        """Into both indexes; not visible to readers before `Library.publish`."""
        if passages:
            self._openings.add(opened, passages, np.stack(vectors))

    def settle(self, opened: OpenGeneration) -> None:
        """After the last write: nothing is left to be written in the background, and the files get their seal.

        Raises StorageError when the graph does not hold what was written: Chroma saves it without looking whether a
        write failed, so after a save it is compared with the library first.
        """
        generation = opened.generation
        if opened.makeshift or opened.suspect or self._library.seal(generation) is not None:
            return
        opened.lexical.settle()
        path = self.path(generation)
        with storage_errors(self._index):
            if graph_changed(opened.settled, stamps(path)):
                problems = self._examine(self._library.path, path, generation, QUICK)
                if problems:
                    opened.suspect = True
                    raise StorageError(
                        f"The disk did not keep what was written to {path}: {'; '.join(problems)}.",
                        "Check it and its space. The articles are safe, and the index is built again by itself.",
                    )
            self._library.set_seal(generation, sealed(path))
            opened.settled = stamps(path)

    def drop(self, generation: Generation) -> None:
        """Raises LibraryBusyError while anybody still has it open, in this process or another."""
        lock = hold(self._index, generation)
        try:
            if lock.lock_counter > 1:
                raise LibraryBusyError(
                    f"{self.path(generation)} is still being read.", "Try again when its last answer has ended."
                )
            self._library.delete_generation(generation)
            shutil.rmtree(self.path(generation), ignore_errors=True)
        finally:
            lock.release()
        (self._index / f"{generation.name}.lock").unlink(missing_ok=True)

    def drop_others(self, kept: Generation) -> None:
        """Every other one, with its directory."""
        for standing in self._library.standings():
            if standing.generation.id != kept.id:
                self.drop(standing.generation)
        self.tidy()

    def tidy(self) -> None:
        """Deletes what a kill left behind: generations that were never finished, directories that none stands for."""
        for standing in self._library.standings():
            if not (standing.active or standing.sealed or standing.activated_at):
                with suppress(LibraryBusyError):  # somebody is building it
                    self.drop(standing.generation)
        known = {standing.generation.name for standing in self._library.standings()}
        for found in self._index.glob("gen-*"):
            if found.name.removesuffix(".lock") not in known:
                shutil.rmtree(found, ignore_errors=True) if found.is_dir() else found.unlink(missing_ok=True)
