"""Why a written sentence is not what its quotes say, each in a few words. Pure.

An empty result does not mean that the sentence is supported, only that nothing in it can be shown to be wrong: how much
of it the quotes carry is weighed by `support`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from byline.answer.attach import Attached, Source
from byline.answer.needs import Need
from byline.answer.polarity import negated_otherwise, opposed
from byline.answer.swapped import closeness, exchanged, misplaced
from byline.answer.wording import Wording, speaks_of_sources, wording
from byline.types import Passage

NOTHING_GIVEN = "no passage was given to carry it"
SOMETHING_ELSE = "the passages speak of something else"
TOO_LITTLE = "the quotes do not say enough of it"

ALIKE = 0.65
"""Cosine and share of terms, added up."""

_MISSING = {
    "number": "the number {} is not in the quotes",
    "date": "the date {} is not in the quotes",
    "name": "the name {} is not in the quotes",
    "quotation": "the words “{}” are not in the quotes",
}


def faults_of(text: str, attached: Attached, lacking: Sequence[Need]) -> tuple[str, ...]:
    """Short phrases, in a fixed order, each once; `lacking` as `missing` finds it."""
    said = wording(text)
    quotes = [source.words for source in attached.chosen]
    return tuple(dict.fromkeys((*_missing(lacking), *_otherwise(said, attached.chosen, quotes))))


def missing(attached: Attached) -> list[Need]:
    """Needs that neither the quotes nor what stands over their passages meet."""
    given = " ".join(source.text for source in attached.chosen)
    titles = "\n".join(dict.fromkeys(_title(source.passage) for source in attached.chosen))
    beside = "\n".join(dict.fromkeys(source.passage.text for source in attached.chosen))
    written = sorted({day for source in attached.chosen for day in _written(source.passage)})
    return [
        need
        for need in attached.unmet
        if not need.met_by(given, beside, written) and not (need.kind == "name" and need.met_by(f"{given}\n{titles}"))
    ]


def elsewhere(signals: Mapping[str, float]) -> tuple[str, ...]:
    """A fault when the best that was given is like the sentence neither in meaning nor in words: another citation.

    Measured on RAGTruth with each answer beside another's source: .9 % of its sentences stay above the limit, and 5 %
    of right ones, most of which only lead from one to the next, fall below it.
    """
    like = signals["cosine"] + signals["covered_by_quotes"]
    return (SOMETHING_ELSE,) if like < ALIKE and not signals["of_sources"] else ()


def _missing(lacking: Sequence[Need]) -> Iterator[str]:
    for need in lacking:
        if need.sure:
            yield _MISSING[need.kind].format(need.text)


def _otherwise(said: Wording, chosen: Sequence[Source], quotes: Sequence[Wording]) -> Iterator[str]:
    closest = max(quotes, key=lambda quote: closeness(said, quote), default=None)
    if closest and (found := exchanged(said, closest)):
        yield f"the quotes have {found[1]} where this has {found[0]}"
    if name := misplaced(said, chosen):
        yield f"the quotes do not say this of {name}"
    if not speaks_of_sources(said.text) and (word := negated_otherwise(said, quotes)):
        yield f"the quotes and this do not agree on what is denied of “{word}”"
    if pair := opposed(said, quotes):
        yield f"the quotes say “{pair[1]}” where this says “{pair[0]}”"


def _title(passage: Passage) -> str:
    return "\n".join(part for part in (passage.article.header, passage.heading) if part)


def _written(passage: Passage) -> list[date]:
    return [passage.article.published.date()] if passage.article.published else []
