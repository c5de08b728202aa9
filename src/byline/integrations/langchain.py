"""Byline inside LangChain: a retriever, and a runnable chain from a question to a cited answer.

    retriever = BylineRetriever(searcher=desk.searcher)
    chain = answer_chain(desk.answerer)
    chain.invoke({"question": "What was agreed?", "history": []})["answer"]

`byline.build.open_desk` gives both `searcher` and `answerer`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from byline.protocols import AnswersQuestions
from byline.retrieve.search import Searches
from byline.retrieve.understand import understand
from byline.types import Answer, Hit, Question, Turn


class BylineRetriever(BaseRetriever):
    """Passages as documents; the metadata carry the article and the exact place in its text."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    searcher: Searches
    limit: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        limit = int(kwargs.get("k", self.limit))
        return [as_document(hit) for hit in self.searcher.search(understand(query), limit)]


def answer_chain(answerer: AnswersQuestions) -> Runnable[dict[str, Any], dict[str, Any]]:
    """`{"question", "history"?}` → `{"answer", "answered", "reason", "stale", "warning", "documents"}`.

    `history` is (role, content) pairs, role "user" or "assistant". Each document is one quote of the answer.
    """

    def run(asked: dict[str, Any]) -> dict[str, Any]:
        turns = tuple(Turn(role, content) for role, content in asked.get("history") or ())
        question = Question(asked["question"], asked["question"], turns)
        return _as_output(answerer.answer(question))

    return RunnableLambda(run, name="byline")


def as_document(hit: Hit) -> Document:
    return Document(
        id=hit.passage.id,
        page_content=hit.passage.text,
        metadata={
            **_metadata(hit.passage.article.id, hit.passage.article.title, hit.passage.article.url),
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
        "stale": answer.stale,
        "warning": answer.warning,
        "documents": _quotes(answer),
    }


def _quotes(answer: Answer) -> Sequence[Document]:
    return [
        Document(
            page_content=quote.text,
            metadata={
                **_metadata(quote.passage.article.id, quote.passage.article.title, quote.passage.article.url),
                "start": quote.start,
                "end": quote.end,
            },
        )
        for sentence in answer.sentences
        for quote in sentence.quotes
    ]


def _metadata(article_id: str, title: str, url: str | None) -> dict[str, Any]:
    return {"article_id": article_id, "title": title, "url": url}
