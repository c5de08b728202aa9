"""Sentences that share names, numbers and cognates with a question in a language that no article is in. Pure.

The embedder knows English; of "Combien de réacteurs y a-t-il à Kudankulam ?" it makes nothing. What carries over is
what is spelled alike: names, numbers, "réacteurs". A passage answers when it has a rare name or number of the
question and at least one more word of it; names alone are not enough, for they say nothing of what is asked about
them. In scripts other than Latin nothing is done: their words are terms like others, or shared with no other language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from byline.answer.absent import MOST_TERMS, folded, words_in
from byline.answer.weigh import Candidate
from byline.models.terms import query_terms

RARE = 0.15
"""Share of the passages that may have a name or number which says what a question is about. Chosen by hand."""

LEAST_SHARED = 2
LONG, COMMON = 5, 0.6
"""Letters of a word that may be a cognate, and the share of the shorter one that both have in one piece."""

_WORD = re.compile(r"[^\W_](?:[\w’'&]|[.–-](?=\w))*")
_ELIDED = re.compile(r"^\w{1,2}['’](?=\w)")
_ASKS_WHEN = re.compile(r"\b(?:wann|quand|cuándo|cuando|quando)\b", re.IGNORECASE)
_ASKS_HOW_MANY = re.compile(r"\b(?:wie ?viele?|combien|cu[aá]nt[oa]s?|quant[oaie]s?)\b", re.IGNORECASE)
_AMOUNT = re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred|thousand)\b", re.I)
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"\b(?:1\d|20)\d\d\b|\b(?:{_MONTH})\b")


def carried(
    question: str,
    candidates: Sequence[Candidate],
    frequencies: Callable[[Sequence[str]], Mapping[str, int]],
    passages: int,
) -> list[Candidate]:
    """The sentences that may answer, best first; none where too little carries over. `frequencies`: in how many of the
    library's `passages` each of these terms is.
    """
    words = _words(question)
    if len(set(words)) > MOST_TERMS:  # addresses and markup, which are no language either
        return []
    asked = frozenset(map(folded, words))
    rare = {folded(word) for word in words if _is_rare(word, frequencies, passages)}
    found: list[tuple[float, int, Candidate]] = []
    for place, candidate in enumerate(candidates):
        around = words_in(f"{candidate.passage.article.title} {candidate.passage.text}")
        there = _shared(asked, around)
        if rare & there and len(there) >= LEAST_SHARED and there - rare:
            told = _shared(there, words_in(candidate.text))
            if told:
                found.append((len(told) + _has_asked(question, candidate.text), -place, candidate))
    return [candidate for _, _, candidate in sorted(found, key=lambda one: one[:2], reverse=True)]


def _words(question: str) -> list[str]:
    """Names, numbers and what is long enough to be a cognate."""
    words = (part for word in _WORD.findall(question) for part in re.split(r"[-–]", _ELIDED.sub("", word)))
    return [word for word in words if len(word) >= LONG or word.isdecimal()]


def _is_rare(word: str, frequencies: Callable[[Sequence[str]], Mapping[str, int]], passages: int) -> bool:
    """A name or a number that few passages have."""
    if not (word[0].isupper() or word.isdecimal()):
        return False
    return 0 < max(frequencies(query_terms(word)).values(), default=0) <= RARE * passages


def _shared(asked: Collection[str], words: Collection[str]) -> frozenset[str]:
    return frozenset(word for word in asked if word in words or any(_cognate(word, other) for other in words))


def _cognate(one: str, other: str) -> bool:
    if len(one) < LONG or len(other) < LONG or one.isdecimal() or other.isdecimal():
        return False
    piece = max(LONG, round(COMMON * min(len(one), len(other))))
    return any(one[start : start + piece] in other for start in range(len(one) - piece + 1))


def _has_asked(question: str, text: str) -> float:
    if _ASKS_WHEN.search(question):
        return float(bool(_DATE.search(text)))
    return float(bool(_ASKS_HOW_MANY.search(question) and _AMOUNT.search(text)))
