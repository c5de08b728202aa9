"""Cuts a sentence too long for a passage where it hurts least: after a sentence in a quotation, a clause, a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from byline.protocols import TokenCounter
from byline.types import Span

_WORD = re.compile(r"\S+\s*")
_BREAKS = (re.compile(r"[.!?…।。！？][\"'”’)\]]*\s*\Z"), re.compile(r"[;:—–]\s*\Z"), re.compile(r"[,)\]”]\s*\Z"))
# A break is taken when it leaves a piece at least this full.
_FULL = 0.5
# Words longer than this many characters per token of the bound are cut without asking whether they would fit.
_CHARACTERS_PER_TOKEN = 16


def shortened(text: str, span: Span, max_tokens: int, count_tokens: TokenCounter) -> Iterator[Span]:
    """Consecutive spans within `span`, each at most `max_tokens`, covering every character of it that is not blank."""
    pending: list[tuple[Span, int]] = []
    used = 0
    for word in _words(text, span, max_tokens, count_tokens):
        tokens = count_tokens(word.within(text))
        while pending and used + tokens > max_tokens:
            cut = _cut(text, pending, used)
            yield from _checked(text, [piece for piece, _ in pending[:cut]], max_tokens, count_tokens)
            used -= sum(cost for _, cost in pending[:cut])
            pending = pending[cut:]
        pending.append((word, tokens))
        used += tokens
    yield from _checked(text, [piece for piece, _ in pending], max_tokens, count_tokens)


def _cut(text: str, words: list[tuple[Span, int]], used: int) -> int:
    """How many of `words` go into the piece."""
    for pattern in _BREAKS:
        left = used
        for count in range(len(words), 0, -1):
            if left < _FULL * used:
                break
            word, tokens = words[count - 1]
            if pattern.search(text, word.start, word.end):
                return count
            left -= tokens
    return len(words)


def _checked(text: str, words: list[Span], max_tokens: int, count_tokens: TokenCounter) -> Iterator[Span]:
    if not words:
        return
    raw = text[words[0].start : words[-1].end].rstrip()
    if len(words) == 1 or count_tokens(raw) <= max_tokens:
        yield Span(words[0].start, words[0].start + len(raw))
        return
    middle = len(words) // 2
    yield from _checked(text, words[:middle], max_tokens, count_tokens)
    yield from _checked(text, words[middle:], max_tokens, count_tokens)


def _words(text: str, span: Span, max_tokens: int, count_tokens: TokenCounter) -> Iterator[Span]:
    """Words with the blanks after them; a word longer than the bound comes in pieces."""
    for word in _WORD.finditer(text, span.start, span.end):
        start, end = word.span()
        reach = _CHARACTERS_PER_TOKEN * max_tokens
        while end - start > reach or (end - start > 1 and count_tokens(text[start:end]) > max_tokens):
            length = _longest(text[start : min(end, start + reach)], max_tokens, count_tokens)
            yield Span(start, start + length)
            start += length
        yield Span(start, end)


def _longest(word: str, max_tokens: int, count_tokens: TokenCounter) -> int:
    """Length of a prefix that fits, at least 1; the longest one, as far as counting grows with length."""
    low, high = 1, max(1, len(word) - 1)
    while low < high:
        middle = (low + high + 1) // 2
        if count_tokens(word[:middle]) <= max_tokens:
            low = middle
        else:
            high = middle - 1
    return low
