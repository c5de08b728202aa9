"""Whether words that a model wrote are the prompt's own. Pure."""

from __future__ import annotations

import re
from functools import cache

from byline.answer.prompt import NO_ANSWER, RULES

RUN = 5
"""That many words in a row which the rules have are the rules; no sentence of news has them."""

_WORD = re.compile(r"\w+")


def repeats_prompt(text: str, nonce: str) -> bool:
    """A run of words of the rules, the code of the request, or the word for no answer, however it is spaced."""
    joined = "".join(_words(text))
    if nonce.casefold() in joined or "".join(_words(NO_ANSWER)) in joined:
        return True
    words = _words(text)
    return not _runs_of_rules().isdisjoint(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


@cache
def _runs_of_rules() -> frozenset[tuple[str, ...]]:
    words = _words(RULES)
    return frozenset(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("_", " "))
