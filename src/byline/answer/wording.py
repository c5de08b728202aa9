"""The words of a sentence as far as two sentences can be compared by them. Pure.

A written sentence and the quotes that carry it are read in the same way, so that "Modi's" is "Modi", "U.S." is "US" and
"signed" is "signs" on both sides. What does not speak of the world is taken off first: the number of a list item, a
marker such as `[2]`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from byline.models.terms import STOP_WORDS, terms

_TOKEN = re.compile(
    r"\d+(?:[.,:]\d+)*|(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’][^\W\d_]+)*",
)
_ITEM = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|[-*•–])\s+")
_MARKER = re.compile(r"\s?\[\d{1,2}(?:,\s?\d{1,2})*\]")
_OF_SOURCES = re.compile(
    r"\b(?:passages?|provided|context|unable to answer|based on the|mentioned|articles? (?:says?|does|do))\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:.!?()“”\"—–]")
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Word:
    """`text` stands at [start, end); `clause` counts the marks of punctuation before it."""

    text: str
    term: str
    start: int
    end: int
    clause: int

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def stop(self) -> bool:
        """Empty words, but not the acronyms that look like them: "US", "WHO"."""
        shouted = self.bare.isupper() and len(self.bare) > 1
        return not shouted and self.text.casefold().replace("’", "'").replace("'", "") in STOP_WORDS

    @property
    def bare(self) -> str:
        """Without the possessive and the dots of an acronym."""
        return _POSSESSIVE.sub("", self.text).replace(".", "")

    @property
    def number(self) -> bool:
        return self.text[0].isdecimal()


@dataclass(frozen=True)
class Wording:
    text: str
    words: tuple[Word, ...]

    @cached_property
    def content(self) -> tuple[Word, ...]:
        return tuple(word for word in self.words if not word.stop)

    @cached_property
    def terms(self) -> frozenset[str]:
        """Of the words that mean something; numbers are among them."""
        return frozenset(word.term for word in self.content)

    @cached_property
    def spoken(self) -> frozenset[str]:
        """Of all words."""
        return frozenset(word.term for word in self.words)

    @cached_property
    def sequence(self) -> tuple[str, ...]:
        return tuple(word.term for word in self.words)

    @cached_property
    def runs_of_two(self) -> frozenset[tuple[str, ...]]:
        return _runs(self.sequence, 2)

    @cached_property
    def runs_of_three(self) -> frozenset[tuple[str, ...]]:
        return _runs(self.sequence, 3)


@lru_cache(maxsize=8192)
def wording(text: str) -> Wording:
    text = without_marks(text)
    found = []
    clause, at = 0, 0
    for token in _TOKEN.finditer(text):
        clause += len(_CLAUSE.findall(text, at, token.start()))
        at = token.end()
        its = terms(token[0])
        if its:
            found.append(Word(token[0], its[0], token.start(), token.end(), clause))
    return Wording(text, tuple(found))


def _runs(terms: Sequence[str], size: int) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(terms[at : at + size]) for at in range(len(terms) - size + 1))


def speaks_of_sources(text: str) -> bool:
    """Of the passages and not of the world: "the given passages do not say when"."""
    return _OF_SOURCES.search(text) is not None


def without_marks(text: str) -> str:
    """Blanks in the place of an item's number and of markers, so that offsets hold."""
    text = _ITEM.sub(lambda found: " " * len(found[0]), text)
    return _MARKER.sub(lambda found: " " * len(found[0]), text)
