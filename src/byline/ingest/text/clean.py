"""The canonical text of an article, which every quote is a slice of.

One line is one heading (`# …`) or one paragraph, list item or table row; lines are separated by exactly one blank line.
A line break in the input ends a paragraph; text whose lines are wrapped goes through `markdown.py` first, which joins
them.
"""

from __future__ import annotations

import re

from byline.ingest.formats.markup import defuse, strip_markup
from byline.ingest.text.characters import clean_characters

# Real text settles after two or three rounds; only markup escaped again and again needs more.
_ROUNDS = 6

_RULE = re.compile(r"[-*_=~#|+•\s]++\Z")
_HEADING = re.compile(r"(#{1,6}) (.*)\Z")
_IMAGE_PATH = re.compile(
    r"[^\s<>]+\.(?:avif|bmp|gif|heic|ico|jpe?g|png|svg|tiff?|webp)(?:[?#]\S*)?[)\]>\"']*\Z", re.IGNORECASE
)
_LINK = r"(?=.*(?:https?://|www\.|@\w|\b(?:facebook|instagram|linkedin|telegram|twitter|whatsapp|youtube)\b))"
_STORIES = (
    r"(?=.{0,80}?\b(?:stories|story|news|updates?|articles?|videos?|coverage|information|details|insights|headlines"
    r"|content)\b)"
)
_CALL = r"(?=.{0,120}?\b(?:follow|visit|subscribe|like|join|download|click)\b)"
_PLATFORM = r"(?:(?:twitter|x|facebook|instagram|threads)(?: at)? )?"
_PROMOTIONS = (
    r"(?:advertisement|advertising|share this (?:article|story)|scroll (?:down )?to continue(?: reading)?)[.:]?\Z",
    r"(?:story |article )?continues (?:below|after)(?: this)? (?:ad|advertisement)[.:]?\Z",
    rf"for (?:more|all the latest|the latest)\b{_STORIES}{_CALL}{_LINK}",
    rf"(?:follow|like|find|join) us (?:on|at|here)\b{_LINK}",
    rf"(?:follow|subscribe to|sign up for) (?:our|the) .{{0,80}}?\b(?:newsletters?|channel|page|app|account)\b{_LINK}",
    rf"(?:follow|reach|contact) [^.]{{1,60}} (?:on|at) {_PLATFORM}(?:https?://\S+|@\w+)[.]?\Z",
    r"(?:more|read more|see more|also read|read also|also see|related|watch)\b[^.:]{0,60}: ?https?://\S+\Z",
)
_PROMOTION = re.compile("|".join(_PROMOTIONS), re.IGNORECASE)
_PROMOTION_LENGTH = 400


def _clean_line(line: str) -> str | None:
    """The line as it stands in a canonical text, or None when it says nothing: rules, image paths, advertising."""
    line = line.strip()
    if not line or _RULE.match(line):
        return None
    if " " not in line and _IMAGE_PATH.match(line):
        return None
    if len(line) <= _PROMOTION_LENGTH and _PROMOTION.match(line):
        return None
    heading = _HEADING.match(line)
    if heading is None:
        return line
    words = heading[2].split(" ")
    while words and not words[-1].strip("#"):
        words.pop()
    return " ".join([heading[1], *words])


def _once(text: str) -> str:
    lines = (_clean_line(line) for line in clean_characters(strip_markup(text)).split("\n"))
    return "\n\n".join(line for line in lines if line)


def clean_text(raw: str) -> str:
    """The canonical text of `raw`. Idempotent; linear in its length; loses no word of prose. May be empty."""
    text = clean_characters(raw)
    for _ in range(_ROUNDS):
        before, text = text, _once(text)
        if text == before:
            return text
    text = defuse(text)
    while (after := _once(text)) != text:
        text = after
    return text


def clean_line(raw: str) -> str:
    """A title or a name: the same cleaning, on one line, keeping words that would be advertising in an article."""
    text = clean_characters(raw)
    for _ in range(_ROUNDS):
        before, text = text, clean_characters(strip_markup(text))
        if text == before:
            break
    return " ".join(text.split())
