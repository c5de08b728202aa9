"""A question with all that was found for it, and the answer that its sentences make, whoever worded them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from byline.answer.decide import Decision
from byline.answer.examine import examine
from byline.answer.newer import newer_articles
from byline.library.registry import Generation
from byline.retrieve.near_time import WhenAsked
from byline.types import Answer, ArticleRef, Fingerprints, Hit, Question, Sentence

CLOSEST = 3
"""Articles named beside a refusal."""


@dataclass(frozen=True, slots=True)
class Considered:
    """`decision.sentences` are the articles' own that answer it, none when it is refused; `stale` is the warning that
    they are old.
    """

    question: Question
    hits: tuple[Hit, ...]
    when: WhenAsked
    decision: Decision
    generation: Generation
    stale: str | None = None
    timing_ms: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def answer(self, sentences: Sequence[Sentence]) -> Answer:
        """With what has to stand beside these sentences, whose text is the articles' or rests on their quotes."""
        decision = self.decision
        examined = examine(self.question, decision.candidates, sentences)
        told = examined.sentences
        beside = examined.articles
        sources = _once((*_cited(told), *beside) if told else (*_closest(self.hits), *beside))
        return Answer(
            question=self.question,
            sentences=told,
            sources=sources,
            answered=bool(told),
            reason=decision.reason,
            confidence=decision.confidence,
            nearest=decision.nearest,
            as_of=_newest(sources) if told else None,
            also_in=_also_in(self.hits, sources),
            newer=newer_articles(self.when, self.hits, told),
            warning=decision.missed or self.stale,
            fingerprints=Fingerprints(self.generation.fingerprint, self.generation.embedder),
            timing_ms=self.timing_ms,
            disagreements=examined.disagreements,
            premise=examined.premise,
        )

    def told(self, sentence: Sentence) -> Sentence:
        """The sentence as `answer` will have it: with its speaker and its correction."""
        return examine(self.question, self.decision.candidates, [sentence]).sentences[0]


def _cited(sentences: Sequence[Sentence]) -> tuple[ArticleRef, ...]:
    return tuple(dict.fromkeys(quote.passage.article for sentence in sentences for quote in sentence.quotes))


def _once(articles: Iterable[ArticleRef]) -> tuple[ArticleRef, ...]:
    return tuple(dict.fromkeys(articles))


def _closest(hits: Sequence[Hit]) -> tuple[ArticleRef, ...]:
    """The articles of the best hits, copies aside."""
    found: dict[ArticleRef, None] = {}
    for hit in hits:
        if found.keys().isdisjoint(hit.also_in):
            found[hit.passage.article] = None
    return tuple(found)[:CLOSEST]


def _also_in(hits: Sequence[Hit], sources: Sequence[ArticleRef]) -> dict[str, tuple[ArticleRef, ...]]:
    families = {hit.passage.article: hit.also_in for hit in hits}
    others = {ref.id: tuple(o for o in families.get(ref, ()) if o not in sources) for ref in sources}
    return {source: refs for source, refs in others.items() if refs}


def _newest(sources: Sequence[ArticleRef]) -> datetime | None:
    return max((ref.modified or ref.published for ref in sources if ref.published), default=None)
