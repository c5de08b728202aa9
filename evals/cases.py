"""The rows of questions.jsonl, read and checked against the articles that they name. See README.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from byline.errors import InputError
from byline.types import Question, Reason, Turn
from evals.words import holds, missing

QUESTIONS = Path(__file__).with_name("questions.jsonl")
Kind = Literal[
    "fact",
    "list",
    "several",
    "time",
    "followup",
    "disagreement",
    "false_premise",
    "opinion",
    "near_miss",
    "unanswerable",
    "other_language",
]


class Evidence(BaseModel, frozen=True, extra="forbid"):
    article: str
    quote: str = Field(min_length=1)


class Row(BaseModel, frozen=True, extra="forbid"):
    """`answers`, `standalone`: every group must be met, by any of its alternatives."""

    id: str
    kind: Kind
    question: str
    answerable: bool
    answers: tuple[tuple[str, ...], ...]
    evidence: tuple[Evidence, ...]
    history: tuple[Turn, ...] = ()
    as_of: AwareDatetime | None = None
    standalone: tuple[tuple[str, ...], ...] = ()
    alone: bool = False
    reasons: tuple[Reason, ...] = ()

    @property
    def asked(self) -> Question:
        when: datetime | None = self.as_of
        return Question(self.question, self.question, self.history, when)


def read_questions(path: Path) -> list[tuple[str, Row]]:
    """Each row with its file:line. Raises InputError for the first that cannot be used, and for an id used twice."""
    rows: dict[str, tuple[str, Row]] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        where = f"{path}:{number}"
        try:
            row = Row.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            raise InputError(f"{where}: {'.'.join(map(str, first['loc']))} {first['msg'].lower()}.") from error
        if row.id in rows:
            raise InputError(f"{where}: the id {row.id} is taken by {rows[row.id][0]}.")
        if row.answerable != bool(row.answers) or row.answerable != bool(row.evidence):
            raise InputError(f"{where}: answers and evidence belong to an answerable question, and only to one.")
        if row.answerable and row.reasons:
            raise InputError(f"{where}: reasons belong to a question that is to be refused.")
        rows[row.id] = (where, row)
    return list(rows.values())


def check_evidence(rows: Sequence[tuple[str, Row]], texts: Mapping[str, str]) -> None:
    """Raises InputError where a quote is not in its article, an answer in none of the quotes, or where one article
    holds the whole answer to a question over several.
    """
    for where, row in rows:
        by_article: dict[str, str] = {}
        for evidence in row.evidence:
            if evidence.quote not in texts.get(evidence.article, ""):
                raise InputError(f"{where}: {evidence.article} does not say {evidence.quote!r}.")
            by_article[evidence.article] = f"{by_article.get(evidence.article, '')} \n {evidence.quote}"
        if lacking := missing(" \n ".join(by_article.values()), row.answers):
            raise InputError(f"{where}: no quote holds {' or '.join(lacking[0])}.")
        if row.kind == "several" and (whole := [key for key, text in texts.items() if holds(text, row.answers)]):
            raise InputError(f"{where}: {whole[0]} holds all of the answer alone.")
