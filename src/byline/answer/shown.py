"""Which quotes a language model is shown: the best sentences with their neighbours, a number for each passage. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from byline.answer.prompt import Shown
from byline.answer.weigh import Candidate
from byline.models.terms import terms
from byline.protocols import TokenCounter
from byline.types import Passage, Quote, Sentence, Span, Turn

NEIGHBOURS = 1
"""Sentences before and after a quote, of the same passage, which say who "he" is."""

MOST_PASSAGES = 5

TOLD = 0.6
"""A passage was quoted before when it has this share of the terms of a sentence that the conversation was answered
with."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`passages[n - 1]` is what the model knows as [n]; `quotes` are the best sentences, without their neighbours."""

    passages: tuple[Passage, ...]
    shown: tuple[Shown, ...]
    quotes: tuple[Quote, ...]


def choose(
    sentences: Sequence[Sentence],
    candidates: Sequence[Candidate],
    history: Sequence[Turn],
    most_tokens: int,
    count_tokens: TokenCounter,
) -> Choice:
    """The sentences of the answer in the articles' own words first, then the next best, while they fit; the first is
    shown always. Then in an order without ranks: what the conversation was answered with before, then by article.
    """
    own = [quote for sentence in sentences for quote in (*sentence.leads, *sentence.quotes)]
    next_best = (Quote(c.passage, c.span.start, c.span.end, c.text) for c in candidates)
    places: dict[str, set[int]] = {}
    passages: dict[str, Passage] = {}
    quotes: list[Quote] = []
    for quote in dict.fromkeys((*own, *next_best)):
        more = places.get(quote.passage.id, set()) | _around(quote)
        if len(passages) == MOST_PASSAGES and quote.passage.id not in passages:
            continue
        tried = places | {quote.passage.id: more}
        held = passages | {quote.passage.id: quote.passage}
        if quotes and sum(_cost(held[key], each, count_tokens) for key, each in tried.items()) > most_tokens:
            if len(quotes) >= len(own):
                break
            continue
        places, passages = tried, held
        quotes.append(quote)
    answered = [set(terms(line)) for turn in history if turn.role == "assistant" for line in turn.content.split(". ")]
    ordered = sorted(passages.values(), key=lambda p: (not _was_told(p, answered), p.article.id, p.start))
    return Choice(
        tuple(ordered), tuple(Shown(p.article.header, _words(p, places[p.id])) for p in ordered), tuple(quotes)
    )


def _around(quote: Quote) -> set[int]:
    spans = quote.passage.sentences
    own = [n for n, span in enumerate(spans) if span.start < quote.end and quote.start < span.end]
    return set(range(max(0, min(own) - NEIGHBOURS), min(len(spans), max(own) + NEIGHBOURS + 1))) if own else set()


def _cost(passage: Passage, places: set[int], count_tokens: TokenCounter) -> int:
    return count_tokens(passage.article.header) + count_tokens(_words(passage, places))


def _words(passage: Passage, places: set[int]) -> str:
    """In order; what is left out between two is an ellipsis."""
    said, last = "", -1
    for place in sorted(places):
        gap = "" if last < 0 else " " if place == last + 1 else " … "
        said += gap + passage.slice(passage.sentences[place])
        last = place
    return said or passage.slice(Span(passage.start, passage.end))


def _was_told(passage: Passage, answered: Sequence[set[str]]) -> bool:
    own = set(terms(passage.text))
    return any(len(told) > 3 and len(told & own) >= TOLD * len(told) for told in answered)
