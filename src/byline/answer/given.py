"""Anybody's texts as evidence: cut into passages as articles are, and embedded."""

from __future__ import annotations

from collections.abc import Sequence

from byline.ingest.text.passages import split
from byline.protocols import Embedder, Evidence, PassageInput
from byline.types import Article, ArticleRef, Passage, Span

MAX_TOKENS = 200
"""Of a passage, as an index has it unless the settings say otherwise."""


def evidence_of(sources: Sequence[str], embedder: Embedder) -> list[Evidence]:
    """In order. The article of a passage has the number of its source, from 0, as its id; offsets are those of the
    source."""
    return [
        with_vectors(passage, embedder) for number, text in enumerate(sources) for passage in _cut(str(number), text)
    ]


def with_vectors(passage: Passage, embedder: Embedder) -> Evidence:
    spans = tuple(Span(span.start - passage.start, span.end - passage.start) for span in passage.sentences)
    (vectors,) = embedder.embed_passages([PassageInput(passage.article.header, passage.text, spans)])
    return Evidence(passage, vectors.sentences)


def _cut(number: str, text: str) -> list[Passage]:
    from byline.models.tokens import count_tokens

    return split(Article(ArticleRef(number, ""), text), max_tokens=MAX_TOKENS, count_tokens=count_tokens)
