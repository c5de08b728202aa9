"""Byline inside LangChain: a retriever, and a runnable chain from a question to a cited answer.

    retriever = BylineRetriever(searcher=desk.searcher)
    chain = answer_chain(desk.answerer)
    chain.invoke({"question": "What was agreed?", "history": []})["answer"]

`byline.build.open_desk` gives both `searcher` and `answerer`.
"""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from byline.protocols import AnswersQuestions
from byline.retrieve.search import Searches
from byline.retrieve.understand import understand
from byline.types import Answer, ArticleRef, Disagreement, Hit, Premise, Question, Quote, Sentence, Turn


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
    """`{"question", "history"?}` → `{"answer", "answered", "reason", "standalone", "confidence", "as_of", "stale",
    "warning", "premise", "disagreements", "nearest", "newer", "documents"}`.

    `history` is (role, content) pairs, role "user" or "assistant". Each document is one quote; those of `documents` are
    the answer's, with its speaker, the sentences it leans on and its correction in the metadata. A `premise` is
    `{"asserted", "said", "document"}`, a disagreement `{"about", "values", "documents"}`.
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
