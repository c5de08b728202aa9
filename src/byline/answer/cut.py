"""Cuts what a model writes into sentences while it comes. Pure.

Where it is cut depends on the words alone, not on the pieces in which they arrive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from byline.errors import ChatModelError
from byline.ingest.text.sentences import sentence_spans

MOST_CHARACTERS = 1_500
"""Of one sentence; what goes on without an end is no answer."""

_OPEN, _CLOSE = "<think>", "</think>"
_END = re.compile(r"[.!?…。।؟][\"'”’»)\]]*\s*(?:\[[^\]\n]{0,24}\]\s*)*$")


class Cutter:
    """`rest` is what is written of the sentence that is not complete yet."""

    def __init__(self, language: str = "en") -> None:
        self.rest = ""
        self._language = language
        self._thinking: bool | None = None  # None until it is known whether the model shows its thoughts first
        self._unread = ""

    def feed(self, piece: str) -> Iterator[str]:
        """The sentences that are complete now, markers and all. Raises ChatModelError for what is no text."""
        self._unread += piece
        if not self._past_thoughts():
            return
        unread, self._unread = self._unread, ""
        for character in unread:
            self.rest += character
            # a sentence has ended when the first letter of the next one is there, and stays so with its first word
            if character.isspace():
                yield from self._complete()
        if len(self.rest) > MOST_CHARACTERS:
            raise ChatModelError("garbled", "The model wrote a sentence that does not end.")

    def finish(self) -> Iterator[str]:
        """What is left when the model has ended; the last sentence may lack its end."""
        if self._thinking is None:
            self.rest, self._unread = self._unread, ""
        yield from (self.rest[span.start : span.end] for span in sentence_spans(self.rest, self._language))
        self.rest = ""

    def _complete(self) -> Iterator[str]:
        spans = sentence_spans(self.rest, self._language)
        if len(spans) < 2 and not (spans and "\n" in self.rest[spans[0].end :]):
            return
        last = spans[-1] if "\n" not in self.rest[spans[-1].end :] else None
        for span in spans if last is None else spans[:-1]:
            yield self.rest[span.start : span.end]
        self.rest = "" if last is None else self.rest[last.start :]

    def _past_thoughts(self) -> bool:
        if self._thinking is None:
            begun = self._unread.lstrip()
            if not begun or (len(begun) < len(_OPEN) and _OPEN.startswith(begun)):
                return False
            self._thinking = begun.startswith(_OPEN)
        if self._thinking:
            _, closed, after = self._unread.partition(_CLOSE)
            if not closed:
                return False
            self._thinking, self._unread = False, after
        return True


def has_end(sentence: str) -> bool:
    return _END.search(sentence) is not None
