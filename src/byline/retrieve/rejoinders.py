"""Questions that are only the end of one: "why?", "and in 2020?", "what about energy?", "and before that?". Pure.

They are read as the question before them with the new part in its place, or with it behind when there is no such place.
"""

from __future__ import annotations

import regex  # type: ignore[import-untyped]

from byline.models.terms import STOP_WORDS

_AND = r"(?:(?:and|but|so|or|then|ok|okay),? +)*"
_WHY = regex.compile(
    rf"{_AND}(?P<asked>why not|why(?: (?:so|that) \w+)?|how so|how come|how|since when|until when|when|where|who|"
    rf"by whom|with whom|to whom|for whom|what for|how much|how many|how long|how often|which ones?|"
    rf"(?:before|after|since) (?:that|this|then))[\s?!.]*",
    regex.I,
)
_ABOUT = regex.compile(rf"{_AND}(?:what|how) about (?P<part>.+?)[\s?!.]*", regex.I)
_PART = regex.compile(r"(?:and|or|but) (?P<part>(?:(?:in|on|by|from|for|with|to|at|under|of) )?.+?)[\s?!.]*", regex.I)
_VERB = regex.compile(
    r"\b(?:is|are|was|were|did|do|does|has|have|had|can|could|will|would|should|may|what|who|whom|whose|when|where|why|"
    r"how|which|he|she|it|they|him|them|that|this|any|anything|anyone|else|more|other)\b",
    regex.I,
)
_YEAR = regex.compile(r"\b(?:1[5-9]|20)\d\d\b")
_NAME = regex.compile(r"(?<=\s)\p{Lu}[\p{L}\p{N}’'-]*(?: (?:of |the )*\p{Lu}[\p{L}\p{N}’'-]*)*")
_TAIL = regex.compile(
    r"(?P<link>\b(?:about|on|for|of|in|with|from|over|to|by) )(?P<thing>(?:the )?[\p{Ll}-]+(?: [\p{Ll}-]+)?)$"
)
_MOST_WORDS = 6


def rejoined(question: str, before: str) -> str | None:
    """The question `before` asked anew with the rejoinder; None when the question is none, or nothing is before."""
    body = before.rstrip(" ?!.")
    if not body:
        return None
    if match := _WHY.fullmatch(question):
        return f"{body}, and {_lowered(match['asked'])}?"
    match = _ABOUT.fullmatch(question) or _PART.fullmatch(question)
    if not match or len(match["part"].split()) > _MOST_WORDS or _VERB.search(match["part"]):
        return None
    return f"{_replaced(body, match['part']) or _added(body, match['part'])}?"


def _replaced(body: str, part: str) -> str | None:
    """The part in the place of its like: a year for the year, a name for the only name, a thing for the last thing."""
    link = regex.match(r"(?:in|on|by|from|for|with|to|at|under|of) ", part, regex.I)
    bare = part[link.end() :] if link else part
    years = _YEAR.findall(body)
    if _YEAR.fullmatch(bare):
        return body.replace(years[0], bare) if len(years) == 1 else None
    names = [match for match in _NAME.finditer(body) if match[0].casefold() not in STOP_WORDS]
    if _NAME.fullmatch(" " + bare, 1):
        # "in Moscow" can only stand where another place does
        fit = [m for m in names if not link or body[: m.start()].lower().endswith(link[0].lower())]
        if len(fit) != 1:
            return None
        owning = "’s" if fit[0][0].endswith("’s") else "'s" if fit[0][0].endswith("'s") else ""
        return body[: fit[0].start()] + bare + owning + body[fit[0].end() :]
    tail = _TAIL.search(body)
    if tail and not any(char.isupper() for char in bare) and (not link or link[0].lower() == tail["link"].lower()):
        return body[: tail.start("thing")] + bare
    return None


def _added(body: str, part: str) -> str:
    if regex.match(r"(?:in|on|by|from|for|with|to|at|under|of) ", part, regex.I):
        return f"{body}, and {_lowered(part)}"
    return f"{body}, and what about {part}"


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]
