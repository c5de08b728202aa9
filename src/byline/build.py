"""The one place that constructs: settings in, wired objects out. Vendors are imported only when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import numpy as np

from byline.answer.answerer import ExtractiveAnswerer
from byline.answer.calibration import rule_for
from byline.errors import LibraryBusyError, LibraryError, SettingsError
from byline.ingest.batches import Progress, Split
from byline.ingest.build_generation import GenerationBuilder
from byline.ingest.purge import Purger
from byline.ingest.sync import OpenedToWrite, Synchronizer
from byline.ingest.text.passages import passage_tokens_of, rules_fingerprint, split
from byline.library.database import Library
from byline.library.freshness import Freshness
from byline.library.generations import Generations
from byline.library.opened import OpenGeneration
from byline.library.registry import Generation
from byline.models.terms import passage_terms
from byline.protocols import AnswersQuestions, Embedder
from byline.retrieve.compare import Comparison, TestQuestion, compare
from byline.retrieve.search import Searcher
from byline.retrieve.searchers import Searchers
from byline.settings import Settings
from byline.types import ArticleRef
from byline.wiring import (
    DATABASE,
    Models,
    VendorIndexes,
    embedder_name,
    generations_of,
    open_library,
    own,
    require_library,
    writer_of,
)

if TYPE_CHECKING:
    from byline.ingest.fetch.fetcher import Fetcher
    from byline.serve.keep import KeptSources

_EMPTY_PASSAGES = 256


@dataclass(frozen=True, slots=True)
class Desk:
    """What answering needs, over one open library. `answerer` is the `extractive` one where no model is configured."""

    answerer: AnswersQuestions
    extractive: ExtractiveAnswerer
    searcher: Searchers
    library: Library
    embedder: Embedder
    full_text: bool = False


@contextmanager
def open_desk(settings: Settings, *, renewing: bool = False) -> Iterator[Desk]:
    """Owns the index directory until it closes. Raises LibraryError: busy, missing, of an embedder that is gone.

    `renewing`: for who stays: damaged indexes are built again and another active generation is changed over to.
    """
    require_library(settings.index)
    with ExitStack() as stack:
        yield _desk(settings, own(settings, stack), stack, models=Models(settings), renewing=renewing)


@contextmanager
def open_synchronizer(settings: Settings, progress: Progress | None = None) -> Iterator[Synchronizer]:
    """Owns the index directory until it closes. Raises LibraryBusyError, StorageError, ModelError.

    Where the active generation cannot be written to any more, as after an upgrade with other passage rules, a new one
    is built first.
    """
    with ExitStack() as stack:
        library = own(settings, stack)
        generations = generations_of(settings.index, library)
        generations.tidy()
        yield _synchronizer(settings, library, generations, Models(settings), progress)


@contextmanager
def open_builder(settings: Settings) -> Iterator[GenerationBuilder]:
    """For a new generation with the embedder and the rules of the settings, beside whoever owns the directory.

    Raises LibraryBusyError when another one is being built, LibraryMissingError, ModelError.
    """
    require_library(settings.index)
    with ExitStack() as stack:
        library = own(settings, stack, role="builder")
        generations, name = generations_of(settings.index, library), embedder_name(settings)
        yield _builder(library, generations, Models(settings).named(name), settings.passage_tokens, name)


@contextmanager
def open_builder_of(settings: Settings, generation: Generation) -> Iterator[GenerationBuilder]:
    """For bringing an inactive generation up to date, with the embedder and rules it was made with."""
    with ExitStack() as stack:
        library = own(settings, stack, role="builder")
        generations = generations_of(settings.index, library)
        embedder = Models(settings).of(generation)
        tokens = passage_tokens_of(generation.rules)
        if tokens is None:
            raise LibraryError(
                f"{generation.name} was cut by passage rules {generation.rules}, which this Byline does not know.",
                "Run `byline index build` for a new one.",
            )
        yield _builder(library, generations, embedder, tokens, generation.embedder_name)


def compare_generations(settings: Settings, made: Generation, questions: Sequence[TestQuestion]) -> Comparison:
    """The active generation against `made`. The active one is searched exactly, beside whoever has it open."""
    with ExitStack() as stack:
        library = stack.enter_context(open_library(settings.index))
        generations, models = generations_of(settings.index, library), Models(settings)

        def searcher(opened: OpenGeneration) -> Searcher:
            stack.callback(opened.close)
            return Searcher(library, opened, models.of(opened.generation))

        active = generations.open_aside(generations.require_active())
        return compare(questions, searcher(active), searcher(generations.open(made)))


@contextmanager
def open_purger(settings: Settings) -> Iterator[Purger]:
    """Owns the index directory until it closes. Raises LibraryBusyError naming what works beside a server."""
    require_library(settings.index)
    with ExitStack() as stack:
        try:
            library = own(settings, stack)
        except LibraryBusyError as busy:
            step = "`byline withdraw ID` works at once, beside it; stop it to purge."
            raise LibraryBusyError(busy.message, step) from busy
        generations = generations_of(settings.index, library)
        yield Purger(library, generations, settings.index, passage_terms, _build_empty)


def _build_empty(folder: Path) -> None:
    """An index of nobody's words, with enough vectors for Chroma to write all of its files."""
    library = Library.open(folder / DATABASE)
    library.record("sync", "")
    library.close()
    indexes = VendorIndexes()
    vectors, lexical = indexes.vectors(folder / "gen-0001"), indexes.lexical(folder / "gen-0001")
    ids = [f"{number:020x}" for number in range(_EMPTY_PASSAGES)]
    vectors.add(ids, np.eye(_EMPTY_PASSAGES, dtype=np.float32))
    lexical.add((key, ["0"], ArticleRef(key, "")) for key in ids)
    vectors.close()
    lexical.close()


