"""What kind of answer a question asks for, and whether a text has one. Pure.

English questions only; in other languages nothing is expected, and nothing is lost.
"""

from __future__ import annotations

from typing import Literal

import regex  # type: ignore[import-untyped]

from byline.models.terms import STOP_WORDS

Kind = Literal["number", "time", "name", "place", "reason", "thing"]
"""`name` is who, or which organisation; `thing` is every other, in any language."""

_UNITS = "many|much|long|far|old|large|big|high|often|fast|tall|deep|wide|heavy|hot|cold|expensive|likely"
_AMOUNTS = (
    "percentage|percent|share|number|amount|figure|age|price|cost|size|rate|length|height|width|depth|weight|speed"
    "|distance|population|temperature|target|total|proportion|ratio|value|score"
)
_TIMES = "year|date|day|month|decade|century|time|season|era|period|week"
_PLACES = "country|countries|city|cities|town|state|province|region|continent|place|location|river|county|island|nation"
_NAMED = (
    "person|man|woman|king|queen|president|minister|leader|author|writer|player|actor|actress|artist|scientist|official"
    "|company|companies|organi[sz]ations?|institutions?|individuals?|firms?|agency|agencies|club|team|party|group"
    "|people|name"
)
_ASKING: tuple[tuple[Kind, str], ...] = (
    ("number", rf"how (?:{_UNITS})|(?:what|which)(?: \w+| (?:is|was|are|were) the)? (?:{_AMOUNTS})"),
    ("time", rf"when|(?:what|which) (?:{_TIMES})|how (?:recently|soon)"),
    ("place", rf"where|(?:what|which)(?: \w+)? (?:{_PLACES})"),
    ("name", rf"who|whom|whose|(?:what|which)(?: \w+)? (?:{_NAMED})"),
    ("reason", r"why|how come|(?:what|which)(?: \w+)? (?:reasons?|causes?|caused)|because of what"),
    ("thing", r"what|which|how"),
)
_ASKS = tuple((kind, regex.compile(rf"\b(?:{words})\b", regex.IGNORECASE)) for kind, words in _ASKING)
_SEVERAL = regex.compile(
    r"\b(?:what|which)(?: \w+){0,2}? \w{2,}[^s\W]s\b|\bwhat (?:are|were)\b|\b(?:list|name)\b", regex.IGNORECASE
)
_SPEECH = regex.compile(
    r"\b(?:say|says|said|tell|told|called?|describe[ds]?|claim(?:ed|s)?|argue[ds]?|warn(?:ed|s)?|think|believe[ds]?"
    r"|comment(?:ed)?|react(?:ed)?|respond(?:ed)?|according)\b",
    regex.IGNORECASE,
)

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_NUMBER = regex.compile(
    r"\p{N}+(?:[.,]\p{N}+)*|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
    r"|sixty|seventy|eighty|ninety|half|third|quarter|dozen|hundred|thousand|million|billion|trillion)s?\b",
    regex.IGNORECASE,
)
_YEAR = r"(?<![$€£₹.,\p{N}])\b(?:1\p{N}|20)\p{N}{2}s?\b(?![,.]\p{N})"
_DAY = r"\p{N}{1,2}(?:st|nd|rd|th)?"
_CALENDAR = regex.compile(rf"\b(?:{_DAY} )?(?:{_MONTH})(?: {_DAY}\b)?(?:,? \p{{N}}{{4}})?|{_YEAR}")
_DATE = regex.compile(
    rf"\b(?:1\p{{N}}|20)\p{{N}}{{2}}s?\b|\b(?:{_MONTH})\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
    r"|\b\p{N}+(?:st|nd|rd|th)\b|\b\p{N}+ (?:BC|AD|BCE|CE)\b"
)
_CAPITAL = regex.compile(r"\p{Lu}[\p{L}\p{M}\p{N}]*(?:['’.&-][\p{L}\p{N}]+)*")
_PLACED = regex.compile(
    r"\b(?:in|at|near|from|to|of|on|across|outside|around|between|through|into|towards?)"
    r"(?: the| \p{Ll}+ern| \p{Ll}+)? (\p{Lu}[\p{L}\p{M}]+)"
)
_REASON = regex.compile(
    r"\b(?:because|due to|owing to|as a result|result(?:ed|s|ing)? (?:of|from|in)|caus(?:e|es|ed|ing)|led to|leads to"
    r"|in order to|so that|thanks to|therefore|reasons?|since|for fear|on the grounds?|intended to|aim(?:s|ed)? to"
    r"|blam(?:e|es|ed|ing)|prompted|sparked|driven by|to avoid|to prevent|to protect)\b",
    regex.IGNORECASE,
)
_LIST = regex.compile(r"\w[^,.;:]*, [^,.;:]*,? (?:and|or|as well as) |: [^,;]+[,;] |; [^;]+; ")
_SAID = regex.compile(
    r"[\"“”«]|\b(?:said|says|told|called|describe[ds]|claim(?:ed|s)|argue[ds]|warn(?:ed|s)|thinks|believe[ds]|voiced"
    r"|added)\b",
    regex.IGNORECASE,
)

_KIND_STEMS = "age amount current date day figur name now number person place today valu year"
KIND_TERMS = frozenset(_KIND_STEMS.split())
"""Terms that name the kind of answer or its time, which the answering sentence need not repeat."""


def asked(question: str) -> Kind:
    """The kind of the word that asks and stands first, wherever that is: "In which year …", "Modi met whom?"."""
    found = [
        (match.start(), place, kind) for place, (kind, asks) in enumerate(_ASKS) if (match := asks.search(question))
    ]
    return min(found)[2] if found else "thing"


def asks_for_several(question: str) -> bool:
    """A list is wanted: "Which countries …", "What are …", "Name the …"."""
    return bool(_SEVERAL.search(question))


def asks_what_was_said(question: str) -> bool:
    return bool(_SPEECH.search(question))


def amounts(text: str) -> frozenset[str]:
    """Numbers in digits or words, but for calendar dates and "one", which counts nothing in most sentences."""
    return frozenset(found.casefold() for found in _NUMBER.findall(_CALENDAR.sub(" ", text)))


def dates(text: str) -> frozenset[str]:
    """Years, months, weekdays and ordinals."""
    return frozenset(found.casefold() for found in _DATE.findall(text))


def capitals(sentence: str) -> tuple[frozenset[str], str | None]:
    """Words with a capital inside the sentence, case-folded, and the one that begins it.

    A sentence begins with a capital whether or not it begins with a name.
    """
    inside: set[str] = set()
    first = None
    for match in _CAPITAL.finditer(sentence):
        word = match[0].casefold().removesuffix("'s").removesuffix("’s")
        if len(word) < 2 or word in STOP_WORDS:
            continue
        if match.start() < 4 and not any(map(str.isalnum, sentence[: match.start()])):
            first = word
        else:
            inside.add(word)
    return frozenset(inside), first


def places(sentence: str) -> frozenset[str]:
    """Words with a capital after a preposition of place, case-folded."""
    return frozenset(found.casefold() for found in _PLACED.findall(sentence))


def gives_reason(sentence: str) -> bool:
    return bool(_REASON.search(sentence))


def lists(sentence: str) -> bool:
    return bool(_LIST.search(sentence))


def tells_what_was_said(sentence: str) -> bool:
    return bool(_SAID.search(sentence))
