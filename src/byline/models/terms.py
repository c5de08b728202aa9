"""The one definition of a search term, for BM25 over passages, BM25 over sentences and term coverage.

A term is a case-folded word without accents, stemmed as English when it is written in Latin script, where "rose" is
"rise" too (`irregular_verbs.txt`). Scripts without spaces between words (Chinese, Japanese, Thai) are not segmented: a
run of characters is one term.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from threading import Lock
from typing import Protocol

import regex  # type: ignore[import-untyped]

from byline.types import Passage

# In order: numbers with separators ("1,000", "3.5bn"), dotted acronyms ("U.S.", "u.s.'s"), words ("don't", "covid19").
_WORD = regex.compile(
    r"\p{N}+(?:[.,]\p{N}+)+[\p{L}\p{M}\p{N}]*"
    r"|\p{L}(?:\.\p{L})+(?![\p{L}\p{M}\p{N}])(?:\.?'[sS](?![\p{L}\p{M}\p{N}]))?"
    r"|[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:'\p{L}[\p{L}\p{M}\p{N}]*)*"
)
_LATIN = regex.compile(r"[\p{Latin}\p{M}]+")
_ACCENTED = regex.compile(r"(\p{Latin})\p{M}+")
_GROUPED = regex.compile(r"\p{N}{1,3}(?:,\p{N}{3})+|\p{N}{1,2}(?:,\p{N}{2})+,\p{N}{3}")  # 1,000,000 and 10,00,000
_APOSTROPHES = "\u2019\u2018\u02bc"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_UNDIVIDED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})

# The words a question is made of, whatever it is about; apostrophes are gone by the time they are compared. "may" and
# "will" are not here: one is a month and the other a name.
_STOP_WORDS = (
    "a about after again against all also am an and any are arent as at be because been before being between "
    "both but by can cannot cant could couldnt did didnt do does doesnt doing dont down during each few for "
    "from further had hadnt has hasnt have havent having he her here hers herself him himself his how however "
    "i if im in into is isnt it its itself ive just like many me more most much my myself no nor not of off on "
    "once only or other our ours ourselves out over own please said same say says she should shouldnt so some "
    "such tell tells told than that the their theirs them themselves then there these they this those through to "
    "too under until up us very was wasnt we were werent what whats when where which while who whom whos whose why "
    "with wont would wouldnt you your yours yourself yourselves "
)
STOP_WORDS = frozenset(_STOP_WORDS.split())


class _Stems(Protocol):
    def stemWord(self, word: str) -> str: ...


def terms(text: str) -> list[str]:
    """The terms of a text in order, repeats kept; never fails. Case does not matter, and terms are their own terms.

    "U.S.", "u.s." and "US" are all the term "us", as is the pronoun: an index cannot tell them apart once a headline
    is in capitals, and the pronoun is rare in reporting. `query_terms` does tell them apart.
    """
    return [term for word in _words(text) for term in _normal(word)]


def passage_terms(passage: Passage) -> list[str]:
    """What BM25 knows of a passage: its article's header, its heading and its text."""
    return list(_terms_read("\n".join(filter(None, (passage.article.header, passage.heading, passage.text)))))


@lru_cache(maxsize=512)
def _terms_read(text: str) -> tuple[str, ...]:
    """A passage that is read is asked about more than once, by one question and by the next."""
    return tuple(terms(text))


def query_terms(text: str) -> list[str]:
    """The terms of a question without its stop words; all of them when nothing else is left.

    A stop word that is an acronym stays: dotted ("U.S."), or in capitals among words that are not ("US", "WHO", "IT").
    """
    shouted = text.upper() == text
    kept = [term for word in _words(text) if not _is_stop(word, shouted) for term in _normal(word)]
    return kept or terms(text)


def _words(text: str) -> Iterator[str]:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        for character in _APOSTROPHES:  # ten times as fast as str.translate, and every sentence shown is read this way
            text = text.replace(character, "'")
        for character in _INVISIBLE:
            text = text.replace(character, "")
    return iter(_WORD.findall(text))


@lru_cache(maxsize=1 << 14)
def _is_stop(word: str, shouted: bool) -> bool:
    name = word.removesuffix("'s")
    if "." in word or (len(name) > 1 and name.isupper() and not shouted):
        return False
    return _bare(word) in STOP_WORDS


def _bare(word: str) -> str:
    """Case-folded, without a possessive 's and other apostrophes."""
    return word.casefold().removesuffix("'s").replace("'", "")


@lru_cache(maxsize=1 << 17)
def _normal(word: str) -> tuple[str, ...]:
    if word[0].isnumeric() and ("," in word or "." in word):
        return tuple(_number(word.casefold()))
    bare = _bare(word).replace(".", "")
    folded = _fold(bare)
    return (_stem(folded) if _LATIN.fullmatch(folded) else folded,)


def _number(word: str) -> list[str]:
    """ "1,000" → 1000; "3.5bn" stays; commas that do not group thousands separate numbers."""
    whole, *rest = word.split(".")
    digits = regex.match(r"[\p{N},]*", whole)[0]
    if _GROUPED.fullmatch(digits):
        whole = whole.replace(",", "")
    return [part for part in ".".join([whole, *rest]).split(",") if part]


def _fold(word: str) -> str:
    """Latin letters lose their accents; marks of other scripts are vowels and stay."""
    if word.isascii():
        return word
    plain = _ACCENTED.sub(r"\1", unicodedata.normalize("NFD", word)).translate(_UNDIVIDED)
    return unicodedata.normalize("NFKC", plain)


def _stem(word: str) -> str:
    """The English Snowball stem of the base form, taken again until it stays: a stem must find itself."""
    with _STEMMING:  # the stemmer has one buffer
        while (shorter := _english().stemWord(_bases().get(word, word))) != word:
            word = shorter
    return word


@cache
def _bases() -> Mapping[str, str]:
    """Past form of an irregular English verb → its base form."""
    verbs = resources.files("byline.models").joinpath("irregular_verbs.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in verbs.splitlines() if not line.startswith("#")]
    return {form: base for base, *forms in rows for form in forms}


_STEMMING = Lock()


@cache
def _english() -> _Stems:
    import Stemmer

    stemmer: _Stems = Stemmer.Stemmer("english")
    return stemmer
