"""A question and the sentences of its best passages, each read once for all that is asked of them later. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from byline.answer import kind
from byline.models.terms import query_terms, terms
from byline.types import Hit, Span

_K1, _B, _MEAN_TERMS = 1.2, 0.5, 22.0

_FRAGMENT_TERMS = 8
_ENDINGS = ".!?…。।؟\"'”’»)"


class AskedFor:
    """What a question asks for and already names, read once. `idf` weighs its terms."""

    def __init__(self, question: str, idf: Mapping[str, float]) -> None:
        self.idf = idf
        self.mass = sum(idf.values()) or 1.0
        self.kind = kind.asked(question)
        self.several = kind.asks_for_several(question)
        self.speech = kind.asks_what_was_said(question)
        self.amounts = kind.amounts(question)
        self.dates = kind.dates(question)
        self.words = frozenset(terms(question))
        inside, first = kind.capitals(question)
        self.capitals = inside | ({first} if first else frozenset())
        order = [term for term in query_terms(question) if term in idf]
        self.pairs = {frozenset(pair) for pair in pairwise(order) if pair[0] != pair[1]}
        self.paired = frozenset().union(*self.pairs)

    def share(self, own: Set[str]) -> float:
        """Of the question's idf mass; `own` are terms of the question. The order of a set does not change it."""
        return math.fsum(map(self.idf.__getitem__, own)) / self.mass if own else 0.0


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence as it was read: its terms in order and as a set, and its words with a capital."""

    hit: Hit
    span: Span
    text: str
    cosine: float
    words: tuple[str, ...]
    spoken: frozenset[str]
    inside: frozenset[str]
    first: str | None


def read(hits: Sequence[Hit]) -> list[Read]:
    """The sentences of these passages, in order."""
    found = []
    for hit in hits:
        for span, cosine in zip(hit.passage.sentences, hit.similarities, strict=True):
            text = hit.passage.slice(span)
            found.append(Read(hit, span, text, cosine, *_words_of(text)))
    return found


@lru_cache(maxsize=4096)
def _words_of(sentence: str) -> tuple[tuple[str, ...], frozenset[str], frozenset[str], str | None]:
    """As `Read` has them: they never change, and one question reads what another has read."""
    words = tuple(terms(sentence))
    return words, frozenset(words), *kind.capitals(sentence)


def is_fragment(sentence: str, term_count: int) -> bool:
    """A crosshead or a list label: short, and without an end. It may be found, but says nothing by itself."""
    return term_count < _FRAGMENT_TERMS and not sentence.rstrip().endswith(tuple(_ENDINGS))


def bm25(words: Sequence[str], idf: Mapping[str, float]) -> float:
    """Of a sentence with these terms, for the question's."""
    found = Counter([word for word in words if word in idf])
    if not found:
        return 0.0
    norm = _K1 * (1 - _B + _B * len(words) / _MEAN_TERMS)
    return sum(idf[term] * times * (_K1 + 1) / (times + norm) for term, times in found.items())
