"""Whether a sentence denies what its quotes say, or says the opposite. Pure. English only.

A negation belongs to the first word after it that means something: "did not sign" denies "sign". Where the quotes have
that word they have to deny it too, and where they do not they have to deny something. Where they deny a word that the
sentence has among the same words, so must the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from byline.answer.near_miss import opposites
from byline.answer.wording import Word, Wording

_PLAIN = frozenset(
    ["not", "never", "no", "cannot", "nobody", "none", "neither", "nor", "without", "nothing", "hardly", "barely"]
)
_OTHER = re.compile(
    r"(?:lack|fail|refus|den[iy]|avoid|prevent|declin|reject|unabl|unlik|except|ban|block|stop|halt|rul|differ)\w*"
    r"|(?:un|im|in|dis)(?:able|likely|clear|known|certain|willing|possible|sure|agree\w*|appear\w*)"
    r"|yet|against|few|little|only|despite|although|ended|absent|absence|miss\w*|away|instead|rather|zero|free|former",
    re.IGNORECASE,
)
_NOT_ALONE = frozenset(
    ["only", "just", "merely", "less", "fewer", "more", "later", "longer", "least", "doubt", "matter"]
)
"""Behind a negation these do not deny what follows them: "not only", "no fewer than"."""

REACH, BEFORE = 6, 1
"""Words after a negation that it may deny, and before it: "the talks were not"."""

BESIDE, SHARED = 4, 2
"""Words on each side of a word, and how many of those that mean something two sentences must have in common there, for
both to speak of the same thing."""


def negated_otherwise(said: Wording, quotes: Sequence[Wording]) -> str | None:
    """The first word that one side denies and the other does not."""
    for word in _denied(said):
        there = [(quote, other) for quote in quotes for other in quote.words if other.term == word.term]
        if there and not any(_under(quote, other) for quote, other in there):
            return word.text
        if (
            quotes
            and not there
            and _close(said, quotes)
            and not any(_denies_somehow(other) for quote in quotes for other in quote.words)
        ):
            return word.text
    for quote in quotes:
        for word in _denied(quote):
            here = [other for other in said.words if _same_place(quote, word, said, other)]
            elsewhere = any(o.term == word.term and not _under(q, o) for q in quotes for o in q.words)
            if here and not elsewhere and not any(_under(said, other) for other in here):
                return word.text
    return None


def opposed(said: Wording, quotes: Sequence[Wording]) -> tuple[str, str] | None:
    """A word of the sentence and its opposite, which the quotes have in its place."""
    spoken = frozenset[str]().union(*(quote.spoken for quote in quotes))
    for word in said.words:
        others = opposites().get(word.term, frozenset()) & spoken
        if word.stop or word.term in spoken or not others or others & said.spoken:
            continue
        around = _around(said, word)
        for quote in quotes:
            for other in quote.words:
                if other.term in others and len(around & _around(quote, other)) >= SHARED:
                    return word.text, other.text
    return None


def denies(word: Word) -> bool:
    return word.text.casefold() in _PLAIN or word.text.casefold().endswith(("n't", "n’t"))


def _close(said: Wording, quotes: Sequence[Wording]) -> bool:
    """Whether a quote has most of the sentence's words, so that a negation in it would show."""
    return any(2 * len(said.terms & quote.terms) >= len(said.terms) for quote in quotes)


def _denies_somehow(word: Word) -> bool:
    return denies(word) or _OTHER.fullmatch(word.text) is not None


def _denied(read: Wording) -> Iterator[Word]:
    """What plain negations deny."""
    for place, word in enumerate(read.words):
        if not denies(word):
            continue
        for after in read.words[place + 1 : place + 1 + REACH]:
            if after.clause != word.clause or after.text.casefold() in _NOT_ALONE:
                break
            if not after.stop:
                yield after
                break


def _under(read: Wording, word: Word) -> bool:
    """Whether some negation, of any kind, is near enough to deny it."""
    place = read.words.index(word)
    near = (*read.words[max(0, place - REACH) : place], *read.words[place + 1 : place + 1 + BEFORE])
    return any(_denies_somehow(other) for other in near)


def _same_place(one: Wording, word: Word, other: Wording, its: Word) -> bool:
    """The same word, with the same words around it as far as there are any."""
    if word.term != its.term:
        return False
    mine, theirs = _around(one, word), _around(other, its)
    return len(mine & theirs) >= min(SHARED, len(mine), len(theirs))


def _around(read: Wording, word: Word) -> frozenset[str]:
    place = read.words.index(word)
    near = (*read.words[max(0, place - BESIDE) : place], *read.words[place + 1 : place + 1 + BESIDE])
    return frozenset(other.term for other in near if not other.stop)
