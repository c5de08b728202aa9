"""What became of quoted words in a later revision: they stand, they were changed, or they are gone. Pure.

Words stand when the paragraph around them does, or when they are whole sentences of the later text: "the bridge is
safe" does not stand in "nobody says that the bridge is safe". Blanks and the shape of quotation marks do not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from byline.ingest.text.sentences import sentence_spans
from byline.types import Span

Kind = Literal["kept", "old", "new"]

ALIKE = 0.4
"""Share of words two sentences have in common, in order, to be taken for one that was edited."""

ALIKE_ELSEWHERE = 0.6
"""The same, for a sentence in another place of the text."""

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\w+(?:[.,:'’-]\w+)*|\s+|[^\w\s]")
_MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Change:
    """A run of text: in both, only in the old words, or only in the new ones."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Correction:
    """`new` is None when nothing in the later text corresponds to the old words."""

    old: str
    new: str | None
    changes: tuple[Change, ...]


def correction(old_text: str, quoted: Span, new_text: str, language: str = "en") -> Correction | None:
    """None when the quoted words still stand in the new text, in their place or elsewhere."""
    words = quoted.within(old_text)
    new = [span.within(new_text) for span in sentence_spans(new_text, language)]
    if _paragraph_stands(old_text, quoted, new_text) or _are_sentences(words, new):
        return None
    found = _successor(old_text, quoted, new, language)
    if found is None:
        return Correction(words, None, (Change("old", words),))
    return Correction(words, found, tuple(_marked(words, found)))


def _paragraph_stands(old_text: str, quoted: Span, new_text: str) -> bool:
    start = old_text.rfind("\n", 0, quoted.start) + 1
    end = old_text.find("\n", quoted.end)
    paragraph = _key(old_text[start : end if end >= 0 else None])
    return paragraph in {_key(line) for line in new_text.split("\n")}


def _are_sentences(words: str, sentences: Sequence[str]) -> bool:
    """Whether `words` are one sentence, or several in a row."""
    wanted = _key(words)
    keys = [_key(sentence) for sentence in sentences]
    for first, key in enumerate(keys):
        row = key
        following = first + 1
        while len(row) < len(wanted) and following < len(keys) and wanted.startswith(row):
            row = f"{row} {keys[following]}"
            following += 1
        if row == wanted:
            return True
    return False


def _successor(old_text: str, quoted: Span, new: Sequence[str], language: str) -> str | None:
    """The sentences of the new text that took the place of the quoted ones."""
    spans = sentence_spans(old_text, language)
    mine = [n for n, span in enumerate(spans) if span.start < quoted.end and quoted.start < span.end]
    if not mine or not new:
        return None
    old = [_key(span.within(old_text)) for span in spans]
    matcher = SequenceMatcher(None, old, [_key(sentence) for sentence in new], autojunk=False)
    place: list[int] = []
    for operation, first, last, start, end in matcher.get_opcodes():
        if operation != "equal" and first <= mine[-1] and mine[0] < last:
            place.extend(range(start, end))
    words = quoted.within(old_text)
    return _closest(words, new, place, ALIKE) or _closest(words, new, range(len(new)), ALIKE_ELSEWHERE)


def _closest(words: str, new: Sequence[str], place: Sequence[int], least: float) -> str | None:
    """The sentence most like `words`, with neighbours in `place` as long as they make it more alike."""
    best = max(place, key=lambda n: _likeness(words, new[n]), default=None)
    if best is None:
        return None
    first = last = best
    reached = _likeness(words, new[best])
    allowed = set(place)
    while True:
        wider = [(f, t) for f, t in ((first - 1, last), (first, last + 1)) if f in allowed and t in allowed]
        scored = [(_likeness(words, " ".join(new[f : t + 1])), f, t) for f, t in wider]
        likeness, f, t = max(scored, default=(0.0, first, last))
        if likeness <= reached:
            break
        reached, first, last = likeness, f, t
    return " ".join(new[first : last + 1]) if reached >= least else None


def _likeness(one: str, other: str) -> float:
    mine, its = (_WORD.findall(_key(text).casefold()) for text in (one, other))
    return float(SequenceMatcher(None, mine, its, autojunk=False).ratio())


def _marked(old: str, new: str) -> list[Change]:
    """Word by word; a lone blank between two changed words belongs to the change."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    matcher = SequenceMatcher(None, [_key(t) for t in before], [_key(t) for t in after], autojunk=False)
    marked: list[Change] = []
    out: list[str] = ["", ""]

    def flush() -> None:
        marked.extend(Change(kind, text) for kind, text in zip(_CHANGED, out, strict=True) if text)
        out[:] = ["", ""]

    opcodes = matcher.get_opcodes()
    for number, (operation, i1, i2, j1, j2) in enumerate(opcodes):
        same = "".join(after[j1:j2])
        if operation == "equal" and not (same.isspace() and 0 < number < len(opcodes) - 1):
            flush()
            marked.append(Change("kept", same))
        else:
            out[0] += "".join(before[i1:i2])
            out[1] += same
    flush()
    return marked


_CHANGED: tuple[Kind, Kind] = ("old", "new")


def _key(text: str) -> str:
    """What counts of a text: not its blanks, not the shape of its marks."""
    return " ".join(text.translate(_MARKS).split()) or " "
