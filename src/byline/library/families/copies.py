"""What makes one article a copy of another, and which of several stands for all. Pure.

The numbers were chosen on 4,153 news articles (MultiHop-RAG, RealTimeQA) with planted copies; the 1,298 likeliest
pairs were looked at. Copies, republished and updated reports lie above them. Below lie: a newsletter of another day (up
to .64 of the shorter text's shingles), the same explainer a year later (.85, but .55 of the longer's), the next stage
of a story (.85 and .71), a picture gallery made of a report's captions (.84 and .12).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from byline.types import ArticleRef

SHINGLE = 3
"""Words in a run. With 5, a copy with every twentieth word changed shares no more than a later stage of a story."""

INSIDE = 0.9
"""Share of the shorter text's shingles in a longer one that took it over: trimmed, or with something added."""

HALF = 0.5
"""Share of the longer text's that this must be: a round-up is no copy of the report it quotes in full."""

ALIKE = 0.73
"""Jaccard similarity of texts that were edited all over."""

TELLING = 150
"""Distinct shingles below which equal texts prove nothing: what stood on the page was a form, a player, a notice. Then
the titles must agree too."""

SAME_TITLE = 0.8
"""Share of the shorter title's words that the other has too: outlets append their names, a weekly quiz its dates."""

_WORD = re.compile(r"\w+")
_TRACKING = re.compile(r"(?:utm_\w+|cid|fbclid|gclid)=")


@dataclass(frozen=True)
class Wording:
    """An article as it is compared."""

    title: str
    text: str

    @cached_property
    def shingles(self) -> frozenset[str]:
        return shingles(self.text)


def shingles(text: str) -> frozenset[str]:
    """Every run of SHINGLE words, case aside; all words as one when there are fewer."""
    words = _WORD.findall(text.casefold())
    runs = zip(*(words[start:] for start in range(SHINGLE)), strict=False)
    return frozenset(map(" ".join, runs)) or frozenset([" ".join(words)])


def is_copy(one: Wording, other: Wording) -> bool:
    """Whether one text was made from the other, or both from a third, with little changed. Symmetrical."""
    shared = len(one.shingles & other.shingles)
    shorter, longer = sorted((len(one.shingles), len(other.shingles)))
    inside = shared >= INSIDE * shorter and shared >= HALF * longer
    alike = shared >= ALIKE * (shorter + longer - shared)
    return (inside or alike) and (shorter >= TELLING or _titles_agree(one.title, other.title))


def _titles_agree(one: str, other: str) -> bool:
    left, right = set(_WORD.findall(one.casefold())), set(_WORD.findall(other.casefold()))
    return len(left & right) >= SAME_TITLE * min(len(left), len(right))


def address(url: str | None) -> str | None:
    """A url as far as it names an article: no scheme, fragment or tracking. None for none, and for a front page."""
    try:
        parts = urlsplit(url or "")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # a bracket in the host
        return None
    query = "&".join(sorted(pair for pair in parts.query.split("&") if pair and not _TRACKING.match(pair)))
    path = parts.path.rstrip("/").removesuffix("/index.html")
    return f"{host}{path}?{query}" if host and (path or query) else None


def components(
    nodes: Iterable[str], pairs: Iterable[tuple[str, str]], joined: Callable[[str, str], bool]
) -> list[set[str]]:
    """The nodes as groups connected by those pairs that are `joined`; a pair inside one group is not asked about."""
    group = {node: {node} for node in nodes}
    for one, other in pairs:
        if group[one] is not group[other] and joined(one, other):
            small, large = sorted((group[one], group[other]), key=len)
            large |= small
            group.update(dict.fromkeys(small, large))
    return list({id(found): found for found in group.values()}.values())


def in_order(members: Sequence[tuple[ArticleRef, str]]) -> tuple[ArticleRef, ...]:
    """The one that stands for its copies first; `members` are (article, where it was read).

    That is the one read at the very address that another names as its own, and so calls canonical; else the newest,
    for a later version corrects an earlier one. Ties by id.
    """
    named = [address(ref.url) for ref, _ in members]

    def rank(member: tuple[ArticleRef, str]) -> tuple[bool, float, str]:
        ref, origin = member
        mine = address(ref.url)
        canonical = mine is not None and named.count(mine) > 1 and address(origin) == mine
        newest = max((date.timestamp() for date in (ref.modified, ref.published) if date), default=float("-inf"))
        return not canonical, -newest, ref.id

    return tuple(ref for ref, _ in sorted(members, key=rank))
