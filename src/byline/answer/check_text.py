"""Anybody's text against anybody's sources, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from byline.answer.given import evidence_of
from byline.answer.support import whole
from byline.ingest.text.sentences import sentence_spans
from byline.protocols import Checker, Embedder, Evidence
from byline.types import Sentence, Span

KEPT = 64
"""Lists of sources whose vectors are kept: rows of a batch often share theirs."""


@dataclass(frozen=True, slots=True)
class CheckedText:
    """`sentences` with where they stand in the text; `supported` when there are some and all of them are."""

    sentences: tuple[tuple[Span, Sentence], ...]

    @property
    def supported(self) -> bool:
        return bool(self.sentences) and all(sentence.supported for _, sentence in self.sentences)

    @property
    def score(self) -> float:
        return whole([sentence.score for _, sentence in self.sentences])


class TextChecker:
    """Checks one text after the other; works without an index."""

    def __init__(self, checker: Checker, embedder: Embedder) -> None:
        self._checker = checker
        self._embedder = embedder
        self._kept: dict[tuple[str, ...], list[Evidence]] = {}

    def check(self, text: str, sources: Sequence[str]) -> CheckedText:
        """A quote's article has the number of its source, from 0, as its id."""
        evidence = self._evidence(tuple(sources))
        spans = [span for span in sentence_spans(text) if any(map(str.isalnum, span.within(text)))]
        return CheckedText(tuple((span, self._checker.check(span.within(text), evidence)) for span in spans))

    def _evidence(self, sources: tuple[str, ...]) -> list[Evidence]:
        if sources not in self._kept:
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[sources] = evidence_of(sources, self._embedder)
        return self._kept[sources]
