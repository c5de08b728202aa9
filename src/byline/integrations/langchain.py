"""Byline inside LangChain: a retriever, and a runnable chain from a question to a cited answer.

    retriever = BylineRetriever(searcher=desk.searcher)
    chain = answer_chain(desk.answerer)
    chain.invoke({"question": "What was agreed?", "history": []})["answer"]
    for piece in chain.stream({"question": "What was agreed?"}):  # a sentence once it is checked, then the rest
        print(piece.get("answer", ""), end="")

`byline.build.open_desk` gives both `searcher` and `answerer`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import AddableDict, Runnable, RunnableConfig
from langchain_core.runnables.config import run_in_executor
from pydantic import AliasChoices, ConfigDict, Field

from byline.errors import BylineError
from byline.protocols import AnswersQuestions
from byline.retrieve.search import Searches
from byline.retrieve.understand import understand
from byline.types import (
    Answer,
    AnswerEvent,
    ArticleRef,
    Disagreement,
    Done,
    Failed,
    Hit,
    Premise,
    Question,
    Quote,
    Sentence,
    SentenceChecked,
    Turn,
)


class BylineRetriever(BaseRetriever):
    """Passages as documents; the metadata carry the article and the exact place in its text."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    searcher: Searches
    limit: int = Field(10, validation_alias=AliasChoices("limit", "k"))  # `k` is LangChain's word for it

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        limit = int(kwargs.get("k", self.limit))
        return [as_document(hit) for hit in self.searcher.search(understand(query), limit)]


def answer_chain(answerer: AnswersQuestions) -> Runnable[dict[str, Any], dict[str, Any]]:
    """`{"question", "history"?}` → `{"answer", "answered", "reason", "standalone", "confidence", "as_of", "stale",
    "warning", "premise", "disagreements", "nearest", "newer", "documents"}`.

    `history` is (role, content) pairs, role "user" or "assistant". Each document is one quote; those of `documents` are
    the answer's, with its speaker, the sentences it leans on and its correction in the metadata. A `premise` is
    `{"asserted", "said", "document"}`, a disagreement `{"about", "values", "documents"}`.

    Streamed, the pieces of `answer` come first, each a checked sentence, and all other keys in the last piece.
    """
    return AnswerChain(answerer)


class AnswerChain(Runnable[dict[str, Any], dict[str, Any]]):
    """Made by `answer_chain`."""

    def __init__(self, answerer: AnswersQuestions) -> None:
        self.name = "byline"
        self._answerer = answerer

    def invoke(self, input: dict[str, Any], config: RunnableConfig | None = None, **_: Any) -> dict[str, Any]:
        return self._call_with_config(self._answered, input, config, run_type="chain")

    def transform(
        self, input: Iterator[dict[str, Any]], config: RunnableConfig | None = None, **_: Any
    ) -> Iterator[dict[str, Any]]:
        yield from self._transform_stream_with_config(input, self._told, config, run_type="chain")

    def stream(self, input: dict[str, Any], config: RunnableConfig | None = None, **_: Any) -> Iterator[dict[str, Any]]:
        yield from self.transform(iter([input]), config)

    async def atransform(
        self, input: AsyncIterator[dict[str, Any]], config: RunnableConfig | None = None, **_: Any
    ) -> AsyncIterator[dict[str, Any]]:
        async for piece in self._atransform_stream_with_config(input, self._atold, config, run_type="chain"):
            yield piece

    async def astream(
        self, input: dict[str, Any], config: RunnableConfig | None = None, **_: Any
    ) -> AsyncIterator[dict[str, Any]]:
        async def once() -> AsyncIterator[dict[str, Any]]:
            yield input

        async for piece in self.atransform(once(), config):
            yield piece

    def _answered(self, asked: dict[str, Any]) -> dict[str, Any]:
        return _as_output(self._answerer.answer(_question(asked)))

    def _told(self, pieces: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        yield from _pieces(self._answerer.stream(_question(_whole(list(pieces)))))

    async def _atold(self, pieces: AsyncIterator[dict[str, Any]]) -> AsyncIterator[dict[str, Any]]:
        """Each step of the blocking stream in a thread of its own."""
        told = self._told(iter([piece async for piece in pieces]))
        try:
            while (piece := await run_in_executor(None, next, told, None)) is not None:
                yield piece
        finally:
            await run_in_executor(None, told.close)  # type: ignore[attr-defined]  # a generator has it


def _question(asked: dict[str, Any]) -> Question:
    turns = tuple(Turn(role, content) for role, content in asked.get("history") or ())
    return Question(asked["question"], asked["question"], turns)


def _whole(pieces: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: value for piece in pieces for key, value in piece.items()}


def _pieces(events: Iterator[AnswerEvent]) -> Iterator[dict[str, Any]]:
    """Pieces that add up to what `invoke` gives. Raises BylineError where the stream fails."""
    said = ""
    for event in events:
        if isinstance(event, SentenceChecked) and event.sentence.supported and event.sentence.quotes:
            piece = (" " if said else "") + event.sentence.text
            said += piece
            yield AddableDict(answer=piece)
        elif isinstance(event, Done):
            output = _as_output(event.answer)
            # where another answer took over, what was said was checked and stays; that one stands after it
            rest = output["answer"].removeprefix(said) if output["answer"].startswith(said) else f" {output['answer']}"
            yield AddableDict(output | {"answer": rest})
        elif isinstance(event, Failed):
            raise BylineError(event.message)


def as_document(hit: Hit) -> Document:
    return Document(
        id=hit.passage.id,
        page_content=hit.passage.text,
        metadata={
            **_metadata(hit.passage.article),
            "start": hit.passage.start,
            "end": hit.passage.end,
            "score": hit.score,
        },
    )


def _as_output(answer: Answer) -> dict[str, Any]:
    return {
        "answer": " ".join(sentence.text for sentence in answer.sentences),
        "answered": answer.answered,
        "reason": answer.reason,
        "standalone": answer.question.standalone,
        "confidence": answer.confidence,
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "stale": answer.stale,
        "warning": answer.warning,
        "premise": _premise(answer.premise) if answer.premise else None,
        "disagreements": [_disagreement(disagreement) for disagreement in answer.disagreements],
        "nearest": [_quoted(quote) for quote in answer.nearest],
        "newer": [_metadata(article) for article in answer.newer],
        "documents": [_quoted(quote, sentence) for sentence in answer.sentences for quote in sentence.quotes],
    }


def _premise(premise: Premise) -> dict[str, Any]:
    return {"asserted": premise.asserted, "said": premise.said, "document": _quoted(premise.quote)}


def _disagreement(disagreement: Disagreement) -> dict[str, Any]:
    documents = [_quoted(quote) for quote in disagreement.quotes]
    return {"about": disagreement.about, "values": list(disagreement.values), "documents": documents}


def _quoted(quote: Quote, sentence: Sentence | None = None) -> Document:
    metadata = {**_metadata(quote.passage.article), "start": quote.start, "end": quote.end}
    if sentence:
        correction = sentence.correction
        metadata |= {
            "speaker": sentence.speaker,
            "leads": [lead.text for lead in sentence.leads],
            "correction": correction.text if correction else None,
            "corrected_by": correction.passage.article.id if correction else None,
        }
    return Document(page_content=quote.text, metadata=metadata)


def _metadata(article: ArticleRef) -> dict[str, Any]:
    """What a citation shows of an article, as JSON can hold it."""
    return {
        "article_id": article.id,
        "title": article.title,
        "url": article.url,
        "publisher": article.publisher,
        "published": article.published.isoformat() if article.published else None,
        "kind": article.kind,
        "authors": list(article.authors),
    }
