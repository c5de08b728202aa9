"""Every question of a set put to the product once: what was found, what was answered, for all measures together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.data import Case
from byline.build import Desk
from byline.errors import BylineError
from byline.types import Answer, Done, Failed, PassagesFound, Question

Ranked = tuple[tuple[str, str], ...]
"""(article id, text) of the passages found, best first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`similarity`: of the closest sentence found to the question, what a plain dense index would know."""

    case: Case
    found: Ranked
    similarity: float
    answer: Answer

    @property
    def articles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(article for article, _ in self.found))

    @property
    def said(self) -> str:
        """All that is shown: the sentences, each after those it leans on."""
        return " \n ".join(part for s in self.answer.sentences for part in (*(lead.text for lead in s.leads), s.text))

    def first(self, sentences: int) -> str:
        """The first so many sentences, without those they lean on: one is one."""
        return " \n ".join(sentence.text for sentence in self.answer.sentences[:sentences])


def ask(desk: Desk, cases: Sequence[Case]) -> list[Asked]:
    """Raises BylineError where an answer fails."""
    return [_ask(desk, case) for case in cases]


def _ask(desk: Desk, case: Case) -> Asked:
    found: PassagesFound | None = None
    for event in desk.answerer.stream(Question(case.question, case.question)):
        if isinstance(event, PassagesFound):
            found = event
        elif isinstance(event, Failed):
            raise BylineError(f"{case.id}: {event.message}")
        elif isinstance(event, Done):
            assert found is not None
            ranked = tuple((hit.passage.article.id, hit.passage.text) for hit in found.hits[:10])
            similarity = max((value for hit in found.hits for value in hit.similarities), default=0.0)
            return Asked(case, ranked, similarity, event.answer)
    raise AssertionError("the stream ended without an answer")
