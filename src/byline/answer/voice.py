"""Who says the words of a quoted sentence, as the article names him. Pure.

English speech verbs only; a pronoun is followed back to the last speaker that the passage names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from byline.types import Quote, Sentence

_SAY = (
    r"(?:said|says|told|tells|added|adds|wrote|writes|asked|asks|answered|answers|insisted|insists|warned|warns|replied|"
    r"replies|tweeted|"
    r"(?:argue|explain|declare|state|announce|recall|note|claim|concede|admit|promise)[sd]?(?:ed|ted)? that)"
)
_ENDS = (
    r"(?:said|says|added|adds|wrote|writes|asked|asks|answered|insisted|warned|replied|explained|argued|recalled|noted)"
)
_TITLE = r"(?:Mr|Mrs|Ms|Dr|Prof|Sir|Sen|Rep|Gov|Gen|Col|Lt|St)\.?\s"
_WORD = r"[^\W\d_a-z][\w'’-]*"
_PERSON = rf"(?:{_TITLE})?(?:{_WORD}\s(?:(?:van|von|de|der|den|en|al|bin|la|of|the)\s){{0,2}}){{0,4}}{_WORD}"
_AFTER = re.compile(rf"[,”\"’?!]\s{_ENDS}\s(?P<who>{_PERSON})")
_BEFORE = re.compile(rf"\b(?P<who>{_PERSON})(?:,\s[^“\"]{{1,60}}?,)?\s(?:(?:has|had|also|later)\s|\w+ly\s)?{_SAY}\b")
_ACCORDING = re.compile(rf"\b[Aa]ccording to\s(?P<who>{_PERSON})(?=[,.;)”\"]|$)")
_PRONOUN = re.compile(rf"\b(?:[Hh]e|[Ss]he|[Tt]hey)\s(?:\w+ly\s)?{_SAY}\b|\b{_SAY}\s(?:he|she|they)\b")
_NOBODY = "He She They It We I You The A An This That These There Who Which What Article One Others Some Many"
_NO_ONE = frozenset(_NOBODY.split())
_LEADS_IN = re.compile(r"^(?:And|But|Yet|Later|Then|When|As|While|If|After|Before|Although|Though|In|On|Still)\s")
_MARK = re.compile(r"[“”„«»\"]")
_OPEN, _CLOSE = "“„«", "”»"
LOOK_BACK = 3


def speaker_of(sentence: Sentence) -> str | None:
    """None when the sentence is nobody's speech but the writer's."""
    if not sentence.quotes:
        return None
    quote = sentence.quotes[0]
    sentences = [quote.passage.slice(span) for span in quote.passage.sentences]
    places = [n for n, span in enumerate(quote.passage.sentences) if span.start <= quote.start < span.end]
    if not places:
        return _named(quote.text)
    return _speaker(sentences, places[0], quote)


def _speaker(sentences: Sequence[str], place: int, quote: Quote) -> str | None:
    if who := _named(quote.text):
        return who
    if _PRONOUN.search(quote.text):
        return _named_before(sentences, place)
    if _opened_at(sentences[:place]) or _unclosed(quote.text):
        # inside a quotation that runs over several sentences: who speaks stands where it ends, or before it begins
        for text in sentences[place + 1 : place + 1 + LOOK_BACK]:
            if who := _named(text):
                return who
            if _PRONOUN.search(text) or _closes(text):
                break
        return _named_before(sentences, place)
    if _wholly_quoted(quote.text):
        after = sentences[place + 1] if place + 1 < len(sentences) else ""
        return _named_before(sentences, place) or _named(after)
    return None


def _named(text: str) -> str | None:
    """Of those whom the sentence gives something to say, the one beside its quotation marks, else the first."""
    marks = [mark.start() for mark in _MARK.finditer(text)]
    found: list[tuple[int, int, str]] = []
    for pattern in (_AFTER, _BEFORE, _ACCORDING):
        for attribution in pattern.finditer(text):
            who = _LEADS_IN.sub("", attribution["who"]).removesuffix("'s").removesuffix("’s")
            if who and who.split()[0] not in _NO_ONE:
                ends = (attribution.start(), attribution.end())
                distance = min((abs(mark - end) for mark in marks for end in ends), default=0)
                found.append((distance, attribution.start(), who))
    return min(found)[2] if found else None


def _named_before(sentences: Sequence[str], place: int) -> str | None:
    return next((who for text in reversed(sentences[max(0, place - LOOK_BACK) : place]) if (who := _named(text))), None)


def _unclosed(text: str) -> bool:
    return _balance(text) > 0


def _closes(text: str) -> bool:
    return _balance(text) < 0 or text.count('"') % 2 == 1


def _opened_at(before: Sequence[str]) -> bool:
    """Whether a quotation that was opened in these sentences is still open after them."""
    text = " ".join(before)
    return text.count('"') % 2 == 1 or _balance(text) > 0


def _balance(text: str) -> int:
    straight = text.count('"') % 2
    return sum(text.count(mark) for mark in _OPEN) - sum(text.count(mark) for mark in _CLOSE) or straight


def _wholly_quoted(text: str) -> bool:
    bare = text.strip()
    return len(bare) > 2 and bare[0] in '"' + _OPEN and bare.rstrip(".,")[-1] in '"' + _CLOSE
