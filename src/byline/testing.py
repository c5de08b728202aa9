"""Doubles that ship with the library, so that a surface or a stage can be tested without models or an index."""

from __future__ import annotations

import hashlib
import math
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event

import numpy as np

from byline.errors import ChatModelError
from byline.models.terms import query_terms, terms
from byline.protocols import (
    ChatMessage,
    ModelDelta,
    ModelStream,
    PassageInput,
    PassageVectors,
    ReaderWindow,
    Reading,
    Vector,
)
from byline.types import (
    Answer,
    AnswerEvent,
    ArticleRef,
    Done,
    Filters,
    Hit,
    Passage,
    PassagesFound,
    Question,
    Quote,
    Sentence,
    SentenceChecked,
    Span,
    Started,
)

_PIECE = re.compile(r"\s*\S+(?:\s+$)?")


class ScriptedAnswerer:
    """`AnswersQuestions` from a table: known questions get their `Answer`, every other one is not answered.

    `closest` are the articles a refusal names, by default some that the table quotes. `delay_s` passes before each
    event, so that a test can look in between.
    """

    def __init__(
        self,
        answers: Mapping[str, Answer] | None = None,
        *,
        closest: tuple[ArticleRef, ...] | None = None,
        delay_s: float = 0.0,
    ) -> None:
        self._answers = demo_answers() if answers is None else dict(answers)
        quoted = dict.fromkeys(source for answer in self._answers.values() for source in answer.sources)
        self._closest = tuple(quoted)[:3] if closest is None else closest
        self._delay_s = delay_s
        self.asked: list[Question] = []

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        self.asked.append(question)
        for event in self._events(question):
            time.sleep(self._delay_s)
            yield event

    def answer(self, question: Question) -> Answer:
        done = [event for event in self._events(question) if isinstance(event, Done)]
        return done[-1].answer

    def _events(self, question: Question) -> Iterator[AnswerEvent]:
        scripted = self._answers.get(question.text)
        refusal = Answer(question, (), self._closest, answered=False, reason="not_in_articles")
        answer = replace(scripted, question=question) if scripted else refusal
        passages = dict.fromkeys(quote.passage for quote in answer.quotes)
        yield Started(question)
        yield PassagesFound(tuple(Hit(passage, 1.0) for passage in passages))
        for index, sentence in enumerate(answer.sentences):
            yield SentenceChecked(index, sentence)
        yield Done(answer)


class ScriptedChatModel:
    """`ChatModel` that writes the given texts, one for each request, and the last one for all that follow.

    `asked` has the messages of each request; `closed` counts the streams that were closed before they ended. A
    `failure` is raised after the text. `pace_s` passes before each piece; a piece, and a token, is a word.
    """

    def __init__(
        self,
        *texts: str,
        name: str = "scripted:model",
        failure: ChatModelError | None = None,
        pace_s: float = 0.0,
    ) -> None:
        self.name = name
        self.asked: list[tuple[ChatMessage, ...]] = []
        self.closed = 0
        self._texts, self._failure, self._pace_s = texts or ("",), failure, pace_s

    def stream(self, messages: Sequence[ChatMessage], max_tokens: int) -> ModelStream:
        return _ScriptedStream(self, tuple(messages), max_tokens)

    def write(self, messages: tuple[ChatMessage, ...], max_tokens: int, closed: Event) -> Iterator[ModelDelta]:
        self.asked.append(messages)
        pieces = _PIECE.findall(self._texts[min(len(self.asked), len(self._texts)) - 1])[:max_tokens]
        for piece in pieces:
            closed.wait(self._pace_s)
            yield ModelDelta(piece)
        if self._failure:
            raise self._failure
        if not pieces:
            raise ChatModelError("empty", f"The model {self.name} wrote nothing.")
        prompt = sum(len(_PIECE.findall(message.content)) for message in messages)
        yield ModelDelta(prompt_tokens=prompt, completion_tokens=len(pieces))


