"""Whether a question is answered and with which sentences, or why it is not and what comes nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from byline.answer.extract import extract
from byline.answer.kind import KIND_TERMS, asks_for_number
from byline.answer.reach import not_at_that_time
from byline.answer.refuse import BACKGROUND, RefusalRule, features
from byline.answer.weigh import Candidate, inverse_frequencies, weigh
from byline.library.database import Library
from byline.models.terms import query_terms
from byline.retrieve.near_time import WhenAsked
from byline.retrieve.search import Searcher
from byline.retrieve.select import within_budget
from byline.types import Hit, Question, Quote, Reason, Sentence

READ_TOKENS = 1_000
"""cl100k tokens of the best passages that are read for sentences: five full ones."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Without sentences there is a `reason`. `missed` says which time the articles do not reach."""

    candidates: Sequence[Candidate] = ()
    sentences: Sequence[Sentence] = ()
    reason: Reason | None = None
    confidence: float = 0.0
    nearest: tuple[Quote, ...] = ()
    missed: str | None = None


def decide(
    library: Library, searcher: Searcher, question: Question, hits: Sequence[Hit], when: WhenAsked, rule: RefusalRule
) -> Decision:
    candidates, evidence = evidence_of(searcher, question, hits)
    if not candidates:
        return Decision(reason="not_in_articles" if library.counts().articles else "no_articles")
    confidence = rule.answerable(evidence)
    lexical = searcher.opened.lexical

    def said(word: str) -> bool:
        return any(lexical.document_frequencies(query_terms(word)).values())

    read = within_budget(hits, max_tokens=READ_TOKENS)
    missed = not_at_that_time(when, library.reach, read, said, answerable=confidence, threshold=rule.threshold)
    if missed:
        return Decision(candidates, reason="not_at_that_time", confidence=confidence, missed=missed)
    if confidence < rule.threshold:
        return Decision(candidates, reason="not_in_articles", confidence=confidence)
    return Decision(candidates, extract(candidates), confidence=confidence)


def evidence_of(
    searcher: Searcher, question: Question, hits: Sequence[Hit]
) -> tuple[list[Candidate], dict[str, float]]:
    """The weighed sentences, and the signals that the refusal is decided on."""
    asked = query_terms(question.standalone)
    lexical = searcher.opened.lexical
    frequencies, passages = lexical.document_frequencies(asked), lexical.count()
    idf = inverse_frequencies(frequencies, passages)
    read = within_budget(hits, max_tokens=READ_TOKENS)
    candidates = weigh(read, idf, number=asks_for_number(question.standalone))
    named = {term: found for term, found in frequencies.items() if term not in KIND_TERMS} or frequencies
    wide = inverse_frequencies(named, passages, background=BACKGROUND)
    unseen = sum(not found for found in named.values()) / max(1, len(named))
    return candidates, features(question.standalone, read, wide, unseen)
