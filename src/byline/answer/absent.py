"""What a question is about and no article brings together: a name that the others do not stand with. Pure.

A near miss has the right subject and somebody else in it: "When did Vietnam order the missiles?" where it was another
country. No number tells that from the words of one passage, for an answer may call him "he"; the article as a whole
names him. So a short question is not answered when none of the articles that were found for it has all of its names.

Spelling is forgiven (a wrong letter, an ending: "Celeron", "American" for "America"), and so is another word for the
same country (`countries.txt`): a reader who misspells a name is still asking about something that is there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from byline.models.terms import STOP_WORDS, query_terms, terms
from byline.types import ArticleRef, Hit

MOST_TERMS = 12
"""Questions of more terms are mostly about several articles; those of SQuAD have 3 to 9."""

ALIKE = 4
"""Letters at the beginning that are enough: "Chin-ese" and "Chin-a"."""

_WORD = re.compile(r"[^\W_](?:[\w’'&]|[.–-](?=\w))*")
_PART = re.compile(r"[-–]")
_POSSESSIVE = re.compile(r"['’]s?$")
_BESIDES_WORDS = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec "
    "monday tuesday wednesday thursday friday saturday sunday "
    "mr mrs ms dr sir lord lady prof professor prime minister president chancellor secretary king queen general "
    "government state republic federation union ministry court party company group "
    "north south east west northern southern eastern western"
)
_BESIDES = frozenset(_BESIDES_WORDS.split()) | STOP_WORDS
"""Capitalised words that name nobody by themselves. What a month or a year is, is compared with dates elsewhere."""

_OPENS = re.compile(r"(?:^|[.!?:]\s)[\s\"'“‘(]*$")
_CLASS = re.compile(r"\b(?i:which|what)\s+(?:[A-Z][\w-]*\s+)+(?=[a-z])")
_JOINED = re.compile(r"(?P<one>\b[A-Z][\w.’'–-]*)(?:,| and| or| nor| versus| than)(?: the)? (?P<other>[A-Z][\w.’'–-]*)")
"""Two names side by side may each have an article of their own."""


def absent_names(question: str, hits: Sequence[Hit], texts: Callable[[Sequence[str]], Mapping[str, str]]) -> list[str]:
    """Names of the question that are missing from the article that has most of them; empty where one has all.

    `texts`: of articles by id, asked for only when the passages that were found are not enough.
    """
    names = list(names_asked(question))
    if not names or len(set(query_terms(question))) > MOST_TERMS:
        return []
    joined = {name for pair in _JOINED.finditer(question) for name in names_asked(f"of {pair['one']} {pair['other']}")}
    together = [name for name in names if name not in joined]
    alone = [[*together, name] for name in names if name in joined] or [together]
    found: dict[ArticleRef, set[str]] = {}
    for hit in hits:
        article = hit.passage.article
        found.setdefault(article, words_of_article(article)).update(words_in(hit.passage.text))
    if not found or not _lacking_of_each(alone, found.values()):
        return []
    whole = texts([article.id for article in found])
    for article, words in found.items():
        words |= words_in(whole.get(article.id, ""))
    return _lacking_of_each(alone, found.values())


def _lacking_of_each(wanted: Iterable[Sequence[str]], articles: Collection[Collection[str]]) -> list[str]:
    """Each group of names has to be in one article."""
    return [name for names in wanted for name in min((lacking(names, words) for words in articles), key=len)]


def names_asked(question: str) -> Iterator[str]:
    """Capitalised words inside the question; short ones all in capitals may be initials of what is spelled out.

    "Which Asian country" asks for a kind: the article names the country, and need not say that it is Asian.
    """
    classes = [match.span() for match in _CLASS.finditer(question)]
    for found in _WORD.finditer(question):
        if _OPENS.search(question[: found.start()]) or any(start <= found.start() < end for start, end in classes):
            continue
        word = _POSSESSIVE.sub("", found[0])
        initials = word.isupper() and len(word.replace(".", "")) <= ALIKE
        if word[0].isupper() and not initials and word.casefold() not in _BESIDES:
            yield from (part for part in _PART.split(word) if part[:1].isupper() and len(part) > 1)


def lacking(names: Iterable[str], words: Collection[str]) -> list[str]:
    held = frozenset(words)
    return [name for name in names if not any(map(held.issuperset, _forms(name))) and not _misspelt(name, held)]


def words_of_article(article: ArticleRef) -> set[str]:
    about = (article.title, article.publisher, article.section, article.kind, *article.authors)
    return words_in(" ".join(filter(None, about)))


def words_in(text: str) -> set[str]:
    words = {folded(_POSSESSIVE.sub("", word)) for word in _WORD.findall(text)}
    return words | {part for word in words for part in _PART.split(word)}


Words = frozenset[str]


@cache
def countries() -> Mapping[str, frozenset[Words]]:
    """Each word for a country → all names of it, each as its words, folded."""
    found: dict[str, set[Words]] = {}
    for line in resources.files("byline.answer").joinpath("countries.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            names = [folded(name).split("_") for name in line.split()]
            for words in names:
                found.setdefault(words[0], set()).update(map(frozenset, names))
    return {word: frozenset(names) for word, names in found.items()}


@cache
def others_of(term: str) -> frozenset[Words]:
    """The names of the country of this term, each as its terms."""
    found = [names for word, names in countries().items() if terms(word) == [term]]
    return frozenset(frozenset(terms(" ".join(sorted(name)))) for names in found for name in names)


def folded(word: str) -> str:
    """Without case and accents."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def _forms(name: str) -> frozenset[Words]:
    word = folded(name)
    return countries().get(word, frozenset()) | {frozenset([word])}


def _misspelt(name: str, words: Collection[str]) -> bool:
    word = folded(name)
    allowed = 1 if len(word) < 6 else 2
    return any(
        (len(word) >= ALIKE and word[:ALIKE] == other[:ALIKE]) or _within(word, other, allowed)
        for other in words
        if len(other) >= ALIKE or (len(other) == ALIKE - 1 and other[0] == word[0])
    )


def _within(one: str, other: str, most: int) -> bool:
    """Whether so many letters put in, left out or changed make one of the other."""
    if abs(len(one) - len(other)) > most:
        return False
    above = list(range(len(other) + 1))
    for row, mine in enumerate(one, 1):
        line = [row]
        for column, its in enumerate(other, 1):
            line.append(min(above[column] + 1, line[-1] + 1, above[column - 1] + (mine != its)))
        above = line
    return above[-1] <= most
