"""A question that names a writer, or "the opinion piece", asks for that article's words. Pure.

Neither stands in any passage: a header has title, publisher and date. So the articles meant are favoured among the
candidates, and the words that name them are not held against the question where its evidence is of them.

A name counts only where the passages do not use it otherwise, for most names of writers are those of other people too.
None of MultiHop-RAG's 1,312 development questions names one of the 321 writers of its articles by this rule, though
"Lewis", "Wilson" and "Hunter", surnames of some of them, stand in questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from byline.library.visible import Imprint
from byline.models.terms import STOP_WORDS, query_terms
from byline.retrieve.outlets import ONE_NAMED
from byline.types import ArticleRef, Span

OF_WRITER, OF_KIND = 1.0, ONE_NAMED
"""Added to the score, in [0, 1], of an article of the writer or the kind named. A writer whom no passage speaks of is
no hint, as an outlet is that may be spoken about: nothing but his articles can be meant. Chosen by hand."""

MENTIONED = 3
"""Passages that may have the rarest word of a writer's full name: a line of credit, a correction."""

SURNAME = 4
"""Letters of a surname that stands alone in a question."""

_SAYS = r"(?= (?:says?|argues?|thinks?|calls?|proposes?|concludes?)\b)"
_KINDS = {
    "opinion": r"op[- ]?eds?|(?:opinion|comment) (?:piece|page|article|column)s?|columnists?|"
    rf"(?:his|her) (?:column|commentary)|(?:the|this) (?:column|commentary)(?:{_SAYS})",
    "analysis": r"the analysis(?! of\b)",
}
_NAMED_KINDS = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _KINDS.items()}
_ANALYSTS = re.compile(r"\banalysts?\b", re.IGNORECASE)
"""Beside a columnist, who writes an analysis; alone, mostly whom an article quotes."""

_CREDIT = re.compile(r"(?:according to|in the (?:eyes|view|opinion|words) of)\s+(?:the\s+)?$", re.IGNORECASE)
_CREDITED = re.compile(
    r"(?:['’]s? (?:view|opinion|eyes|words|judge?ment|article|piece|column|analysis)\b)?"
    r"(?: and (?:his|her|their) co-?(?:author|writer)s?\b)?"
    r"(?: (?:writes?|wrote|reports?|reported|argues?|argued|thinks?|thought|believes?|believed)\b)?",
    re.IGNORECASE,
)
"""What says before and after a name that it is its view that is asked for."""

_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_POSSESSIVE = re.compile(r"['’]s?$")
_TITLES = "mr mrs ms dr prof professor writer author columnist analyst may will"
_BEFORE = STOP_WORDS | frozenset(_TITLES.split())
"""Capitalised before a surname, these are no first name."""


@dataclass(frozen=True, slots=True)
class Named:
    """Writers and kinds of articles that a question names, and where."""

    writers: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    spans: tuple[Span, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.spans)

    def wrote(self, article: ArticleRef | Imprint) -> bool:
        return not self.writers.isdisjoint(article.authors)

    def means(self, article: ArticleRef | Imprint) -> bool:
        """Of the writers named; of the kinds, where it names no writer."""
        return self.wrote(article) if self.writers else article.kind in self.kinds

    def favour(self, article: ArticleRef | Imprint) -> float:
        """What its score gains."""
        return OF_WRITER * self.wrote(article) + OF_KIND * (article.kind in self.kinds)

    def favoured(self, scores: Mapping[str, float], of: Mapping[str, Imprint]) -> dict[str, float]:
        return {key: score + (self.favour(of[key]) if key in of else 0.0) for key, score in scores.items()}

    def without(self, question: str) -> str:
        """The question with blanks for the words that name them."""
        kept = list(question)
        for place in chain.from_iterable(range(span.start, span.end) for span in self.spans):
            kept[place] = " "
        return "".join(kept)


class Writers:
    """The writers and kinds of a library's articles, found in questions by the last words of their names."""

    def __init__(self, names: Iterable[str], kinds: Collection[str], publishers: Collection[str]) -> None:
        """Without those that are publishers too; one word alone ("News") names nobody."""
        outlets = {name.casefold() for name in publishers}
        self._kinds = frozenset(kinds)
        self._by_last: dict[str, list[str]] = {}
        for name in sorted(names):
            words = name.split()
            if len(words) > 1 and name.casefold() not in outlets:
                self._by_last.setdefault(words[-1].casefold(), []).append(name)

    def named(self, question: str, frequencies: Callable[[Sequence[str]], Mapping[str, int]]) -> Named:
        """`frequencies`: in how many passages each of these terms is."""
        writers = list(self._named_writers(question, frequencies))
        kinds = [
            (Span(*found.span()), kind)
            for kind, words in _NAMED_KINDS.items()
            if kind in self._kinds
            for found in words.finditer(question)
        ]
        if kinds and "analysis" in self._kinds:
            kinds += [(Span(*found.span()), "analysis") for found in _ANALYSTS.finditer(question)]
        return Named(
            frozenset(name for _, name in writers),
            frozenset(kind for _, kind in kinds),
            tuple(_credit(question, span) for span, _ in (*writers, *kinds)),
        )

    def _named_writers(
        self, question: str, frequencies: Callable[[Sequence[str]], Mapping[str, int]]
    ) -> Iterator[tuple[Span, str]]:
        def rarest(name: str) -> int:
            return min(frequencies(query_terms(name)).values(), default=0)

        for found in re.finditer(r"\S+", question):
            word = _POSSESSIVE.sub("", found.group().strip(",;:?!.()\"“”‘’'।"))
            names = self._by_last.get(word.casefold(), [])
            start = found.start() + found.group().find(word)
            end = start + len(word)
            for name in names:
                first = end - len(name)
                whole = first >= 0 and question[first:end].casefold() == name.casefold()
                if whole and not question[:first][-1:].isalnum() and rarest(name) <= MENTIONED:
                    yield Span(first, end), name
                    break
            else:
                alone = len(names) == 1 and _is_surname(names[0], word) and _stands_alone(question, start, end)
                if alone and not rarest(word):
                    yield Span(start, end), names[0]


def _credit(question: str, name: Span) -> Span:
    """The name with what makes it a credit: "in the eyes of …", "…'s view"."""
    before, after = _CREDIT.search(question[: name.start]), _CREDITED.match(question, name.end)
    return Span(before.start() if before else name.start, after.end() if after else name.end)


def _is_surname(name: str, word: str) -> bool:
    """In a script with capitals, and of a name of people: not "Jonathan Liew at Wembley"."""
    return len(word) >= SURNAME and word[0].isupper() and all(part[0].isupper() for part in name.split())


def _stands_alone(question: str, start: int, end: int) -> bool:
    """No other name before or after it makes it somebody else's, or a firm's."""
    before = _WORD.findall(question[:start])[-1:] if question[:start].endswith(" ") else []
    if any(word[0].isupper() and word.casefold().rstrip(".") not in _BEFORE for word in before):
        return False
    return not re.match(r" [^\W\d_a-z]", question[end:]) or not question[end + 1 : end + 2].isupper()
