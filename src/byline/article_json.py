"""An article as JSON: what a citation shows of it, how it begins, and passages of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from byline.cited import linkable_source
from byline.types import Article, Passage

OPENING_CHARACTERS = 400


def article_json(article: Article, passages: Sequence[Passage] = (), *, full_text: bool = False) -> dict[str, Any]:
    """`text` is null where only the publisher's own page shows it."""
    ref = article.ref
    return {
        **linkable_source(ref),
        "section": ref.section,
        "language": ref.language,
        "modified": ref.modified.isoformat() if ref.modified else None,
        "opening": opening(article.text),
        "passages": [
            {"passage_id": each.id, "start": each.start, "end": each.end, "text": each.text} for each in passages
        ],
        "text": article.text if full_text else None,
    }


def opening(text: str) -> str:
    """The first paragraph that is no heading, cut at a word."""
    paragraphs = (paragraph.strip() for paragraph in text.split("\n\n"))
    first = next((paragraph for paragraph in paragraphs if paragraph and not paragraph.startswith("#")), "")
    if len(first) <= OPENING_CHARACTERS:
        return first
    return f"{first[:OPENING_CHARACTERS].rsplit(None, 1)[0]} …"
