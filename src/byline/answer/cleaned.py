"""What a model wrote, as plain words: no link, image, markup, hidden character or citation number is left. Pure.

A surface escapes what it shows; this is for those that do not, such as somebody's chat client that reads Markdown.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from byline.ingest.text.characters import clean_characters

_MARKER = re.compile(r"[\[【]\s*\^?\d{1,3}(?:\s*[,;–-]\s*\^?\d{1,3})*\s*[\]】](?!\s?\()")
_NUMBER = re.compile(r"\d{1,3}")
_IMAGE = re.compile(r"!\[[^\]]*\]\s?(?:\([^)]*\)?|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\]]*)\]\s?(?:\([^)]*\)?|\[[^\]]*\])")
_NUMBERED_LINK = re.compile(r"\[\s*\^?\d{1,3}\s*\]\s?(?:\([^)]*\)?|\[[^\]]*\])")
_DEFINITION = re.compile(r"^\s*\[[^\]]*\]:.*$", re.MULTILINE)
_TAG = re.compile(r"<!--.*?(?:-->|$)|</?[A-Za-z!?][^<>]*(?:>|$)", re.DOTALL)
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:)?//\S*|\bwww\.\S*"
    r"|\b(?:javascript|vbscript|data|mailto|file|tel|blob):\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}[/?#]\S*"
    r"|\S+@[\w-]+\.\S+",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"\b(?:[a-z0-9-]{2,63}\.)+[a-z]{2,24}\b", re.IGNORECASE)
_LINE_MARK = re.compile(r"^\s*(?:#{1,6}\s|>+|[-*+•]\s|\d{1,2}[.)]\s(?=\S)|[-=_*]{3,}\s*$|```\w*)", re.MULTILINE)
_SYNTAX = re.compile(r"[*`\[\]{}\\|~^【】]|<(?!\s?\d)|(?<![\w\s])>|(?<=\w)>|>(?!\s?\d)|!(?=\()|(?<!\w)_+|_+(?!\w)|\$\$")
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (_DEFINITION, ""), (_IMAGE, ""), (_MARKER, ""), (_NUMBERED_LINK, ""), (_LINK, r"\1"), (_TAG, " "), (_ADDRESS, ""),
    (_LINE_MARK, ""), (_SYNTAX, ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`hints`: the numbers that the writer put as citations, in order, as they were written."""

    text: str
    hints: tuple[int, ...] = ()


def cleaned(raw: str) -> Cleaned:
    """Cleaning what is clean changes nothing."""
    hints = tuple(dict.fromkeys(int(n) for found in _MARKER.findall(raw) for n in _NUMBER.findall(found)))
    text = raw
    while (once := _once(text)) != text:  # what was taken away may have parted what belongs together
        text = once
    return Cleaned(text, hints)


def domains(text: str) -> frozenset[str]:
    """What a client might take for an address: `example.com`."""
    return frozenset(found.casefold() for found in _DOMAIN.findall(text))


def _once(text: str) -> str:
    text = clean_characters(html.unescape(text))
    for pattern, instead in _STEPS:
        text = pattern.sub(instead, text)
    return re.sub(r"\s+([.,;:!?…](?:\s|$))", r"\1", " ".join(text.split()))
