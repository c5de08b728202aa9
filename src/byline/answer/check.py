"""The checker of written sentences: attaches quotes, names faults, weighs support."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from byline.answer.attach import Attached, attach, in_reading_order
from byline.answer.faults import NOTHING_GIVEN, TOO_LITTLE, elsewhere, faults_of, missing
from byline.answer.support import SupportRule, joined, shipped
from byline.answer.support_signals import support_signals
from byline.protocols import Embedder, Entailment, Evidence
from byline.types import Sentence


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known of a sentence before it is judged."""

    attached: Attached
    faults: tuple[str, ...]
    signals: Mapping[str, float]


class SupportChecker:
    """`Checker` by the embedder and a rule that a person can read; the same words get the same verdict each time."""

    def __init__(
        self, embedder: Embedder, rule: SupportRule | None = None, entailment: Entailment | None = None
    ) -> None:
        self._embedder = embedder
        self._rule = rule or shipped()
        self._entailment = entailment

    @property
    def fingerprint(self) -> str:
        besides = f"+{self._entailment.fingerprint}" if self._entailment else ""
        return f"{self._rule.fingerprint}{besides}"

    def check(self, text: str, evidence: Sequence[Evidence], hints: Sequence[int] = ()) -> Sentence:
        """The score is the chance alone; a fault strikes a sentence whatever it is."""
        found = self.examine(text, evidence, hints)
        if not found.attached.chosen:
            return Sentence(text, (), supported=False, faults=(NOTHING_GIVEN,))
        score = self._score(text, found)
        faults = found.faults or (() if score >= self._rule.threshold else (TOO_LITTLE,))
        return Sentence(text, found.attached.quotes, supported=not faults, score=round(score, 4), faults=faults)

    def _score(self, text: str, found: Examined) -> float:
        chance = self._rule.chance(found.signals)
        if self._entailment is None:
            return chance
        quotes = " ".join(quote.text for quote in in_reading_order(found.attached.quotes))
        return joined(chance, self._entailment(quotes, text), self._rule.threshold)

    def examine(self, text: str, evidence: Sequence[Evidence], hints: Sequence[int] = ()) -> Examined:
        attached = attach(text, self._embedder.embed_query(text), evidence, hints)
        lacking = missing(attached)
        faults = faults_of(text, attached, lacking)
        signals = support_signals(text, attached, lacking, faults)
        return Examined(attached, (*faults, *elsewhere(signals)), signals)
