"""Whether a written sentence may be shown as fact: what no check of its content is asked, then the checker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from byline.answer.cleaned import Cleaned, domains
from byline.answer.leaked import repeats_prompt
from byline.models.terms import query_terms, terms
from byline.protocols import Checker, Evidence
from byline.types import Quote, Sentence, Span

WITHHELD = "(withheld)"
PROMPT = "it repeats what the model was told, not what the quotes say"
ADDRESS = "it has an address that the quotes do not have"
ELSEWHERE = "its words are not those of the quotes"
FOREIGN = "it is quoted from what the model was not shown"

LEAST_SHARE = 1 / 3
"""Of a sentence's terms, those that the passages have. A checker learned from answers that keep to their sources says
little of words that have nothing to do with them ("Access granted.").
"""


@dataclass(frozen=True, slots=True)
class Judge:
    """For one answer: `nonce` is the code of its prompt."""

    checker: Checker
    evidence: Sequence[Evidence]
    nonce: str

    def judge(self, raw: str, made: Cleaned) -> Sentence:
        """Of a sentence that is struck for repeating the prompt not even the words are kept."""
        if any(repeats_prompt(text, self.nonce) for text in (raw, made.text)):
            return Sentence(WITHHELD, (), supported=False, faults=(PROMPT,))
        if domains(made.text) - domains("\n".join(given.passage.text for given in self.evidence)):
            return Sentence(made.text, (), supported=False, faults=(ADDRESS,))
        if self._share(made.text) < LEAST_SHARE:
            return Sentence(made.text, (), supported=False, faults=(ELSEWHERE,))
        hints = [number - 1 for number in made.hints if 0 < number <= len(self.evidence)]
        found = self.checker.check(made.text, self.evidence, hints)
        if found.supported and not (found.quotes and all(map(self._is_exact, found.quotes))):
            return Sentence(made.text, (), supported=False, faults=(FOREIGN,))
        return found

    def _share(self, text: str) -> float:
        given = set(terms("\n".join(f"{one.passage.article.header}\n{one.passage.text}" for one in self.evidence)))
        said = query_terms(text)
        return sum(term in given for term in said) / max(1, len(said))

    def _is_exact(self, quote: Quote) -> bool:
        exact = quote.passage.slice(Span(quote.start, quote.end)) == quote.text
        return exact and quote.text != "" and any(quote.passage == given.passage for given in self.evidence)
