"""The seams. Satisfy one and pass the object; there is nothing to subclass or register.

Vectors are float32 of unit length, shape (dimension,). Each protocol has a contract suite in `tests/contract/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from byline.types import Answer, AnswerEvent, ArticleRef, Filters, Passage, Question, Sentence, Span

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PassageInput:
    """What an embedder reads: `header` is context, `sentences` are offsets in `text`."""

    header: str
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """`passage`: (dimension,); `sentences`: (number of sentences, dimension). All rows of unit length."""

    passage: Vector
    sentences: Vector


class Embedder(Protocol):
    """Turns text into vectors; `fingerprint` changes whenever the vectors would."""

    @property
    def fingerprint(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageVectors]: ...
    def embed_query(self, text: str) -> Vector: ...
    def embed_question(self, text: str, parts: Sequence[Span]) -> PassageVectors:
        """A question and its parts at the cost of one: `passage` is `embed_query(text)`, `sentences` are the parts."""
        ...


class VectorIndex(Protocol):
    """Nearest passages by cosine. Adding an id twice is the same as adding it once."""

    def add(self, ids: Sequence[str], vectors: Vector) -> None: ...
    def remove(self, ids: Sequence[str]) -> None: ...
    def search(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """Best first: (passage id, cosine in [-1, 1])."""
        ...

    def ids(self) -> set[str]: ...
    def close(self) -> None: ...


class LexicalIndex(Protocol):
    """BM25 over terms (see `byline.models.terms`). Adding an id twice is the same as adding it once."""

    def add(self, passages: Iterable[tuple[str, Sequence[str], ArticleRef]]) -> None:
        """(passage id, its terms in order, what filters ask about); durable and visible to `search` when it returns."""
        ...

    def remove(self, ids: Sequence[str]) -> None: ...
    def search(
        self, terms: Sequence[str], limit: int, filters: Filters | None = None, coverage: float = 0.0
    ) -> list[tuple[str, float]]:
        """Best first: (passage id, BM25 score > 0). Filters leave passages out and change no score.

        `coverage`: this share of a term's idf is added once for having it, however often.
        """
        ...

    def document_frequencies(self, terms: Sequence[str]) -> Mapping[str, int]: ...
    def count(self, filters: Filters | None = None) -> int: ...
    def ids(self) -> set[str]: ...
    def settle(self) -> None:
        """Returns when nothing is left to be written in the background."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ReaderWindow:
    """A few sentences in a row: `text` is read for an answer, `header` is context."""

    header: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The likeliest words of a window: `answer` are code points of its text. `score` and `null` are logits, of those
    words and of there being none; only their difference means something, and it compares windows of one question.
    """

    answer: Span
    score: float
    null: float

    @property
    def margin(self) -> float:
        return self.score - self.null


class AnswerReader(Protocol):
    """Reads a question against a few sentences: which words answer, and how sure it is that any do."""

    @property
    def fingerprint(self) -> str: ...
    def read(self, question: str, windows: Sequence[ReaderWindow]) -> list[Reading]:
        """One for each window, in order; none depends on the others. Raises ModelError."""
        ...


class TokenCounter(Protocol):
    def __call__(self, text: str) -> int: ...


@dataclass(frozen=True, slots=True)
class ChatMessage:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class ModelDelta:
    """A piece of what a model writes. The tokens are the provider's own count, on the last piece where it gives any."""

    text: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class ModelStream(Protocol):
    """Pieces as they come; a generator is one. `close`, from any thread, ends the request."""

    def __iter__(self) -> Iterator[ModelDelta]: ...
    def __next__(self) -> ModelDelta: ...
    def close(self) -> None: ...


class ChatModel(Protocol):
    """Writes text. `name` is `provider:name`, shown with what it wrote."""

    @property
    def name(self) -> str: ...
    def stream(self, messages: Sequence[ChatMessage], max_tokens: int) -> ModelStream:
        """Nothing is asked before the first piece is wanted; that and every further one raises ChatModelError."""
        ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage with the vectors of its sentences, shape (number of sentences, dimension)."""

    passage: Passage
    sentences: Vector


class Entailment(Protocol):
    """How likely it is, in [0, 1], that a sentence follows from quotes; 0.5 where the model cannot tell."""

    @property
    def fingerprint(self) -> str: ...
    def __call__(self, quotes: str, sentence: str) -> float: ...


class Checker(Protocol):
    """Finds the quotes that support a written sentence, and judges whether they do."""

    @property
    def fingerprint(self) -> str: ...
    def check(self, text: str, evidence: Sequence[Evidence], hints: Sequence[int] = ()) -> Sentence:
        """`text` with its quotes when `supported`, with `faults` when not. `hints` are numbers of evidence that the
        writer pointed at, never trusted.
        """
        ...


class AnswersQuestions(Protocol):
    """What every surface is given: the one event stream, and its last word."""

    def stream(self, question: Question) -> Iterator[AnswerEvent]: ...
    def answer(self, question: Question) -> Answer: ...
