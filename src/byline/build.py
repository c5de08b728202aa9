"""The one place that constructs: settings in, wired objects out. Vendors are imported only when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from byline.answer.answerer import ExtractiveAnswerer
from byline.answer.refuse import calibrated
from byline.errors import LibraryMissingError
from byline.ingest.passages import rules_fingerprint, split
from byline.ingest.sync import Synchronizer, require_same
from byline.library.database import Library
from byline.library.generations import Generations
from byline.library.ownership import Ownership
from byline.models.embed import load_embedder
from byline.models.terms import passage_terms
from byline.protocols import Embedder, LexicalIndex, VectorIndex
from byline.retrieve.search import Searcher
from byline.serve.engine import Freshness
from byline.settings import Settings

if TYPE_CHECKING:
    from byline.ingest.fetch.fetcher import Fetcher

DATABASE = "library.db"


@dataclass(frozen=True, slots=True)
class Desk:
    """What answering needs, over one open library."""

    answerer: ExtractiveAnswerer
    searcher: Searcher
    library: Library
    embedder: Embedder


@contextmanager
def open_desk(settings: Settings) -> Iterator[Desk]:
    """Owns the index directory until it closes. Raises LibraryError: busy, missing, of another embedder."""
    require_library(settings.index)
    with ExitStack() as stack:
        yield _desk(settings, _own(settings, stack), stack)


@contextmanager
def open_synchronizer(settings: Settings) -> Iterator[Synchronizer]:
    """Owns the index directory until it closes. Raises LibraryBusyError, StorageError, ModelError."""
    from byline.models.tokens import count_tokens

    with ExitStack() as stack:
        library = _own(settings, stack)
        yield Synchronizer(
            library,
            generations_of(settings.index, library),
            _embedder(settings),
            partial(split, max_tokens=settings.passage_tokens, count_tokens=count_tokens),
            rules_fingerprint(settings.passage_tokens),
        )


def serve_chat(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serves until it is stopped; `announce` is given the address. Raises SettingsError for a port in use and
    LibraryBusyError for a held index, both at once.
    """
    from byline.serve.run import bind, run
    from byline.serve.warm import Loaded, WarmEngine

    with ExitStack() as stack:
        listener = stack.enter_context(bind(settings.host, settings.port))
        library = _own(settings, stack)

        def load() -> Loaded:
            desk = _desk(settings, library, stack)
            return Loaded(desk.answerer, lambda: freshness(library))

        run(WarmEngine(load, settings.examples), listener, announce)


def freshness(library: Library) -> Freshness:
    counts = library.counts()
    return Freshness(counts.articles, counts.newest)


def web_fetcher(stop: Event) -> Fetcher:
    """For all sources of a process, so that it knows when it was last at a site. `stop` ends its pauses, and with them
    the reading of a source, by KeyboardInterrupt: nothing is being written then.
    """
    from byline.ingest.fetch.fetcher import Fetcher

    def pause(seconds: float) -> None:
        if stop.wait(seconds):
            raise KeyboardInterrupt

    return Fetcher(pause=pause)


@contextmanager
def open_library(index: Path) -> Iterator[Library]:
    """For looking only: takes no lock, so it works beside a running server. Raises LibraryMissingError."""
    require_library(index)
    library = Library.open(index / DATABASE)
    try:
        yield library
    finally:
        library.close()


def require_library(index: Path) -> None:
    """Raises LibraryMissingError where nothing was synced; who only asks or looks leaves no directory behind."""
    if not (index / DATABASE).is_file():
        raise LibraryMissingError(f"{index} holds no articles yet.", "Run `byline sync FOLDER` first.")


def generations_of(index: Path, library: Library) -> Generations:
    return Generations(library, index, _open_indexes, passage_terms)


def _desk(settings: Settings, library: Library, stack: ExitStack) -> Desk:
    generations = generations_of(settings.index, library)
    active = generations.require_active()
    embedder = _embedder(settings)
    require_same(active, embedder.fingerprint, rules_fingerprint(settings.passage_tokens))
    opened = generations.open(active)
    stack.callback(opened.close)
    searcher = Searcher(library, opened, embedder)
    return Desk(ExtractiveAnswerer(library, searcher, calibrated()), searcher, library, embedder)


def _own(settings: Settings, stack: ExitStack) -> Library:
    ownership = Ownership(settings.index)
    stack.callback(ownership.release)
    library = Library.open(settings.index / DATABASE)
    stack.callback(library.close)
    return library


def _embedder(settings: Settings) -> Embedder:
    return load_embedder(settings.embedder, cache_dir=settings.model_cache, threads=settings.threads)


def _open_indexes(path: Path) -> tuple[VectorIndex, LexicalIndex]:
    # chromadb costs a second to import; a command that only looks must not pay it
    from byline.library.lexical import TantivyLexical
    from byline.library.vectors import ChromaVectors

    return ChromaVectors(path / "chroma"), TantivyLexical(path / "lexical")
