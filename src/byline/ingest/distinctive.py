"""What only one article says: words that stand nowhere else, and runs of five words. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from byline.models.terms import terms

RUN = 5
_WORD = re.compile(r"\w+")
_FEWEST_LETTERS = 6
"""Shorter words stand in other words, and by chance in the bytes of vectors."""


@dataclass(frozen=True, slots=True)
class Distinctive:
    """`words`, `runs` as they are written; `stems`: terms that nothing else has.

    `alike`: other articles with runs of this one → the share of its runs that they have.
    """

    words: tuple[str, ...]
    runs: tuple[str, ...]
    stems: tuple[str, ...]
    alike: dict[str, float]

    def spoken_in(self, text: str) -> bool:
        """Whether `text` has words that only this article has."""
        low = text.casefold()
        return any(word.casefold() in low for word in self.words) or any(run.casefold() in low for run in self.runs)


def distinctive(texts: Sequence[str], elsewhere: Iterable[tuple[str | None, str]]) -> Distinctive:
    """`elsewhere`: (id of another article or None, its text), all there is besides."""
    words = {match[0] for text in texts for match in _WORD.finditer(text)}
    runs = {key: written for text in texts for key, written in _runs(text)}
    shared: Counter[str] = Counter()
    seen: set[str] = set()
    common: set[tuple[str, ...]] = set()
    for name, text in elsewhere:
        spoken = [match[0].casefold() for match in _WORD.finditer(text)]
        seen.update(spoken)
        theirs = {run for run in zip(*(spoken[start:] for start in range(RUN)), strict=False) if run in runs}
        common |= theirs
        if name is not None and theirs:
            shared[name] += len(theirs)
    vocabulary = "\n".join(seen)
    alone = sorted(word for word in words if len(word) >= _FEWEST_LETTERS and word.casefold() not in vocabulary)
    stems = {stem for word in alone for stem in terms(word) if len(stem) > 3 and stem not in vocabulary}
    kept = [written for key, written in runs.items() if key not in common]
    return Distinctive(
        tuple(alone),
        tuple(dict.fromkeys(kept)),
        tuple(sorted(stems)),
        {name: round(count / len(runs), 2) for name, count in shared.most_common()} if runs else {},
    )


def _runs(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """(the words case-folded, the text from the first to the last of them)"""
    found = list(_WORD.finditer(text))
    for first, last in zip(found, found[RUN - 1 :], strict=False):
        at = slice(first.start(), last.end())
        yield tuple(match[0].casefold() for match in _WORD.finditer(text[at])), text[at]
