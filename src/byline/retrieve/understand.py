"""What was asked: the question cleaned, bounded, and made standalone when it leans on the conversation.

Pure, but for the clock: without `as_of` the times that a question names are relative to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

from byline.errors import QuestionError
from byline.models.terms import query_terms
from byline.retrieve.asked_time import asked_time, reader_now
from byline.retrieve.faithful import Rewriter, checked
from byline.retrieve.standalone import in_english, standalone
from byline.types import Question, Turn

MAX_QUESTION_CHARACTERS = 2_000
MAX_HISTORY_TURNS = 40

_OPENERS = re.compile(r"(?:and|but|or|so|also|then|what about|how about|why|how so|since when|where|when)\b", re.I)
_POINTERS = re.compile(
    r"\b(?:he|she|it|they|him|them|his|hers?|its|their|theirs|this|that|these|those|there|then|"
    r"the (?:same|other|former|latter|first|second|deal|move|plan))\b",
    re.I,
)
_FEW_TERMS = 2


def understand(
    text: str, history: Sequence[Turn] = (), as_of: datetime | None = None, rewriter: Rewriter = standalone
) -> Question:
    """Raises QuestionError when there is nothing to search for, or too much.

    The `rewriter` makes an English question standalone; one in another language has those it leans on put in front.
    """
    cleaned = _clean(text)
    if not cleaned:
        raise QuestionError("The question is empty.", "Ask about something the articles may say.")
    if len(cleaned) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"The question has {len(cleaned):,} characters; the limit is {MAX_QUESTION_CHARACTERS:,}.",
            "Ask a shorter question.",
        )
    if not any(character.isalnum() for character in cleaned):
        raise QuestionError(f"There are no words in the question {cleaned[:40]!r}.", "Ask in words.")
    turns = tuple(Turn(turn.role, _clean(turn.content)) for turn in history[-MAX_HISTORY_TURNS:])
    alone = cleaned
    if turns:
        alone = checked(rewriter, cleaned, turns) if in_english(cleaned, turns) else _prepended(cleaned, turns)
    time = asked_time(alone, reader_now(as_of, datetime.now(UTC)))
    return Question(text=cleaned, standalone=alone, history=turns, as_of=as_of, time=time)


def leans(question: str) -> bool:
    """Whether a question needs the conversation: it opens like a rejoinder, points back, or hardly names anything."""
    return (
        bool(_OPENERS.match(question) and len(query_terms(question)) <= 2 * _FEW_TERMS)
        or bool(_POINTERS.search(question) and len(query_terms(question)) <= 2 * _FEW_TERMS)
        or len(query_terms(question)) < _FEW_TERMS
    )


def _prepended(question: str, history: Sequence[Turn]) -> str:
    """The earlier questions it leans on, back to one that stands alone, put in front."""
    parts = [question]
    for turn in reversed([turn for turn in history if turn.role == "user"]):
        if not leans(parts[0]):
            break
        parts.insert(0, turn.content)
    return " ".join(part for part in parts if part)


def _clean(text: str) -> str:
    """NFC, no control, surrogate or invisible characters, blanks folded."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text if _visible(c))
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _visible(character: str) -> bool:
    # the zero-width joiners carry meaning in Hindi and Persian
    return unicodedata.category(character) not in ("Cf", "Cs", "Co", "Cn") or character in "\u200c\u200d"
