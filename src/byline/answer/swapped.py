"""Where a sentence goes along with a quote word by word, and says another name or number in one place. Pure.

Every word may be in the quotes and the sentence still wrong: "Modi arrived" where they say that Putin did, and speak of
Modi elsewhere. Without grammar that is seen only where the sentence keeps close to the quote; a free paraphrase is not
caught here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from byline.answer.amounts import amounts_in, carries
from byline.answer.attach import Source
from byline.answer.dated import months_in, weekdays_in
from byline.answer.named import Name, names_in, names_it
from byline.answer.wording import Word, Wording

LONGEST = 8
"""Words in one place; what differs by more is put another way, not exchanged."""

ANCHORED = 2
"""Words that have to be the same around the place, on both sides together."""


LEANS = 2
"""Sentences before a quote in which the name may stand that its pronoun means."""

MOST_OF_IT = 0.5

CLOSE = 0.6
"""Of the sentence's words, how many the quote must have in the same order for places to be compared at all."""


@dataclass(frozen=True, slots=True)
class Place:
    """The words of the sentence, and those of the quote in their place."""

    said: tuple[Word, ...]
    instead: tuple[Word, ...]


def exchanged(said: Wording, quote: Wording) -> tuple[str, str] | None:
    """(the sentence's, the quote's) name or number in the same place, where they differ."""
    if closeness(said, quote) < CLOSE:
        return None
    for place in _places(said, quote):
        for its, other in (*_names(place, said, quote), *_numbers(place, said, quote), *_days(place)):
            return its, other
    return turned_round(said, quote)


def closeness(said: Wording, quote: Wording) -> float:
    """Share of the sentence's words that the quote has in the same order."""
    matcher = SequenceMatcher(None, said.sequence, quote.sequence, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / max(1, len(said.words))


def misplaced(said: Wording, chosen: Sequence[Source]) -> str | None:
    """A name that the first quote, which says most of the rest, does not have, while it has one that the sentence has
    not; and where the name does stand, nothing else of the sentence does.

    A quote that follows the name closely, and may mean it by a pronoun, is left alone.
    """
    if not chosen:
        return None
    best, others = chosen[0], chosen[1:]
    mine = [name for name in names_in(said.text) if name.sure]
    named = frozenset(word.term for name in mine for word in name.words)
    rest = said.terms - named
    foreign = [name for name in names_in(best.text) if name.sure and not names_it(said, name)]
    if not foreign or len(rest & best.words.terms) < max(ANCHORED, MOST_OF_IT * len(rest)):
        return None
    for name in mine:
        if names_it(best.words, name, best.passage.text):
            continue
        holders = [source for source in others if names_it(source.words, name)]
        leaning = any(s.number == best.number and 0 < best.place - s.place <= LEANS for s in holders)
        if holders and not leaning and all(not rest & source.words.terms for source in holders):
            return name.text
    return None


def turned_round(said: Wording, quote: Wording) -> tuple[str, str] | None:
    """ "Putin met Modi" for "Modi met Putin": the same words but for two names that changed places."""
    if len(said.words) != len(quote.words) or sorted(said.sequence) != sorted(quote.sequence):
        return None
    for one, other in zip(said.words, quote.words, strict=True):
        if one.term != other.term:
            return (one.text, other.text) if one.capital and other.capital else None
    return None


def _places(said: Wording, quote: Wording) -> Iterator[Place]:
    matcher = SequenceMatcher(None, said.sequence, quote.sequence, autojunk=False)
    codes = matcher.get_opcodes()
    for number, (kind, i, j, k, m) in enumerate(codes):
        if kind != "replace" or j - i > LONGEST or m - k > LONGEST:
            continue
        before = codes[number - 1] if number else None
        after = codes[number + 1] if number + 1 < len(codes) else None
        same = sum(code[2] - code[1] for code in (before, after) if code and code[0] == "equal")
        anchored = (before is None or before[0] == "equal") and (after is None or after[0] == "equal")
        if anchored and same >= ANCHORED:
            yield Place(said.words[i:j], quote.words[k:m])


def _names(place: Place, said: Wording, quote: Wording) -> Iterator[tuple[str, str]]:
    mine, theirs = _within(names_in(said.text), place.said), _within(names_in(quote.text), place.instead)
    if len(mine) != 1 or len(theirs) != 1:
        return
    (its,), (other,) = mine, theirs
    if not (other.sure and its.sure):
        return
    same = {word.term for word in its.words} & {word.term for word in other.words}
    if not same and not _one_of(its, place.instead) and not names_it(said, other) and not _short_of(its, other):
        yield its.text, other.text


def _short_of(one: Name, other: Name) -> bool:
    """ "UN" and "United Nations"."""
    return one.text in (other.initials, other.text) or other.text == one.initials


def _one_of(name: Name, words: Sequence[Word]) -> bool:
    spoken = frozenset(word.term for word in words)
    return any(word.term in spoken for word in name.words)


def _numbers(place: Place, said: Wording, quote: Wording) -> Iterator[tuple[str, str]]:
    mine = [amount for amount in amounts_in(said.text) if _covers(place.said, amount.start, amount.end)]
    theirs = [amount for amount in amounts_in(quote.text) if _covers(place.instead, amount.start, amount.end)]
    for amount in mine:
        if theirs and not any(carries(other, amount) for other in theirs):
            yield amount.text, theirs[0].text


def _days(place: Place) -> Iterator[tuple[str, str]]:
    """Months and days of the week."""
    mine, theirs = (
        [word.text for word in words if weekdays_in(word.text) or months_in(word.text)]
        for words in (place.said, place.instead)
    )
    if mine and theirs and not set(mine) & set(theirs):
        yield mine[0], theirs[0]


def _within(names: Sequence[Name], words: Sequence[Word]) -> list[Name]:
    return [name for name in names if _covers(words, name.words[0].start, name.words[-1].end)]


def _covers(words: Sequence[Word], start: int, end: int) -> bool:
    return bool(words) and any(word.start < end and start < word.end for word in words)
