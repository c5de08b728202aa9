"""From ranked hits to the few worth reading: near-duplicates folded, a cap per article, a token budget. Pure.

An article and its copies count as one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from byline.types import Hit

NEAR_DUPLICATE = 0.8
"""Share of the shorter text's 5-word runs that the other has too; wire copies lie above .9, other passages below .2."""

_RUN = 5
_WORD = re.compile(r"\w+")


def select(hits: Iterable[Hit], *, limit: int, per_article: int) -> list[Hit]:
    """The best `limit` hits in their order, without passages that repeat a better one."""
    kept: list[Hit] = []
    runs: list[frozenset[int]] = []
    taken: Counter[str] = Counter()
    for hit in hits:
        if len(kept) == limit:
            break
        family = min(ref.id for ref in (hit.passage.article, *hit.also_in))
        if taken[family] == per_article:
            continue
        mine = _runs(hit.passage.text)
        if not any(_same(mine, other) for other in runs):
            kept.append(hit)
            runs.append(mine)
            taken[family] += 1
    return kept


def within_budget(hits: Sequence[Hit], *, max_tokens: int) -> list[Hit]:
    """The longest prefix whose passages fit in `max_tokens` (cl100k); never empty when there are hits."""
    left, kept = max_tokens, list[Hit]()
    for hit in hits:
        left -= hit.passage.tokens
        if left < 0 and kept:
            break
        kept.append(hit)
    return kept


@lru_cache(maxsize=1024)
def _runs(text: str) -> frozenset[int]:
    """Every run of `_RUN` words, hashed; all words as one when there are fewer."""
    words = _WORD.findall(text.casefold())
    runs = zip(*(words[start:] for start in range(_RUN)), strict=False)
    return frozenset(map(hash, runs)) or frozenset([hash(tuple(words))])


def _same(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) >= NEAR_DUPLICATE * min(len(one), len(other))
