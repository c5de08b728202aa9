"""What has to stand beside the chosen sentences: who speaks, what was corrected, what contradicts them or the question.
Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from byline.answer.corrected import correction_of, corrections_among
from byline.answer.disagree import disagreements
from byline.answer.premise import premise_of
from byline.answer.voice import speaker_of
from byline.answer.weigh import Candidate
from byline.types import ArticleRef, Disagreement, Premise, Question, Sentence


@dataclass(frozen=True, slots=True)
class Examined:
    """`sentences` are the chosen ones with their speakers and corrections."""

    sentences: tuple[Sentence, ...]
    disagreements: tuple[Disagreement, ...]
    premise: Premise | None

    @property
    def articles(self) -> tuple[ArticleRef, ...]:
        """Of what stands beside the sentences, so that each is among the answer's sources."""
        quotes = [sentence.correction for sentence in self.sentences if sentence.correction]
        quotes += [quote for disagreement in self.disagreements for quote in disagreement.quotes]
        quotes += [self.premise.quote] if self.premise else []
        return tuple(dict.fromkeys(quote.passage.article for quote in quotes))


def examine(question: Question, candidates: Sequence[Candidate], sentences: Sequence[Sentence]) -> Examined:
    """What was corrected is not also a disagreement. A premise is looked for even where nothing was chosen."""
    corrections = corrections_among(candidates)
    told = tuple(
        replace(sentence, speaker=speaker_of(sentence), correction=correction_of(sentence, corrections))
        for sentence in sentences
    )
    standing = [sentence for sentence in told if sentence.correction is None]
    settled = {sentence.quotes[0] for sentence in told if sentence.correction and sentence.quotes}
    differing = disagreements(question.standalone, standing, candidates)
    return Examined(
        told,
        tuple(found for found in differing if settled.isdisjoint(found.quotes)),
        premise_of(question.standalone, candidates),
    )
