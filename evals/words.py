"""Whether a text holds an answer, compared as SQuAD does it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_POINT = "point"  # letters, which stay


def normal(text: str) -> str:
    """As SQuAD compares answers: lower case, without punctuation and articles, blanks folded.

    A decimal point stays: 4.9 is not 49.
    """
    text = re.sub(r"(?<=\d)\.(?=\d)", _POINT, unicodedata.normalize("NFC", text).lower())
    kept = "".join(c for c in text if unicodedata.category(c)[0] not in "PS")
    return " ".join(word for word in kept.split() if word not in ("a", "an", "the"))


def missing(text: str, groups: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The groups of which the text has no alternative as whole words."""
    words = f" {normal(text)} "
    return [group for group in groups if not any(f" {normal(alternative)} " in words for alternative in group)]


def holds(text: str, groups: Sequence[Sequence[str]]) -> bool:
    """Whether the text has, as whole words, an alternative of every group."""
    return not missing(text, groups)
