"""A desk whose answers are written by a scripted model and checked, over a real index."""

from __future__ import annotations

from collections.abc import Sequence

from byline.answer.prompt import keyed_nonces
from byline.answer.written import WritingLimits, WrittenAnswerer
from byline.build import Desk
from byline.models.terms import query_terms
from byline.protocols import ChatModel, Embedder, Evidence
from byline.types import Quote, Sentence

SECRET = b"of the tests"


class TermChecker:
    """Supported when one sentence has most of its terms and all of its numbers."""

    fingerprint = "terms:1"

    def __init__(self, embedder: Embedder) -> None:
        pass

    def check(self, text: str, evidence: Sequence[Evidence], hints: Sequence[int] = ()) -> Sentence:
        said = set(query_terms(text))
        found = [
            (
                len(said & set(query_terms(given.passage.slice(span)))) / len(said),
                -number,
                -span.start,
                given.passage,
                span,
            )
            for number, given in enumerate(evidence)
            for span in given.passage.sentences
        ]
        share, _, _, passage, span = max(found, key=lambda one: one[:3])
        quote = Quote(passage, span.start, span.end, passage.slice(span))
        enough = share >= 0.7
        return Sentence(text, (quote,) if enough else (), enough, share, faults=() if enough else ("too little",))


def written(desk: Desk, model: ChatModel, budget_s: float = 30.0) -> WrittenAnswerer:
    return WrittenAnswerer(
        desk.extractive, desk.library, model, TermChecker, keyed_nonces(SECRET), WritingLimits(budget_s)
    )
