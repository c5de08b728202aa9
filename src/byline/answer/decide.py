"""Whether a question is answered and with which sentences, or why it is not and what comes nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from byline.answer.extract import MOST, extract
from byline.answer.reach import not_at_that_time
from byline.answer.refuse import RefusalRule, signals
from byline.answer.several import in_turns, several
from byline.answer.weigh import Candidate, inverse_frequencies, weigh
from byline.library.database import Library
from byline.models.terms import query_terms
from byline.retrieve.near_time import WhenAsked
from byline.retrieve.outlets import named_outlets
from byline.retrieve.search import Searcher
from byline.retrieve.select import within_budget
from byline.retrieve.writers import Named
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
    lexical = searcher.opened.lexical

    def said(word: str) -> bool:
        return any(lexical.document_frequencies(query_terms(word)).values())

    verdict, subject = rule.judge(evidence), rule.on_subject.chance(evidence)
    missed = not_at_that_time(
        when,
        library.reach,
        within_budget(hits, max_tokens=READ_TOKENS),
        said,
        answerable=subject,
        threshold=rule.thresholds.on_subject,
    )
    chosen = () if verdict.reason == "not_in_articles" else _chosen(searcher, question, candidates)
    if verdict.reason or missed:
        return Decision(
            candidates,
            reason="not_at_that_time" if missed else verdict.reason,
            confidence=verdict.confidence,
            nearest=tuple(quote for sentence in chosen for quote in sentence.quotes),
            missed=missed,
        )
    return Decision(candidates, chosen, confidence=verdict.confidence)


def _chosen(searcher: Searcher, question: Question, candidates: Sequence[Candidate]) -> Sequence[Sentence]:
    """Of several questions in one, the best sentence of each comes first; outlets that are named have their turns."""
    chosen = extract(candidates, question.standalone)
    outlets = {candidate.passage.article.publisher for candidate in candidates} - {None}
    asked = () if named_outlets(question.standalone, {str(outlet) for outlet in outlets}) else several(question)
    if not asked:
        return chosen
    found = [searcher.search(replace(one, filters=question.filters)) for one in asked]
    each = [
        extract(evidence_of(searcher, one, hits)[0], one.standalone) for one, hits in zip(asked, found, strict=True)
    ]
    return in_turns([*each, chosen], MOST)


def evidence_of(
    searcher: Searcher, question: Question, hits: Sequence[Hit]
) -> tuple[list[Candidate], dict[str, float]]:
    """The weighed sentences, and the signals that the refusal is decided on."""
    all_read = within_budget(hits, max_tokens=READ_TOKENS)
    text, read = attributed(question.standalone, searcher.named(question), all_read)
    asked = query_terms(text)
    lexical = searcher.opened.lexical
    frequencies, passages = lexical.document_frequencies(asked), lexical.count()
    idf = inverse_frequencies(frequencies, passages)
    candidates = weigh(text, read, idf)
    return candidates, signals(text, read, candidates, frequencies, passages)


def attributed(question: str, named: Named, read: Sequence[Hit]) -> tuple[str, Sequence[Hit]]:
    """What is left to be found, and where: in the passages of the writers or kinds that it names, all but their names.

    Nobody else's words are theirs. Where none of the passages is, the words that name them count as missing, as any
    others do. A kind is meant only where it comes first: "the analysis" may be somebody else's.
    """
    ours = [hit for hit in read if any(map(named.means, (hit.passage.article, *hit.also_in)))]
    if ours and (named.writers or ours[0] is read[0]):
        return named.without(question), ours
    return question, read
