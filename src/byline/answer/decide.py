"""Whether a question is answered and with which sentences, or why it is not and what comes nearest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from byline.answer.absent import absent_names, names_asked
from byline.answer.denied import denial, there_is_none
from byline.answer.extract import MOST, extract, led_by
from byline.answer.foreign import carried
from byline.answer.reach import not_at_that_time
from byline.answer.refuse import RefusalRule, Verdict, signals
from byline.answer.several import in_turns, several
from byline.answer.uncounted import uncounted
from byline.answer.weigh import Candidate, inverse_frequencies, weigh
from byline.library.database import Library
from byline.models.terms import query_terms
from byline.retrieve.near_time import WhenAsked
from byline.retrieve.outlets import named_outlets
from byline.retrieve.search import Searcher
from byline.retrieve.select import within_budget
from byline.retrieve.standalone import in_english
from byline.retrieve.writers import Named
from byline.types import Hit, Question, Quote, Reason, Sentence

READ_TOKENS = 1_000
"""cl100k tokens of the best passages that are read for sentences: five full ones."""

NOTHING_LACKS = 0.92
"""Of the limit for answering, where a question has names and neither they nor a quantity lack: what those checks refuse
of SQuAD's answerable questions (3 of 1,355), it gives back."""


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

    denying, subject = denial(question.standalone, candidates), rule.on_subject.chance(evidence)
    names = any(names_asked(question.standalone))
    verdict = _checked(rule, evidence, denying, lambda: _lacks(library, question, hits, candidates), names=names)
    if verdict.reason and (shared := _in_other_words(searcher, question, hits, candidates)):
        return Decision(candidates, extract(shared), confidence=verdict.confidence)
    missed = not_at_that_time(
        when,
        library.reach,
        within_budget(hits, max_tokens=READ_TOKENS),
        said,
        answerable=subject,
        threshold=rule.thresholds.on_subject,
    )
    chosen = () if verdict.reason == "not_in_articles" else _chosen(searcher, question, candidates)
    if denying is not None:
        chosen = led_by(denying, chosen)
    if verdict.reason or missed:
        return Decision(
            candidates,
            reason="not_at_that_time" if missed else verdict.reason,
            confidence=verdict.confidence,
            nearest=tuple(quote for sentence in chosen for quote in sentence.quotes),
            missed=missed,
        )
    return Decision(candidates, chosen, confidence=verdict.confidence)


def _checked(
    rule: RefusalRule,
    evidence: Mapping[str, float],
    denying: Candidate | None,
    lacks: Callable[[], bool],
    *,
    names: bool,
) -> Verdict:
    """What the rule says, unless what is asked for is denied, or is nowhere."""
    verdict, limits = rule.judge(evidence), rule.thresholds
    if verdict.reason == "related_only":
        nearly = rule.within(replace(limits, answering=limits.answering * NOTHING_LACKS)).judge(evidence)
        if denying is not None or (nearly.reason is None and names and not lacks()):
            return Verdict(verdict.confidence)
    elif verdict.reason is None and denying is None and lacks():
        return Verdict(min(verdict.confidence, limits.answering / 2), "related_only")
    return verdict


def _lacks(library: Library, question: Question, hits: Sequence[Hit], candidates: Sequence[Candidate]) -> bool:
    """Whether what one question asks for, or whom it names, is in none of what was found."""
    asked = question.standalone
    if several(question) or named_outlets(asked, {hit.passage.article.publisher or "" for hit in hits} - {""}):
        return False
    if there_is_none(asked, candidates):
        return False
    return uncounted(asked, candidates) or bool(absent_names(asked, hits, library.article_texts))


def _in_other_words(
    searcher: Searcher, question: Question, hits: Sequence[Hit], candidates: Sequence[Candidate]
) -> list[Candidate]:
    """For a question in a language that none of the articles is in."""
    asked = question.standalone
    if in_english(asked, ()) or not {hit.passage.article.language for hit in hits} <= {"en", None}:
        return []
    lexical = searcher.opened.lexical
    return carried(asked, candidates, lexical.document_frequencies, lexical.count())


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
