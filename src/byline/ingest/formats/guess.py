"""What a text without fields lets us infer: its title and, if it says so plainly, its date."""

from __future__ import annotations

import re
from datetime import datetime

from byline.ingest.formats.dates import FULL_DATE, parse_date
from byline.ingest.text.sentences import sentence_spans

_HEADLINE_WORDS = 20
_HEADLINE_LENGTH = 140
_TITLE_LENGTH = 100
_NOT_HEADLINE = (".", ",", ";", ":", "”", '"', "।", "。")
_HEADING = re.compile(r"#{1,6} ")
_FIRST_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


def first_heading(text: str) -> str | None:
    """The first `# ` heading of a canonical text."""
    found = _FIRST_HEADING.search(text)
    return found[1] if found else None


def guess_title(text: str) -> tuple[str, str]:
    """(title, note) of a canonical text: its first line if that reads like a headline, else its first sentence."""
    lines = text.split("\n\n", 2)
    first = _HEADING.sub("", lines[0])
    if len(lines) > 1 and _is_headline(first):
        return first, "title guessed from the first line"
    prose = next((line for line in text.split("\n\n") if not _HEADING.match(line)), text)
    span = sentence_spans(prose[:2000])[0]
    return _shortened(prose[span.start : span.end]), "title guessed from the first sentence"


def without_title(text: str, title: str) -> str:
    """`text` without a first line that only repeats `title`, unless it reads like prose or nothing would be left."""
    first, _, rest = text.partition("\n\n")
    words = _HEADING.sub("", first)
    repeats = _comparable(words) == _comparable(title) and (words != first or _is_headline(words))
    return rest if rest and repeats else text


def guess_date(text: str) -> tuple[datetime | None, str | None]:
    """(date, note): the one full date in the first lines, or in the whole text. Several different ones decide none."""
    for part in ("\n\n".join(text.split("\n\n", 3)[:3])[:600], text):
        named = {date: match[0] for match in FULL_DATE.finditer(part) if (date := parse_date(match[0]))}
        if len(named) == 1:
            date, words = next(iter(named.items()))
            return date, f"published guessed from {words!r} in the text"
        if named:
            return None, "published unknown: the text names several dates"
    return None, None


def _is_headline(line: str) -> bool:
    return (
        len(line) <= _HEADLINE_LENGTH
        and len(line.split()) <= _HEADLINE_WORDS
        and not line.endswith(_NOT_HEADLINE)
        and any(char.isalpha() for char in line)
        and not line[0].islower()
    )


def _shortened(sentence: str) -> str:
    if len(sentence) <= _TITLE_LENGTH:
        return sentence
    cut = sentence[:_TITLE_LENGTH]
    return (cut[: cut.rfind(" ")] if " " in cut[40:] else cut).rstrip(" ,;:–—-") + "…"


def _comparable(line: str) -> str:
    return re.sub(r"\W+", " ", line).strip().casefold()
