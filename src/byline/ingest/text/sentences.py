"""Where sentences begin and end: `sentencex`, line by line, with the joins and cuts that news needs.

What it gets wrong in real articles is put right below: `1.` before a name, `9 p.m. ET`, `e.g. That`, `The U.S. said no.
Sales rose`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from sentencex import get_sentence_boundaries

from byline.types import Span

# sentencex is quadratic in a run of opening quotes (measured: 3 CPU-s for 100 kB), so a long line goes in windows.
_WINDOW = 6000

_NUMBER_ONLY = re.compile(r"\W*(?:\d{1,3}|[ivxIVX]{1,4}|[A-Za-z])[.)]\W*\Z")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(“\"'‘/])(?:e\.g|i\.e|cf|viz|vs|Smt|Shri|Sri|Kum|Pt|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Capt|Cpl|Gov"
    r"|Sen|Rep|Rev|Hon|St|Rs|Messrs|M/s|Adm|Cmdr|Brig|Maj|Supt|Insp)\.\s*\Z"
)
_BEFORE_NUMBER = re.compile(
    r"(?:^|[\s(“\"'‘])(?:No|Nos|Vol|vol|ch|Ch|pp?|Art|Sec|Fig|fig|para|Rs|Jan|Feb|Mar"
    r"|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.\s*\Z"
)
_CLOCK = re.compile(r"\b[ap]\.m\.\s*\Z")
_AFTER_CLOCK = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Jan|Feb|Mar|Apr|May|June|July|Aug|Sep|Oct|Nov|Dec"
    r"|[ECMP][DS]?T|GMT|UTC|BST|IST|CES?T|AE[DS]T|Eastern|Central|Pacific|Mountain|local)\b"
)
_HIDDEN_END = re.compile(r"\bno\.\s+(?=[A-Z][a-z]|I\b)")
_OPENING_AT_END = re.compile(r"(?<=\s)[\"'“‘(\[]\s*\Z")


def sentence_spans(text: str, language: str = "en") -> list[Span]:
    """Sentences of `text` as spans without surrounding blanks, in order. A line break ends a sentence.

    Together they cover every character that is not blank, once. `language` is a code such as `en` or `pt-BR`.
    """
    spans: list[Span] = []
    start = 0
    for line in text.split("\n"):
        spans.extend(_in_line(line, start, language))
        start += len(line) + 1
    return spans


def _in_line(line: str, offset: int, language: str) -> Iterator[Span]:
    if not line.strip():
        return
    cuts = [0, *_cuts(line, language), len(line)]
    for start, end in itertools.pairwise(cuts):
        words = line[start:end]
        if stripped := words.strip():
            start += len(words) - len(words.lstrip())
            yield Span(offset + start, offset + start + len(stripped))


def _cuts(line: str, language: str) -> list[int]:
    """Where one sentence ends and the next begins, strictly inside the line, ascending."""
    found: set[int] = set()
    start = 0
    while start < len(line):
        window = _boundaries(line[start : start + _WINDOW], language)
        if start + _WINDOW >= len(line):
            found.update(start + cut for cut in window)
            break
        # The last sentence of a window may go on in the next one.
        kept = window if window else [_WINDOW]
        found.update(start + cut for cut in window)
        start += kept[-1]
    found.update(match.end() for match in _HIDDEN_END.finditer(line) if _outside_quotation(line[: match.end()]))
    return _joined(line, sorted(cut for cut in found if 0 < cut < len(line)))


def _outside_quotation(before: str) -> bool:
    return before.count("“") <= before.count("”") and before.count('"') % 2 == 0


def _boundaries(text: str, language: str) -> list[int]:
    # Its offsets are code points, beyond the BMP too; it refuses lone surrogates, which stand for one code point each.
    whole = text.encode("utf-8", "replace").decode() if _has_surrogate(text) else text
    return [
        cut for found in get_sentence_boundaries(language, whole) if 0 < (cut := int(found["start_index"])) < len(text)
    ]


def _has_surrogate(text: str) -> bool:
    return not text.isascii() and re.search("[\ud800-\udfff]", text) is not None


def _joined(line: str, cuts: list[int]) -> list[int]:
    kept: list[int] = []
    for index, cut in enumerate(cuts):
        start = kept[-1] if kept else 0
        end = cuts[index + 1] if index + 1 < len(cuts) else len(line)
        before, after = line[start:cut], line[cut:end]
        opening = _OPENING_AT_END.search(before)
        if opening and opening.start():
            cut = start + opening.start()
            before, after = line[start:cut], line[cut:end]
        if not _belong_together(before, after):
            kept.append(cut)
    return kept


def _belong_together(before: str, after: str) -> bool:
    if not any(map(str.isalnum, before)) or not any(map(str.isalnum, after)):
        return True
    tail = before[-20:]
    if len(before) < 12 and _NUMBER_ONLY.match(before):
        return True
    if _ABBREVIATED.search(tail) or (_BEFORE_NUMBER.search(tail) and after[0].isdigit()):
        return True
    return _CLOCK.search(tail) is not None and _AFTER_CLOCK.match(after) is not None
