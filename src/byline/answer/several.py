"""Several questions in one: "What did Modi give Putin, and who met him at the airport?" Each is answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from byline.models.terms import query_terms
from byline.retrieve.understand import understand
from byline.types import Question, Sentence, Turn

MOST = 3
LEAST_TERMS = 2
"""Search terms without which a clause asks for nothing of its own: "who won, and when?"."""

_ASKING = r"(?:what|who|whom|whose|when|where|which|why|how)\b"
_ASKS = re.compile(rf"\b{_ASKING}", re.IGNORECASE)
_BETWEEN = re.compile(
    rf"(?:,|;|\?)?\s+and\s+(?:(?:in|on|at|by|to|for|with|from)\s+)?(?={_ASKING})|\?\s+(?=\S)", re.IGNORECASE
)


def several(question: Question) -> tuple[Question, ...]:
    """Each of them standing alone, those before it being its conversation; none when it is one question."""
    clauses = [clause.strip(" ?") for clause in _BETWEEN.split(question.standalone)]
    if not 2 <= len(clauses) <= MOST or not all(map(_asks, clauses)):
        return ()
    asked: list[Question] = []
    for clause in clauses:
        before = tuple(Turn("user", one.standalone) for one in asked)
        asked.append(understand(f"{clause}?", before, question.as_of))
    return tuple(asked)


def in_turns(answers: Sequence[Sequence[Sentence]], most: int) -> tuple[Sentence, ...]:
    """The first sentence of each answer, then the second of each: no sentence twice, `most` in all."""
    found: dict[tuple[str, str], Sentence] = {}
    for row in zip_longest(*answers):
        for sentence in row:
            if sentence is not None:
                found.setdefault((sentence.quotes[0].passage.article.id, sentence.text), sentence)
    return tuple(found.values())[:most]


def _asks(clause: str) -> bool:
    return bool(_ASKS.search(clause)) and len(query_terms(clause)) >= LEAST_TERMS