def serve_chat(settings: Settings, announce: Callable[[str], None], sources: KeptSources | None = None) -> None:
    """Serves until it is stopped; `announce` is given the address. Raises SettingsError for a port in use and
    LibraryBusyError for a held index, both at once.

    `sources` are synced once it serves, and kept in step; an index that holds nothing yet waits for the first round.
    """
    from byline.serve.origins import read_origins
    from byline.serve.quotas import quotas_of
    from byline.serve.run import bind, run
    from byline.serve.warm import Loaded, WarmEngine

    allowed, quotas = read_origins(settings.allowed_origins), quotas_of(settings)
    with ExitStack() as stack:
        listener = stack.enter_context(bind(settings.host, settings.port))
        library = own(settings, stack)
        generations, models = generations_of(settings.index, library), Models(settings)
        generations.tidy()

        def load() -> Loaded:
            synchronizer = partial(_synchronizer, settings, library, generations, models, None)
            library.forget_expired_answers()
            if sources and generations.active() is None:
                sources.sync_all(synchronizer)
            desk = _desk(settings, library, stack, models=models, renewing=True)
            if sources:
                sources.start(partial(synchronizer, opened=desk.searcher.opened_to_write))
                stack.callback(sources.stop)
            return Loaded(desk.answerer, partial(freshness, library, settings), desk.searcher, library)

        run(WarmEngine(load, settings.examples), listener, announce, allowed, quotas)


def run_mcp(desk: Desk) -> None:
    """Over standard input and output, until that ends. Raises SettingsError without the package for it."""
    try:
        from byline.integrations.mcp import mcp_server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise SettingsError("The package mcp is not installed.", "Run `pip install 'byline[mcp]'`.") from error
    mcp_server(lambda: desk).run("stdio")


def freshness(library: Library, settings: Settings) -> Freshness:
    """As it is now, whichever process synced last."""
    counts = library.counts()
    return Freshness(counts.articles, counts.newest, tuple(library.source_states()), settings.max_lag)


def web_fetcher(stop: Event) -> Fetcher:
    """For all sources of a process, so that it knows when it was last at a site. `stop` ends its pauses, and with them
    the reading of a source, by KeyboardInterrupt: nothing is being written then.
    """
    from byline.ingest.fetch.fetcher import Fetcher

    def pause(seconds: float) -> None:
        if stop.wait(seconds):
            raise KeyboardInterrupt

    return Fetcher(pause=pause)


def wanted_change(settings: Settings, active: Generation) -> str | None:
    """In words, when the environment asks for another embedder or other passages than the active generation has."""
    chosen = settings.model_fields_set
    if "embedder" in chosen and active.embedder_name not in (None, embedder_name(settings)):
        asked, uses = f"the embedder {embedder_name(settings)}", active.embedder_name
    elif "passage_tokens" in chosen and active.rules != rules_fingerprint(settings.passage_tokens):
        asked, uses = rules_fingerprint(settings.passage_tokens), active.rules
    else:
        return None
    return f"The settings ask for {asked}; the index goes on with {uses} until `byline index build` changes over."


def _desk(settings: Settings, library: Library, stack: ExitStack, *, models: Models, renewing: bool) -> Desk:
    generations = generations_of(settings.index, library)
    active = generations.require_active()
    embedder = models.of(active)

    def searcher_of(opened: OpenGeneration) -> Searcher:
        return Searcher(library, opened, models.of(opened.generation))

    searchers = Searchers(library, generations, searcher_of, renewing=renewing)
    stack.callback(searchers.close)
    watched = partial(freshness, library, settings) if settings.max_lag else None
    extractive = ExtractiveAnswerer(library, searchers, rule_for(settings.index, active.embedder), freshness=watched)
    answerer = writer_of(settings, extractive, library, embedder) or extractive
    return Desk(answerer, extractive, searchers, library, embedder)


def _synchronizer(
    settings: Settings,
    library: Library,
    generations: Generations,
    models: Models,
    progress: Progress | None,
    opened: OpenedToWrite | None = None,
) -> Synchronizer:
    """With what the active generation was made with: a change of the settings is `index build`'s to make."""
    tokens, name = settings.passage_tokens, embedder_name(settings)
    active = generations.active()
    if active is not None:
        kept, had = passage_tokens_of(active.rules), active.embedder_name or name
        if kept is not None and models.named(had).fingerprint == active.embedder:
            tokens, name = kept, had
        else:
            builder = _builder(library, generations, models.named(name), tokens, name)
            builder.activate(builder.build(progress))
    embedder = models.named(name)
    return Synchronizer(
        library, generations, embedder, _split(tokens), rules_fingerprint(tokens), embedder_name=name, opened=opened
    )


def _builder(
    library: Library, generations: Generations, embedder: Embedder, tokens: int, name: str | None
) -> GenerationBuilder:
    return GenerationBuilder(library, generations, embedder, _split(tokens), rules_fingerprint(tokens), name)


def _split(tokens: int) -> Split:
    from byline.models.tokens import count_tokens

    return partial(split, max_tokens=tokens, count_tokens=count_tokens)
