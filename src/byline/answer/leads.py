"""The sentences that a sentence leans on, so that a quote can be understood alone. Pure.

"He said no.", "The move came late." and "China has not." say something only after the sentence before them. English
only; in other languages nothing leans, and nothing is lost. What is in another paragraph, or not in the passage, is not
a lead: it may be about something else.
"""

from __future__ import annotations

import regex  # type: ignore[import-untyped]

from byline.answer.kind import capitals
from byline.types import Passage, Quote, Span

MOST_LEADS = 2

_FEW_WORDS = 4
"""A sentence of that many words or fewer ("China has not.", "Not yet.") takes its sense from the one before."""

_QUOTED = r"[\"'“‘(\[—–-]*\s*"
_BEFORE = (
    "and|but|so|yet|still|or|nor|for|however|then|later|also|instead|indeed|meanwhile|even so|in turn|as a result"
    "|because of|despite|after|before|since|with|from|to|of|in|at|on|by|under|during|among|like|unlike|all|both|some"
    "|many|most|none|neither|one|two|each|half|part|once|when|while|if|though|although|until|where|as"
)
_JOINED = rf"(?:(?:{_BEFORE})(?: of)?,? )*"
_POINTER = regex.compile(
    rf"{_QUOTED}{_JOINED}(?:he|she|they|him|them|his|hers?|theirs?|its|these|such|there (?:he|she|they|it)"
    r"|th(?:is|at)(?! (?:week|month|year|morning|afternoon|evening|day|time|season|summer|winter|spring|autumn|decade"
    r"|century|journal|newspaper|article|report)\b)"
    r"|those(?! (?:who|which|that|with|of|in)\b)"
    r"|it(?! (?:is|was|has been|had been|would be|will be|may be|might be|seems?|seemed|appears?|appeared"
    r"|remains?|took|takes|comes?|came)\b)(?!['’]s\b))(?!\w)",
    regex.IGNORECASE,
)
_TOLD = regex.compile(
    rf"{_QUOTED}{_JOINED}the (?:move|moves|decision|step|steps|deal|plan|proposal|announcement|figures?|number|former"
    r"|latter|same|two|three|pair|others?|first|second|third|last|idea|aim|result|rest|difference|change|case|remark"
    r"|remarks|statement|document|project|mechanism|arrangement|policy|law|bill|order|ruling|vote|meeting|talks)"
    r"(?= (?!of\b|to\b|in\b|for\b|that\b|between\b|on\b|by\b|from\b|about\b|against\b)\p{Ll})",
    regex.IGNORECASE,
)
_HE = regex.compile(r"\b(?:he|she|his|her|him)\b")


def leans(sentence: str) -> bool:
    """Whether it points back to something that it does not name."""
    if _POINTER.match(sentence) or _TOLD.match(sentence) or _is_short(sentence):
        return True
    him = _HE.search(sentence)
    if him is None:
        return False
    inside, first = capitals(sentence[: him.start()])  # "In 2019 he moved to Delhi.", but not "Modi said that he …"
    return not inside and first is None


def leads(passage: Passage, span: Span) -> tuple[Quote, ...]:
    """The sentences before this one that it leans on, at most two, in the order of the passage and of its paragraph."""
    place = passage.sentences.index(span)
    found: list[Quote] = []
    while place and len(found) < MOST_LEADS and leans(passage.slice(passage.sentences[place])):
        before = passage.sentences[place - 1]
        between = Span(before.end, passage.sentences[place].start)
        if "\n\n" in passage.slice(between):
            break
        found.append(Quote(passage, before.start, before.end, passage.slice(before)))
        place -= 1
    return tuple(reversed(found))


def _is_short(sentence: str) -> bool:
    """In a script without capitals, words tell less about what a sentence leaves out."""
    return len(sentence.split()) <= _FEW_WORDS and sentence[:1].isupper()
