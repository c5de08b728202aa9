"""Is one way of searching worse than another? Paired over a test set, with a test that assumes no distribution."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from byline.errors import InputError
from byline.retrieve.search import Searches
from byline.retrieve.understand import understand
from byline.types import Hit

LIMIT = 10
SIGNIFICANT = 0.05
_ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """An article by its id and, when given, words of it that a right passage contains."""

    article: str
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class TestQuestion:
    question: str
    evidence: tuple[Evidence, ...]

    __test__ = False  # pytest takes every class of this name for its own


@dataclass(frozen=True, slots=True)
class Comparison:
    """Mean reciprocal ranks in the first ten; `p`: how often chance alone would make the new one that much worse."""

    questions: int
    before: float
    after: float
    p: float

    @property
    def worse(self) -> bool:
        return self.after < self.before and self.p < SIGNIFICANT

    def __str__(self) -> str:
        change = f"{self.before:.3f} before, {self.after:.3f} after"
        return f"MRR@{LIMIT} over {self.questions} questions: {change} (p of a loss by chance: {self.p:.3f})"


def read_test_set(path: Path) -> list[TestQuestion]:
    """JSONL of {"question", "evidence": [{"article", "quote"?}]}; rows without evidence are passed over.

    Raises InputError naming the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The test set {path} cannot be read: {error}.", "Give a JSONL file in UTF-8.") from error
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
                evidence = tuple(Evidence(e["article"], e.get("quote")) for e in row.get("evidence") or ())
                found.append(TestQuestion(str(row["question"]), evidence))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise InputError(
                    f"{path}:{number} is not a test question: {error!r}.",
                    'Write {"question": "…", "evidence": [{"article": "ID", "quote": "…"}]} on each line.',
                ) from error
    asked = [question for question in found if question.evidence]
    if not asked:
        raise InputError(f"{path} has no question with evidence.", "Name the articles that answer its questions.")
    return asked


def compare(questions: Sequence[TestQuestion], before: Searches, after: Searches) -> Comparison:
    one, other = (
        np.array([reciprocal_rank(way.search(understand(q.question), LIMIT), q.evidence) for q in questions])
        for way in (before, after)
    )
    return Comparison(len(questions), float(one.mean()), float(other.mean()), worse_by_chance(one - other))


def reciprocal_rank(hits: Iterable[Hit], evidence: Sequence[Evidence]) -> float:
    for rank, hit in enumerate(hits, 1):
        if any(_shows(hit, wanted) for wanted in evidence):
            return 1 / rank
    return 0.0


def worse_by_chance(losses: npt.NDArray[np.float64]) -> float:
    """One-sided paired randomisation test (Fisher; Smucker, Allan and Carterette 2007): signs flipped at random.

    `losses` (n,): what each question lost. The share of 10,000 flips with a mean loss at least as large.
    """
    signs = np.random.default_rng(0).choice(np.array([-1.0, 1.0]), size=(_ROUNDS, len(losses)))
    flipped = (signs * losses).mean(axis=1)
    return float((np.count_nonzero(flipped >= losses.mean() - 1e-12) + 1) / (_ROUNDS + 1))


def _shows(hit: Hit, wanted: Evidence) -> bool:
    passage = hit.passage
    return passage.article.id == wanted.article and (
        wanted.quote is None or " ".join(wanted.quote.split()) in " ".join(passage.text.split())
    )
