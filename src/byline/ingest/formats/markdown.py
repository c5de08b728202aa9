"""Turns wrapped text, Markdown above all, into one line per paragraph, which is what `clean_text` reads.

Emphasis, links and images are left to `markup.py`; here only lines are put together, taken apart or unmarked.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

_HEADING = re.compile(r"#{1,6}(?:\s|$)")
_STANDS_ALONE = re.compile(r"#{1,6}(?:\s|$)|[|]|(?:[-*_]\s*+){3,}\Z")
_ITEM = re.compile(r"(?:[-*+•]|\d{1,9}[.)])\s")
_FENCE = re.compile(r"`{3,}[^`]*\Z|~{3,}[^~]*\Z")
_SETEXT = {"=": "# ", "-": "## "}
_REFERENCE = re.compile(
    r" {0,3}\[([^\[\]^\n]{1,200})\]: *<?([^\s<>]+)>?(?: +(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))? *\Z"
)
_REFERRING = re.compile(r"(!?)\[([^\[\]\n]*+)\]\[([^\[\]\n]*+)\]")
_ESCAPED = re.compile(r"\\([!\"#$%'()*+,./:;=?@\[\]^_{|}~-])")
_SENTENCE_END = (".", "!", "?", "…", ":", ";", "”", '"', "’", ")", "]", "।", "。", "！", "？", "؟", "۔")


def looks_wrapped(text: str) -> bool:
    """True when most line breaks inside paragraphs fall in mid-sentence, as in plain text wrapped at a width."""
    lines = [line.strip() for line in text.split("\n")]
    breaks = [(line, after) for line, after in itertools.pairwise(lines) if line and after]
    inside = [
        line
        for line, after in breaks
        if 40 <= len(line) <= 120 and after[0].islower() and not line.endswith(_SENTENCE_END)
    ]
    return len(inside) >= 2 and 2 * len(inside) > len(breaks)


def unwrap(text: str) -> str:
    """Each paragraph, heading, list item, table row and line of fenced code of `text` on a line of its own."""
    return "\n".join(_joined(_without_references(text.split("\n"))))


def _joined(lines: list[str]) -> Iterator[str]:
    paragraph: list[str] = []
    fence = ""
    for line in lines:
        stripped = line.strip()
        if fence:
            if stripped.startswith(fence) and not stripped.strip(fence[0]):
                fence = ""
            else:
                # A comment in a program is not a heading of the article.
                yield stripped.lstrip("#").lstrip() if _HEADING.match(stripped) else stripped
            continue
        stripped = _unquoted(stripped)
        if _FENCE.match(stripped):
            fence = stripped[: len(stripped) - len(stripped.lstrip(stripped[0]))]
        mark = _underline(stripped) if paragraph else None
        if mark:
            yield mark + " ".join(paragraph)
            paragraph.clear()
            continue
        if paragraph and (not stripped or fence or _ITEM.match(stripped) or _STANDS_ALONE.match(stripped)):
            yield " ".join(paragraph)
            paragraph.clear()
        if not stripped or fence:
            continue
        if _STANDS_ALONE.match(stripped):
            yield stripped
            continue
        paragraph.append(_ESCAPED.sub(r"\1", stripped.rstrip("\\").rstrip()))
        if line.endswith(("  ", "\\")):
            yield " ".join(paragraph)
            paragraph.clear()
    if paragraph:
        yield " ".join(paragraph)


def _unquoted(line: str) -> str:
    while line.startswith(">"):
        line = line[1:].lstrip()
    return line


def _underline(line: str) -> str | None:
    """The heading mark that a line of `===` or `---` gives the paragraph above it."""
    return _SETEXT.get(line[0]) if len(line) >= 3 and not line.strip(line[0]) else None


def _without_references(lines: list[str]) -> list[str]:
    """Link definitions (`[1]: https://…`) are taken out, and `[words][1]` becomes its words."""
    found = [_REFERENCE.match(line) if "]:" in line else None for line in lines]
    labels = {definition[1].casefold() for definition in found if definition}
    if not labels:
        return lines

    def words(link: re.Match[str]) -> str:
        if (link[3] or link[2]).casefold() not in labels:
            return link[0]
        return "" if link[1] else link[2]

    return [_REFERRING.sub(words, line) for line, definition in zip(lines, found, strict=True) if not definition]
