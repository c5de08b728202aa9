"""Newer articles on the same: what a reader who wants the present state should look at beside the answer. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from byline.retrieve.near_time import WhenAsked
from byline.types import ArticleRef, Hit, Sentence

NEARLY = 0.8
"""Share of the best cited passage's score that another has when it answers the question as well."""

APART = timedelta(days=1)
"""Between what is cited and what is newer: the reports of one day are of one news."""

MOST = 3


def newer_articles(asked: WhenAsked, hits: Sequence[Hit], sentences: Sequence[Sentence]) -> tuple[ArticleRef, ...]:
    """Of the hits, those published after everything cited; none for a question about a time that is over.

    Copies of what is cited have the same words, so they are not newer.
    """
    cited = {quote.passage.article for sentence in sentences for quote in sentence.quotes}
    days = [ref.published for ref in cited if ref.published]
    if not days or len(days) < len(cited) or _over(asked):
        return ()
    known = cited | {ref for hit in hits if hit.passage.article in cited for ref in hit.also_in}
    enough = NEARLY * max((hit.score for hit in hits if hit.passage.article in cited), default=1.0)
    found: dict[ArticleRef, None] = {}
    for hit in hits:
        ref = hit.passage.article
        if hit.score >= enough and ref not in known and ref.published and ref.published > max(days) + APART:
            found[ref] = None
    return tuple(sorted(found, key=lambda ref: (-ref.published.timestamp() if ref.published else 0.0, ref.id)))[:MOST]


def _over(asked: WhenAsked) -> bool:
    return any(time.end is not None and time.end <= asked.now for time in asked.times)
