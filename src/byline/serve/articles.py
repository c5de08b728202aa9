"""Searching the articles, and what one of them is: its head and what may be shown of its text."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import Field

from byline.article_json import article_json
from byline.asked import Asked, Whole
from byline.cited import linkable_source
from byline.errors import UnknownIdError
from byline.retrieve.understand import understand
from byline.serve.described import described
from byline.serve.engine import Engine
from byline.serve.problems import Problem
from byline.serve.ready import library_of, loaded_of, searcher_of
from byline.shapes import ArticleShape, FoundShape, SuggestionsShape
from byline.types import Question
from byline.wire import hits_json

MAX_HITS, MAX_PASSAGES = 20, 20
NO_STORE = {"Cache-Control": "no-store"}


class AskedSearch(Asked):
    limit: Whole = Field(10, ge=1, le=MAX_HITS)


def articles_router(engine: Engine) -> APIRouter:
    router = APIRouter(tags=["articles"])

    @router.post("/v1/search", responses=described(400, 413, 415, 422, 503, ok=FoundShape))
    def search(asked: AskedSearch) -> JSONResponse:
        """The passages nearest to a question, each with its article and why it was found."""
        return JSONResponse(_found(engine, asked.as_question(), asked.limit), headers=NO_STORE)

    @router.get("/v1/articles/{article_id:path}", responses=described(404, 422, 503, ok=ArticleShape))
    def article(
        article_id: Annotated[str, Path(max_length=500)],
        passage: Annotated[
            list[Annotated[str, Field(max_length=64)]],
            Query(max_length=MAX_PASSAGES, description="Ids of passages that an answer quotes."),
        ] = [],  # noqa: B006  # FastAPI copies it
    ) -> JSONResponse:
        """Its head, how it begins, and the passages asked for; all of its text where the publisher lets it be read."""
        library = library_of(engine)
        try:
            found = library.visible_article(article_id)
        except UnknownIdError:
            raise Problem(404, "unknown_id", "No article that readers may see has this id.") from None
        passages = [each for each in library.live_passages(passage).values() if each.article.id == found.ref.id]
        return JSONResponse(article_json(found, passages, full_text=loaded_of(engine).full_text), headers=NO_STORE)

    @router.get("/v1/suggestions", responses=described(ok=SuggestionsShape))
    def suggestions() -> dict[str, list[str]]:
        """Questions to begin with, as the publisher chose them."""
        return {"suggestions": list(engine.examples)}

    return router


def _found(engine: Engine, asked: Question, limit: int) -> dict[str, Any]:
    question = replace(understand(asked.text, asked.history, asked.as_of), filters=asked.filters)
    hits = searcher_of(engine).search(question, limit)
    shown = hits_json(hits, question=question)
    sources = [linkable_source(hit.passage.article) for hit in hits]
    shown["hits"] = [{**hit, "source": source} for hit, source in zip(shown["hits"], sources, strict=True)]
    return shown
