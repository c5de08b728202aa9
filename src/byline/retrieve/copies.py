"""Copies among the hits: the article that stands for its family is cited, in its own words; the others are "also in".

A copy is cited only for what it alone has. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from byline.library.families.members import Family
from byline.types import Filters, Hit

NO_FILTERS = Filters()

SAID_TOO = 0.8
"""Share of a sentence's 3-word runs that a passage has when it says the same: one word in twenty may differ."""

_RUN = 3
_WORD = re.compile(r"\w+")


def stand_in(family: Family, named: Collection[str], filters: Filters = NO_FILTERS) -> str:
    """Who is cited for a family: the first member within the filters, or the first of an outlet that the question
    names.
    """
    within = [ref for ref in family.members if filters.admit(ref)] or family.members
    asked_for = (ref.id for ref in within if ref.publisher in named)
    return next(asked_for, within[0].id)


def fold_copies(
    hits: Sequence[Hit],
    families: Mapping[str, Family],
    standing: Mapping[str, str],
    passages: Mapping[str, Sequence[Hit]],
) -> list[Hit]:
    """`hits` in their order, a copy's replaced by the passage of its stand-in that has its best sentence.

    `standing`: article → the member that stands for its family; `passages`: that member → all its passages.
    """
    folded: dict[str, Hit] = {}
    for hit in hits:
        article = hit.passage.article.id
        if family := families.get(article):
            same = None if standing[article] == article else _same_words(hit, passages.get(standing[article], ()))
            hit = replace(hit, passage=same.passage, similarities=same.similarities) if same else hit
            hit = replace(hit, also_in=family.others(hit.passage.article.id))
        folded.setdefault(hit.passage.id, hit)
    return list(folded.values())


def _same_words(hit: Hit, passages: Sequence[Hit]) -> Hit | None:
    """The passage that has the sentence for which `hit` was found."""
    wanted = _runs(_best_sentence(hit))
    shares = [len(wanted & _runs(other.passage.text)) / len(wanted) for other in passages]
    best = max(range(len(shares)), key=shares.__getitem__, default=None)
    return passages[best] if best is not None and shares[best] >= SAID_TOO else None


def _best_sentence(hit: Hit) -> str:
    passage = hit.passage
    if not hit.similarities:
        return passage.text
    best = max(range(len(hit.similarities)), key=hit.similarities.__getitem__)
    return passage.slice(passage.sentences[best])


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    runs = zip(*(words[start:] for start in range(_RUN)), strict=False)
    return frozenset(runs) or frozenset([tuple(words)])
