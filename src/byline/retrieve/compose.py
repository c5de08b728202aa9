"""A leaning question written anew with what it means in its place, so that it still reads like a question. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex  # type: ignore[import-untyped]

from byline.retrieve.leaning import Leaning
from byline.retrieve.mentions import Mention, words_of

_OF = regex.compile(r"\b(?:is|are|was|were|be|of|about) (?:an?|the|some of the|some|any|one of the)\b[^?]*$", regex.I)
_PLACED = regex.compile(r"\b(?:in|at|on|to|from|near|of|through|via|over|around|get|go|went)\s$", regex.I)
_APPOSED_WORDS = (
    "album band group film movie show song book novel company team series game magazine label character play "
    "single record paper school city country agency ministry party deal treaty treaties agreement corridor "
    "plan "
)
_APPOSED = frozenset(_APPOSED_WORDS.split())


@dataclass(frozen=True, slots=True)
class Meant:
    """What one leaning was found to mean; `chance` that people would have meant it."""

    kind: str
    leaning: Leaning | None
    mention: Mention
    chance: float


def written(question: str, meant: Sequence[Meant]) -> str:
    """The question with what it means put where it leans."""
    text = question
    front, back = "", ""
    for one in sorted(meant, key=lambda one: -(one.leaning.start if one.leaning else -1)):
        if one.leaning is None:
            if one.kind == "besides":
                front = f"other than {one.mention.text}, "
            else:
                back = one.mention.text
            continue
        text = text[: one.leaning.start] + _in_place(one.leaning, one.mention, question) + text[one.leaning.end :]
    if back:
        link = "of" if _OF.search(text) else "with"
        text = regex.sub(r"\s*([?.!]*)\s*$", lambda end: f" {link} {back}{end[1]}", text, count=1)
    if front:
        text = front[0].upper() + front[1:] + (text[0].lower() + text[1:] if not text[:2].isupper() else text)
    return text


def _in_place(leaning: Leaning, mention: Mention, question: str) -> str:
    name = mention.text
    if (mention.kind == "thing" or name.islower()) and not leaning.owns:
        name = f"the {name}"
    if leaning.owns:
        return f"{name}'s" if not name.endswith("s") else f"{name}'"
    if leaning.noun:
        if leaning.noun.split()[-1].lower() in words_of(mention.text) or (
            mention.kind == "thing" and leaning.noun in name
        ):
            return f"the {mention.text}"
        if mention.kind in ("name", "title") and leaning.noun.split()[-1].lower() in _APPOSED:
            return f"the {leaning.noun} {mention.text}"
        return f"the {leaning.noun} of {name}"
    return f"{_where(question, leaning)}{name}"


def _where(question: str, leaning: Leaning) -> str:
    """ "Who works there?" is "Who works in Lyon?"; "from there" has its preposition."""
    if leaning.kind != "place" or _PLACED.search(question[: leaning.start]):
        return ""
    return "in "
