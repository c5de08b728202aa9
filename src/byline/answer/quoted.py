"""What stands inside quotation marks, and whether it is verbatim. Pure.

Marks, dashes, blanks and the case of letters may differ, an ellipsis or a bracket may leave words out; a word may not.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r"“([^”“]+)”|\"([^\"]+)\"|„([^“”]+)[“”]|«([^»]+)»|(?<![\w])[‘']([^‘’'][^‘’]*?)[’'](?!\w)")
_LEFT_OUT = re.compile(r"\.\.\.|…|\[[^\]]*\]")
_MARKS = str.maketrans({"’": "'", "‘": "'", "“": " ", "”": " ", '"': " ", "–": "-", "—": "-", "\u00a0": " "})
_ARTICLE = re.compile(r"^(?:the|an?) (?=\w)")
_EDGE = " \t.,;:!?-'"


def quoted_in(text: str) -> tuple[str, ...]:
    """The words inside each pair of marks, as written."""
    found = (next(part for part in match.groups() if part) for match in _QUOTED.finditer(text))
    return tuple(words for words in found if any(map(str.isalnum, words)))


def verbatim(quoted: str, source: str) -> bool:
    """Whether these words are in `source`, whole words in a row."""
    text, at = f" {_plain(source)} ", 0
    for part in _LEFT_OUT.split(quoted):
        if wanted := _ARTICLE.sub("", _plain(part).strip(_EDGE)):
            found = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)").search(text, at)
            if found is None:
                return False
            at = found.end()
    return True


def _plain(text: str) -> str:
    return " ".join(text.translate(_MARKS).casefold().split())
