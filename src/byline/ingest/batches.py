"""Articles in batches of so many passages: what is embedded, stored and shown together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from byline.types import Article, Passage

Split = Callable[[Article], Sequence[Passage]]
Batch = list[tuple[Article, Sequence[Passage]]]
Progress = Callable[[int, int], None]
"""(further articles done, articles to do in all)"""

BATCH_PASSAGES = 96  # what a kill can cost: a few seconds of embedding


def batches(articles: Iterable[Article], split: Split) -> Iterator[Batch]:
    batch: Batch = []
    size = 0
    for article in articles:
        batch.append((article, split(article)))
        size += len(batch[-1][1])
        if size >= BATCH_PASSAGES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def passages_in(batch: Batch) -> list[Passage]:
    return [passage for _, split in batch for passage in split]
