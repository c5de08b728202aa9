"""What the interface answers, described for its OpenAPI document; `byline.wire` and `byline.cited` make it.

Additions only within v1, so every shape may have more than is said here. Offsets are Unicode code points.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from byline.types import Reason


class Shape(BaseModel):
    model_config = ConfigDict(extra="allow")


class ProblemShape(Shape):
    """RFC 9457. `code` is stable; `retry_after` is in seconds."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    retry_after: int | None = None
    errors: list[dict[str, str]] = []


class SourceShape(Shape):
    article_id: str
    title: str | None
    url: str | None
    publisher: str | None
    published: str | None
    kind: str | None
    authors: list[str]


class NumberedSourceShape(SourceShape):
    n: int | None = Field(description="Its number in `answer`; null when no sentence cites it.")
    also_in: list[SourceShape]


class QuoteShape(Shape):
    article_id: str
    start: int
    end: int
    text: str | None


class SentenceShape(Shape):
    text: str | None
    supported: bool
    speaker: str | None
    quotes: list[QuoteShape]
    leads: list[QuoteShape]
    correction: QuoteShape | None


class CitationShape(Shape):
    """`answer[answer_start:answer_end]` is the sentence; its markers follow. `start`, `end` are in the article."""

    n: int
    sentence: int
    supported: bool
    article_id: str
    passage_id: str
    start: int
    end: int
    quote: str
    before: str
    after: str
    link: str | None = Field(description="Opens the article at the quoted words.")
    answer_start: int
    answer_end: int


class AnswerShape(Shape):
    id: str | None
    schema_: str = Field(alias="schema")
    question: str
    standalone: str
    answered: bool
    reason: Reason | None
    message: str | None = Field(description="Why it is not answered, for the reader.")
    confidence: float
    answer: str = Field(description="The sentences, each followed by the numbers of its sources: `It opened.[1]`")
    sentences: list[SentenceShape]
    citations: list[CitationShape]
    sources: list[NumberedSourceShape]
    nearest: list[QuoteShape]
    newer: list[SourceShape]
    disagreements: list[dict[str, Any]]
    premise: dict[str, Any] | None
    as_of: str | None
    stale: bool
    warning: str | None
    index_version: str | None
    finish_reason: str
    timing_ms: dict[str, float]


class SavedShape(Shape):
    id: str
    saved_at: str
    question: str
    answered: bool
    sentences: list[SentenceShape]
    sources: list[dict[str, Any]]
    notices: list[dict[str, Any]]


class HitShape(Shape):
    passage_id: str
    article_id: str
    start: int
    end: int
    text: str
    score: float
    source: SourceShape


class FoundShape(Shape):
    question: str
    standalone: str
    hits: list[HitShape]


class PassageShape(Shape):
    passage_id: str
    start: int
    end: int
    text: str


class ArticleShape(SourceShape):
    section: str | None
    language: str | None
    modified: str | None
    opening: str
    passages: list[PassageShape]
    text: str | None = Field(description="null where only the publisher's own page shows all of it.")


class SuggestionsShape(Shape):
    suggestions: list[str]
