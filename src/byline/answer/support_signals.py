"""The signals of support: what can be counted between a written sentence, its quotes and all that was given. Pure.

Each says one thing, and its docstring why that tells. All are shares or logarithms, so that weights can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log1p

from byline.answer.attach import Attached, share
from byline.answer.needs import Kind, Need
from byline.answer.wording import Wording, speaks_of_sources, wording

NEAR_ENOUGH, WORDS_ENOUGH = 0.5, 0.5
"""Cosine, and share of terms, that most right sentences reach."""

_ITEM = re.compile(r"\s*(?:\d{1,2}[.)]|[-*•])\s")


@dataclass(frozen=True)
class Compared:
    """A sentence, what was attached to it, and which of its needs nothing meets."""

    text: str
    attached: Attached
    missing: Sequence[Need]
    faults: Sequence[str]

    @cached_property
    def said(self) -> Wording:
        return wording(self.text)

    @cached_property
    def quoted(self) -> frozenset[str]:
        """All words of the quotes."""
        return frozenset[str]().union(*(source.words.spoken for source in self.attached.chosen))

    @cached_property
    def given(self) -> frozenset[str]:
        """All words of all that was given."""
        return frozenset[str]().union(*(source.words.spoken for source in self.attached.sources))


def cosine(one: Compared) -> float:
    """The meaning as the embedder sees it, of the nearest sentence given."""
    return max((source.cosine for source in one.attached.sources), default=0.0)


def covered_by_best(one: Compared) -> float:
    """Of its terms by idf, what the first quote has: a claim is rarely spread over many sentences."""
    best = one.attached.chosen[0].words.spoken if one.attached.chosen else frozenset[str]()
    return share(best, one.attached.idf)


def covered_by_quotes(one: Compared) -> float:
    """Of its terms by idf, what all of the quotes have."""
    return share(one.quoted, one.attached.idf)


def covered_by_given(one: Compared) -> float:
    """Of its terms by idf, what anything given has: a word that stands nowhere was brought along."""
    return share(one.given, one.attached.idf)


def covered_plainly(one: Compared) -> float:
    """Share of its terms that anything given has, rare or not: plain word overlap."""
    terms = one.said.terms
    return len(terms & one.given) / len(terms) if terms else 1.0


def cosine_and_coverage(one: Compared) -> float:
    """Both at once: like in meaning and in words."""
    return cosine(one) * covered_by_quotes(one)


def words_in_a_row(one: Compared) -> float:
    """Share of its pairs of words that stand side by side in what was given: the same words may be put together into
    something else."""
    given = (source.words.runs_of_two for source in one.attached.sources)
    return _share_in(one.said.runs_of_two, given)


def three_in_a_row(one: Compared) -> float:
    """The same for three words: what was copied is right."""
    given = (source.words.runs_of_three for source in one.attached.sources)
    return _share_in(one.said.runs_of_three, given)


def unmatched(one: Compared) -> float:
    """How many of its words nothing given has; a number and not a share, since one invented word is enough."""
    return log1p(sum(word.term not in one.given for word in one.said.content))


def unmatched_by_quotes(one: Compared) -> float:
    """How many of its words the quotes do not have."""
    return log1p(sum(word.term not in one.quoted for word in one.said.content))


def numbers_missing(one: Compared) -> float:
    """Numbers that are nowhere in the quotes."""
    return _missing(one, "number")


def dates_missing(one: Compared) -> float:
    """Dates that are nowhere in the quotes."""
    return _missing(one, "date")


def names_missing(one: Compared) -> float:
    """Names that are nowhere in the quotes."""
    return _missing(one, "name")


def quotations_missing(one: Compared) -> float:
    """Words in quotation marks that are nowhere in the quotes."""
    return _missing(one, "quotation")


def perhaps_missing(one: Compared) -> float:
    """A first word with a capital, or a small number, that is not in the quotes and may have to be."""
    return float(any(not need.sure for need in one.missing))


def turned_about(one: Compared) -> float:
    """Faults of another kind: a name in another's place, a negation, an opposite."""
    return float(len(one.faults) > sum(need.sure for need in one.missing))


def far(one: Compared) -> float:
    """How far the nearest sentence is in meaning, beyond what a paraphrase needs: a citation of something else."""
    return max(0.0, NEAR_ENOUGH - cosine(one))


def bare(one: Compared) -> float:
    """How much of its terms the quotes lack, beyond what a paraphrase needs: the same for words."""
    return max(0.0, WORDS_ENOUGH - covered_by_quotes(one))


def length(one: Compared) -> float:
    """All of its words: those that mean nothing alone carry nothing to be wrong."""
    return log1p(len(one.said.words))


def weight(one: Compared) -> float:
    """Its words that mean something: the more it says, the more can be wrong."""
    return log1p(len(one.said.content))


def says_nothing(one: Compared) -> float:
    """Fewer than two words that mean something: "Yes, it is."."""
    return float(len(one.said.content) < 2)


def of_sources(one: Compared) -> float:
    """It speaks of the passages and not of the world: "the given passages do not say when"."""
    return float(speaks_of_sources(one.text))


def leads_in(one: Compared) -> float:
    """It ends in a colon: it announces what follows."""
    return float(one.text.rstrip().endswith(":"))


def is_item(one: Compared) -> float:
    """It is an item of a list; where models write lists they complete them from what they know."""
    return float(bool(_ITEM.match(one.text)))


_ALL: tuple[Callable[[Compared], float], ...] = (
    cosine, covered_by_best, covered_by_quotes, covered_by_given, covered_plainly, cosine_and_coverage, words_in_a_row,
    three_in_a_row, unmatched, unmatched_by_quotes, numbers_missing, dates_missing, names_missing, quotations_missing,
    perhaps_missing, turned_about, far, bare, length, weight, says_nothing, of_sources, leads_in, is_item,
)  # fmt: skip
SIGNALS = tuple(signal.__name__ for signal in _ALL)


def support_signals(
    text: str, attached: Attached, missing: Sequence[Need], faults: Sequence[str]
) -> Mapping[str, float]:
    one = Compared(text, attached, missing, faults)
    return {signal.__name__: signal(one) for signal in _ALL}


def _missing(one: Compared, kind: Kind) -> float:
    return log1p(sum(need.kind == kind and need.sure for need in one.missing))


def _share_in(mine: frozenset[tuple[str, ...]], given: Iterable[frozenset[tuple[str, ...]]]) -> float:
    return len(mine & frozenset[tuple[str, ...]]().union(*given)) / len(mine) if mine else 0.0