class _ScriptedStream:
    def __init__(self, model: ScriptedChatModel, messages: tuple[ChatMessage, ...], max_tokens: int) -> None:
        self._model, self._closed, self._ended = model, Event(), False
        self._pieces = model.write(messages, max_tokens, self._closed)

    def __iter__(self) -> Iterator[ModelDelta]:
        return self

    def __next__(self) -> ModelDelta:
        if not self._ended and not self._closed.is_set():
            self._ended = True  # unless there is one more
            piece = next(self._pieces)
            if not self._closed.is_set():
                self._ended = False
                return piece
        raise StopIteration

    def close(self) -> None:
        if not self._ended and not self._closed.is_set():
            self._model.closed += 1
        self._closed.set()


def passage_of(article: ArticleRef, text: str, *, start: int = 0, id: str | None = None) -> Passage:
    """A passage of an article, cut into sentences at full stops; real cutting is `byline.ingest.text.passages`."""
    found = re.finditer(r"\S(?:.*?[.!?][\"”]?(?=\s|$)|.*$)", text, flags=re.DOTALL)
    spans = tuple(Span(start + m.start(), start + m.end()) for m in found)
    return Passage(id or f"{article.id}:{start}", article, start, start + len(text), text, sentences=spans)


def quoting(passage: Passage, words: str) -> Sentence:
    """The verbatim answer sentence: `words` must occur in the passage."""
    start = passage.start + passage.text.index(words)
    quote = Quote(passage, start, start + len(words), words)
    return Sentence(words, (quote,), supported=True, score=0.9)


def answering(question: str, *sentences: Sentence) -> Answer:
    articles = dict.fromkeys(quote.passage.article for sentence in sentences for quote in sentence.quotes)
    dates = [article.published for article in articles if article.published]
    asked = Question(question, standalone=question)
    return Answer(asked, sentences, tuple(articles), answered=True, as_of=max(dates, default=None))


def demo_answers() -> dict[str, Answer]:
    """One question with an answer from two made-up articles."""
    news = ArticleRef(
        "harbour-bridge", "Harbour bridge reopens after nine months of repairs",
        url="https://northline.example/local/harbour-bridge-reopens", authors=("Thomas Ashby", "Elena Sokolova"),
        publisher="Northline Wire", kind="news", published=datetime(2026, 1, 12, 9, tzinfo=UTC),
    )  # fmt: skip
    view = ArticleRef(
        "bridge-opinion", "The bridge is open. The bill is not settled", publisher="Saltmarsh Review",
        url="https://saltmarsh.example/opinion/bridge-bill", authors=("Ines Okafor",), kind="opinion",
        published=datetime(2026, 1, 14, tzinfo=UTC),
    )  # fmt: skip
    first = passage_of(
        news,
        "The harbour bridge opened to traffic again at six on Monday morning. Its deck had been closed since April, "
        "when inspectors found cracks in two of the main bearings. The repairs cost 41 million crowns, 9 million more "
        "than the council had set aside. Mayor Ada Lindqvist said that the bridge was safe for another forty years. "
        "Buses will use it from Wednesday.",
    )
    second = passage_of(
        view,
        "Nobody misses the detour. But a bill that grows by a quarter between spring and winter deserves more than a "
        "ribbon. The council has not said who will pay the difference.",
    )
    question = "How much did the bridge repairs cost?"
    return {
        question: answering(
            question,
            quoting(first, "The repairs cost 41 million crowns, 9 million more than the council had set aside."),
            quoting(
                first, "Its deck had been closed since April, when inspectors found cracks in two of the main bearings."
            ),
            quoting(second, "The council has not said who will pay the difference."),
        )
    }


