"""Lines of pages → paragraphs: what repeats on every page goes, words cut at a line's end are joined again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

_EDGE = 3
"""How many lines from the top and the bottom of a full page may be its header or footer."""
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|p\.|seite|página|стр\.?)?\s*\d{1,4}(?:\s*(?:/|of|von|de)\s*\d{1,4})?\W*\Z", re.IGNORECASE
)
_ENDS = (".", "!", "?", "…", ":", "”", '"', "’", ")", "]", "»", "。", "！", "？", "।", "؟")
_ITEM = re.compile(r"(?:[•▪‣◦*–-]|\d{1,2}[.)]|[a-z]\))\s")
_HYPHENS = ("-", "\u2010", "\xad")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
"""Shapes of type, not letters: nobody searches for `eﬃcient`."""
_DIGITS = re.compile(r"\d+")


def paragraphs(pages: Sequence[str]) -> list[str]:
    """One string per paragraph of all pages, in their order."""
    split = [[" ".join(line.split()) for line in page.split("\n")] for page in pages]
    return list(_joined(_without_running_lines(split)))


def _without_running_lines(pages: list[list[str]]) -> list[str]:
    """Lines of all pages; those that stand at the edge of half the pages are left out, and page numbers with them."""
    counted: Counter[str] = Counter()
    for page in pages:
        counted.update({_shape(page[index]) for index in _edges(page)})
    often = max(2, len(pages) / 2)
    running = {shape for shape, times in counted.items() if len(pages) > 1 and times >= often and shape}
    kept: list[str] = []
    for page in pages:
        gone = {
            index
            for index in _edges(page)
            if _shape(page[index]) in running or (len(pages) > 1 and _PAGE_NUMBER.match(page[index]))
        }
        kept += [line for index, line in enumerate(page) if index not in gone]
    return kept


def _edges(page: Sequence[str]) -> set[int]:
    lines = [index for index, line in enumerate(page) if line]
    edge = min(_EDGE, 1 + len(lines) // 8)
    return set(lines[:edge] + lines[-edge:])


def _shape(line: str) -> str:
    """The line with its numbers made alike: `Page 3` and `Page 4` are one."""
    return _DIGITS.sub("0", line).casefold()


def _joined(lines: Sequence[str]) -> Iterator[str]:
    width = _usual_width(lines)
    paragraph = ""
    for index, line in enumerate(lines):
        if not line:
            # Some programs put an empty line after each line: mid-sentence it parts nothing.
            following = next((after for after in lines[index + 1 : index + 4] if after), "")
            if paragraph and not (following[:1].islower() and len(paragraph) >= 0.6 * width):
                yield paragraph
                paragraph = ""
            continue
        if paragraph and _begins_anew(line, lines[index - 1], width):
            yield paragraph
            paragraph = ""
        paragraph = _with(paragraph, line)
    if paragraph:
        yield paragraph


def _begins_anew(line: str, before: str, width: float) -> bool:
    if _ITEM.match(line):
        return True
    if not before or before.endswith(_HYPHENS):
        return False
    # A line that stops well short of the others is the last of its paragraph, or a heading.
    short = len(before) < 0.7 * width
    return short and (before.endswith(_ENDS) or not line[:1].islower())


def _usual_width(lines: Sequence[str]) -> float:
    """How long a full line is here: the upper quartile of lines."""
    lengths = sorted(len(line) for line in lines if line)
    return lengths[len(lengths) * 3 // 4] if lengths else 0


def _with(paragraph: str, line: str) -> str:
    line = line.translate(_LIGATURES)
    if not paragraph:
        return line
    if paragraph.endswith(_HYPHENS) and len(paragraph) > 1 and paragraph[-2].isalpha() and line[:1].islower():
        return paragraph[:-1] + line
    return f"{paragraph} {line}"
