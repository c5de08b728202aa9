"""The proper names of a text, and whether other words name the same. Pure.

A name is a run of words with a capital. It may be written shorter than in the article (the surname), with initials, as
an acronym of what the article spells out or the other way round, and as the people of a country ("Russian", "Russia").
The first word of a sentence has a capital anyway: it counts when something else says that it is a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from byline.answer.dated import months_in, weekdays_in
from byline.answer.days import days_in
from byline.answer.wording import Word, Wording, wording

_JOINED = re.compile(r"[ \t]|-|\.\s|['’]|\s&\s|\s(?:of|the|de|van|von|del|al|bin|der|la|of the)\s")
_LIGHT_WORDS = (
    "i mr mrs ms dr sir lord lady president prime minister minister chancellor king queen prince princess governor "
    "senator representative judge justice general captain professor secretary mayor chief director ceo "
    "north south east west northern southern eastern western am pm ad bc ok tv dna faq"
)
_LIGHT = frozenset(_LIGHT_WORDS.split())
"""Titles and directions: written with a capital or without one, they alone name nobody."""

_REFERENCE_WORD = re.compile(r"(?:passage|source|document|step)s?|answer|question", re.IGNORECASE)

_AFTER_A_NAME = re.compile(
    r"\s(?:said|says|told|tells|was|is|has|had|will|would|announced|added|wrote|also|who|and|were|are|did|does)\b"
)
_OPENER_WORDS = (
    "overall additionally furthermore however moreover meanwhile according earlier later yesterday today tomorrow "
    "former officials police researchers scientists authorities yes based unable note finally lastly second secondly "
    "first firstly third thirdly next instead therefore thus hence consequently similarly likewise despite although "
    "though unlike since upon within without whether either neither nor yet still even only one two three four five "
    "several many most other another every each people residents critics experts"
)
_OPENERS = frozenset(_OPENER_WORDS.split())


@dataclass(frozen=True, slots=True)
class Name:
    """`words` in a row; `sure` is false where only the first word of a sentence suggests it."""

    words: tuple[Word, ...]
    sure: bool = True

    @property
    def text(self) -> str:
        return " ".join(word.bare for word in self.words)

    @property
    def initials(self) -> str:
        return "".join(word.bare[0] for word in self.words if word.capital)


@lru_cache(maxsize=8192)
def names_in(text: str) -> tuple[Name, ...]:
    """In order; months, weekdays in a date, empty words and titles alone are none."""
    read = wording(text)
    dates = [(days.start, days.end) for days in days_in(read.text)]
    return tuple(_names(read, dates))


def names_it(source: Wording, name: Name, beside: str = "") -> bool:
    """Whether these words name the same; `beside`: what else the passage says, from which a first name may come."""
    spoken = source.spoken
    missing = [word for word in name.words if not _found(word, spoken)]
    if not missing:
        return True
    if _acronym(name, source):
        return True
    whole = len(missing) < len(name.words) and beside and _together(name, beside)
    return bool(whole) or all(word.bare.casefold() in _LIGHT for word in missing)


@cache
def peoples() -> dict[str, frozenset[str]]:
    """Term → the terms that name the same country (`peoples.txt`)."""
    found: dict[str, frozenset[str]] = {}
    for line in resources.files("byline.answer").joinpath("peoples.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            its = frozenset(term for word in line.split() for term in wording(word).sequence)
            for term in its:
                found[term] = its | found.get(term, frozenset())
    return found


def _names(read: Wording, dates: list[tuple[int, int]]) -> Iterator[Name]:
    run: list[Word] = []
    for word in (*read.words, None):
        if word is not None and word.capital and not _nobody(word) and not any(s <= word.start < e for s, e in dates):
            if run and not _JOINED.fullmatch(read.text, run[-1].end, word.start):
                yield from _name(run, read)
                run = []
            run.append(word)
        elif run and not (
            word is not None and word.text in ("of", "the", "de", "van", "von", "del", "al", "bin", "la")
        ):
            yield from _name(run, read)
            run = []


def _name(run: list[Word], read: Wording) -> Iterator[Name]:
    first = run[0]
    if not _begins(first, read):
        if not _light(run):
            yield Name(tuple(run))
        return
    if first.bare.casefold() in _OPENERS:
        if len(run) > 1:
            yield Name(tuple(run[1:]))
        return
    shouted = first.bare.isupper() and len(first.bare) > 1
    if len(run) > 1 and not _light(run[1:]):
        yield Name(tuple(run[1:]))
        yield Name((first,), sure=shouted)
    elif not _light(run):
        sure = shouted or first.text != first.bare or bool(_AFTER_A_NAME.match(read.text, first.end))
        yield Name(tuple(run), sure)


def _nobody(word: Word) -> bool:
    """Empty words, names of passages, and of days and months, which `dated` looks after."""
    if weekdays_in(word.bare) or months_in(word.bare):
        return True
    return word.stop or _REFERENCE_WORD.fullmatch(word.bare) is not None


def _light(run: list[Word]) -> bool:
    return all(word.bare.casefold() in _LIGHT for word in run)


def _begins(word: Word, read: Wording) -> bool:
    """Whether a sentence, an item or a quotation begins with it."""
    before = read.text[: word.start].rstrip(" *_\t")
    return not before or before[-1] in ".!?:“\"'‘(\n"


def _found(word: Word, spoken: frozenset[str]) -> bool:
    if word.term in spoken or not peoples().get(word.term, frozenset()).isdisjoint(spoken):
        return True
    term = word.term
    if len(word.bare) == 1:  # an initial
        return any(other.startswith(term) for other in spoken)
    return len(term) >= 4 and any(
        len(other) >= 4 and abs(len(other) - len(term)) <= 3 and (other.startswith(term) or term.startswith(other))
        for other in spoken
    )


def _acronym(name: Name, source: Wording) -> bool:
    """ "UN" for "United Nations", "United Nations" for "UN"."""
    if len(name.words) == 1:
        short = name.words[0].bare
        if not (short.isupper() and 2 <= len(short) <= 6):
            return False
        initials = "".join(word.bare[0] for word in source.words if word.capital and not word.stop)
        return short in initials
    return any(word.bare.isupper() and word.bare == name.initials for word in source.words)


def _together(name: Name, beside: str) -> bool:
    wanted = {word.term for word in name.words}
    return any(wanted <= {word.term for word in other.words} for other in names_in(beside))