class MemoryVectors:
    """A `VectorIndex` in memory: exact search."""

    def __init__(self) -> None:
        self._held: dict[str, Vector] = {}

    def add(self, ids: Sequence[str], vectors: Vector) -> None:
        self._held.update(zip(ids, vectors, strict=True))

    def remove(self, ids: Sequence[str]) -> None:
        for passage_id in ids:
            self._held.pop(passage_id, None)

    def search(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        scored = [(passage_id, float(held @ vector)) for passage_id, held in self._held.items()]
        return sorted(scored, key=lambda hit: (-hit[1], hit[0]))[:limit]

    def ids(self) -> set[str]:
        return set(self._held)

    def close(self) -> None:
        pass


class MemoryLexical:
    """A `LexicalIndex` in memory: BM25 with k1 = 1.2, b = 0.75, by the formula."""

    def __init__(self) -> None:
        self._held: dict[str, Counter[str]] = {}
        self._articles: dict[str, ArticleRef] = {}

    def add(self, passages: Iterable[tuple[str, Sequence[str], ArticleRef]]) -> None:
        for passage_id, found, article in passages:
            self._held[passage_id], self._articles[passage_id] = Counter(found), article

    def remove(self, ids: Sequence[str]) -> None:
        for passage_id in ids:
            self._held.pop(passage_id, None)

    def search(
        self, terms: Sequence[str], limit: int, filters: Filters | None = None, coverage: float = 0.0
    ) -> list[tuple[str, float]]:
        asked = Counter(terms)
        mean = sum(held.total() for held in self._held.values()) / max(1, len(self._held))
        found = self.document_frequencies(terms)
        idf = {term: math.log1p((len(self._held) - n + 0.5) / (n + 0.5)) for term, n in found.items()}
        scores = {}
        for passage_id, held in self._held.items():
            if filters and not filters.admit(self._articles[passage_id]):
                continue
            norm = 1.2 * (0.25 + 0.75 * held.total() / max(mean, 1))
            scores[passage_id] = sum(
                idf[term] * (times * held[term] * 2.2 / (held[term] + norm) + coverage * (term in held))
                for term, times in asked.items()
            )
        ranked = sorted(((key, score) for key, score in scores.items() if score > 0), key=lambda hit: (-hit[1], hit[0]))
        return ranked[:limit]

    def document_frequencies(self, terms: Sequence[str]) -> Mapping[str, int]:
        return {term: sum(term in held for held in self._held.values()) for term in terms}

    def count(self, filters: Filters | None = None) -> int:
        return sum(not filters or filters.admit(self._articles[passage_id]) for passage_id in self._held)

    def ids(self) -> set[str]:
        return set(self._held)

    def settle(self) -> None:
        pass

    def close(self) -> None:
        pass


class HashEmbedder:
    """An `Embedder` without a model: texts that share search terms are near, all others are not."""

    fingerprint = "hash:1"
    dimension = 256

    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageVectors]:
        return [self._embed_passage(passage) for passage in passages]

    def embed_query(self, text: str) -> Vector:
        return self._embed(query_terms(text))

    def embed_question(self, text: str, parts: Sequence[Span]) -> PassageVectors:
        rows = [self.embed_query(span.within(text)) for span in parts]
        return PassageVectors(self.embed_query(text), np.array(rows, dtype=np.float32).reshape(-1, self.dimension))

    def _embed_passage(self, passage: PassageInput) -> PassageVectors:
        whole = self._embed(terms(f"{passage.header}\n{passage.text}"))
        rows = [
            self._embed(found) if (found := terms(span.within(passage.text))) else whole for span in passage.sentences
        ]
        return PassageVectors(whole, np.array(rows, dtype=np.float32).reshape(len(rows), self.dimension))

    def _embed(self, found: Sequence[str]) -> Vector:
        """A signed count of terms in `dimension` buckets; no terms is a direction of its own."""
        row = np.zeros(self.dimension, dtype=np.float32)
        for term in found:
            digest = hashlib.blake2b(term.encode("utf-8", "replace"), digest_size=4).digest()
            row[1 + int.from_bytes(digest[:3]) % (self.dimension - 1)] += 1 if digest[3] % 2 else -1
        row[0] = 0.0 if row.any() else 1.0
        return row / np.float32(np.linalg.norm(row))


class LongestWordReader:
    """`AnswerReader` without weights: the longest word of a window that the question has not; the more of the
    question's terms stand there with it, the surer."""

    fingerprint = "longest-word"

    def read(self, question: str, windows: Sequence[ReaderWindow]) -> list[Reading]:
        return [self._read(question, window) for window in windows]

    def _read(self, question: str, window: ReaderWindow) -> Reading:
        asked = set(query_terms(question))
        words = [m for m in re.finditer(r"\w+", window.text) if asked.isdisjoint(terms(m[0]))]
        share = len(asked & set(terms(f"{window.header}\n{window.text}"))) / max(1, len(asked))
        longest = max(words, key=lambda m: (len(m[0]), -m.start()), default=None)
        if longest is None:
            return Reading(Span(0, 0), -math.inf, 0.0)
        return Reading(Span(*longest.span()), share, 0.5)
