"""Which words of an unfinished sentence a reader may watch arriving. Pure.

Only words that stand in what the model was shown, in the question, or in no sentence in particular ("the", "was"): at
the first other one the rest of the sentence waits until it is checked. So nothing that a model makes up, or was made to
say, is on a page before it has failed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from byline.models.terms import STOP_WORDS, terms

_PLAIN = re.compile(r"[\"'“‘(]?\w+(?:[-'’.,:&%]\w+)*[%]?[\"'”’)]?[.,;:!?…]?[\"'”’)]?")


class Pending:
    def __init__(self, known: Iterable[str]) -> None:
        self._known = {term for text in known for term in terms(text)} | {t for word in STOP_WORDS for t in terms(word)}
        self._shown = ""
        self._stopped = False

    def more(self, rest: str) -> str:
        """What can be shown of this unfinished sentence beyond what was."""
        if self._stopped:
            return ""
        added = ""
        at = len(self._shown)
        while (end := _end_of_word(rest, at)) is not None:
            word = rest[at:end]
            if not self._is_known(word.strip()):
                self._stopped = True
                break
            added += word
            at = end
        self._shown += added
        return added

    def begun(self, words: str) -> bool:
        """Whether something of the sentence was shown before these words."""
        return len(self._shown) > len(words)

    def settle(self) -> str:
        """What was shown of the sentence that is complete now; the next one begins."""
        shown, self._shown, self._stopped = self._shown, "", False
        return shown

    def _is_known(self, word: str) -> bool:
        return _PLAIN.fullmatch(word) is not None and not set(word) & {"_", "/"} and self._known.issuperset(terms(word))


def _end_of_word(text: str, at: int) -> int | None:
    """Where the word at `at` has ended and the blank after it begins; None while it may go on."""
    start = at
    while start < len(text) and text[start].isspace():
        start += 1
    end = start
    while end < len(text) and not text[end].isspace():
        end += 1
    return end if start < end < len(text) else None
