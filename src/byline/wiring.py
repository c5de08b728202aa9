"""Parts that `build` puts together: the library, its generations, the models, by the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING

from byline.errors import EmbedderMismatchError, LibraryMissingError
from byline.library.database import Library
from byline.library.generations import Generations
from byline.library.ownership import Ownership, Role
from byline.library.registry import Generation
from byline.models.embed import load_embedder
from byline.models.provider import ChatChoice
from byline.models.terms import passage_terms
from byline.protocols import ChatModel, Checker, Embedder, LexicalIndex, VectorIndex
from byline.settings import Settings

if TYPE_CHECKING:
    from byline.answer.answerer import ExtractiveAnswerer
    from byline.answer.check_text import TextChecker
    from byline.answer.written import WrittenAnswerer

DATABASE = "library.db"


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
    return Generations(library, index, VendorIndexes(), passage_terms)


def own(settings: Settings, stack: ExitStack, role: Role = "owner") -> Library:
    ownership = Ownership(settings.index, role)
    stack.callback(ownership.release)
    library = Library.open(settings.index / DATABASE)
    stack.callback(library.close)
    return library


class Models:
    """Embedders, each loaded once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loaded: dict[str, Embedder] = {}

    def named(self, name: str) -> Embedder:
        settings = self._settings
        if name not in self._loaded:
            self._loaded[name] = load_embedder(name, cache_dir=settings.model_cache, threads=settings.threads)
        return self._loaded[name]

    def of(self, generation: Generation) -> Embedder:
        """Raises EmbedderMismatchError: vectors of two embedders cannot be compared."""
        embedder = self.named(generation.embedder_name or self._settings.embedder)
        if embedder.fingerprint != generation.embedder:
            raise EmbedderMismatchError(
                f"The index was built with the embedder {generation.embedder}; what is installed as "
                f"{generation.embedder_name or self._settings.embedder} now is {embedder.fingerprint}.",
                "Run `byline index build` to change over.",
            )
        return embedder


def checker_of(settings: Settings, embedder: Embedder) -> Checker:
    """For written sentences; a configured cross-encoder is loaded, which takes seconds. Raises ModelError."""
    from byline.answer.check import SupportChecker

    if settings.checker is None:
        return SupportChecker(embedder)
    from byline.models.entail import load_entailment

    return SupportChecker(embedder, entailment=load_entailment(settings.checker, settings.threads))


def writer_of(
    settings: Settings, extractive: ExtractiveAnswerer, library: Library, embedder: Embedder
) -> WrittenAnswerer | None:
    """What words the answers when a model is configured; whatever it needs is loaded. Raises ModelError."""
    model = chat_model(settings)
    if model is None:
        return None
    from byline.answer.prompt import keyed_nonces
    from byline.answer.written import WritingLimits, WrittenAnswerer

    limits = WritingLimits(settings.model_timeout_s, settings.model_quote_tokens, settings.model_tokens)
    # nobody outside this process can know the codes that part the articles' words from ours
    nonces = keyed_nonces(token_bytes(16))
    writer = WrittenAnswerer(extractive, library, model, partial(checker_of, settings), nonces, limits)
    writer.checker_for(embedder)
    return writer


def open_text_checker(settings: Settings) -> TextChecker:
    """Works without an index. Raises ModelError."""
    from byline.answer.check_text import TextChecker

    embedder = Models(settings).named(settings.embedder)
    return TextChecker(checker_of(settings, embedder), embedder)


class VendorIndexes:
    # chromadb costs a second to import; a command that only looks must not pay it

    def vectors(self, folder: Path) -> VectorIndex:
        from byline.library.vectors import ChromaVectors

        return ChromaVectors(folder / "chroma")

    def lexical(self, folder: Path | None) -> LexicalIndex:
        from byline.library.lexical import TantivyLexical

        return TantivyLexical(folder / "lexical" if folder else None)


def embedder_name(settings: Settings) -> str:
    """What loads the embedder from any directory."""
    folder = Path(settings.embedder)
    return str(folder.resolve()) if folder.is_dir() else settings.embedder


def chat_model(settings: Settings) -> ChatModel | None:
    """The configured one, not asked yet. Raises ModelError: a package that is missing, a key that is."""
    choice = chat_choice(settings)
    if choice is None:
        return None
    from byline.models.chat import Budget, LangChainChatModel

    return LangChainChatModel(choice, Budget(settings.model_timeout_s))


def chat_choice(settings: Settings) -> ChatChoice | None:
    if settings.model is None:
        return None
    url, key, options = settings.model_url, settings.model_key, settings.model_options
    return ChatChoice.named(settings.model, url=url, key=key, options=options)
