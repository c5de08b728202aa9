"""Answers that were saved: as they were shown, tied to the revisions that they quote."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from byline.errors import UnknownIdError
from byline.library.connection import Connected, now
from byline.library.schema import answer_quotes, answers, passages, revisions
from byline.types import Answer, Quote

_ID_BYTES = 10


@dataclass(frozen=True, slots=True)
class SavedQuote:
    """`digest` names the revision: its text[start:end] is `text`."""

    article_id: str
    digest: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """`shown` is the wire format of the answer at that time; `quotes` are in its order."""

    id: str
    saved_at: datetime
    question: str
    shown: Mapping[str, Any]
    quotes: tuple[SavedQuote, ...]


class SavedAnswers(Connected):
    """Kept until one of the articles they name is purged."""

    def save_answer(self, answer: Answer, shown: Mapping[str, Any]) -> str:
        """`shown` is what a surface makes of the answer, kept as it is. Returns an id that cannot be guessed."""
        answer_id = new_answer_id()
        quotes = [quote for sentence in answer.sentences for quote in sentence.quotes]
        with self.write() as connection:
            connection.execute(
                insert(answers).values(
                    id=answer_id,
                    saved_at=now(),
                    question=answer.question.text,
                    answer=json.dumps(shown, ensure_ascii=True, default=str),
                )
            )
            rows = [
                {
                    "answer_id": answer_id,
                    "position": position,
                    "article_id": quote.passage.article.id,
                    "digest": _digest(connection, quote),
                    "start": quote.start,
                    "end": quote.end,
                    "text": quote.text,
                }
                for position, quote in enumerate(quotes)
            ]
            if rows:
                connection.execute(insert(answer_quotes), rows)
        return answer_id

    def saved_answer(self, answer_id: str) -> SavedAnswer:
        """Raises UnknownIdError."""
        with self.read() as connection:
            row = connection.execute(select(answers).where(answers.c.id == answer_id)).first()
            quotes = connection.execute(
                select(answer_quotes).where(answer_quotes.c.answer_id == answer_id).order_by(answer_quotes.c.position)
            ).all()
        if row is None:
            raise UnknownIdError(
                f"No saved answer has the id {answer_id!r}.",
                "`byline ask --save` prints the id; an answer goes when an article that it names is purged.",
            )
        return SavedAnswer(
            row.id,
            datetime.fromisoformat(row.saved_at),
            row.question,
            json.loads(row.answer),
            tuple(SavedQuote(q.article_id, q.digest, q.start, q.end, q.text) for q in quotes),
        )


def new_answer_id() -> str:
    """80 bits in letters and digits of one case: it may stand in an address and behind a command."""
    return base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode().lower()


def _digest(connection: Connection, quote: Quote) -> str:
    """Of the revision that was quoted; its passage may have been swept since, its text never is."""
    named = (
        select(revisions.c.digest)
        .join(passages, passages.c.revision_id == revisions.c.id)
        .where(passages.c.id == quote.passage.id)
    )
    found = connection.scalar(named)
    if found is None:
        words = func.substr(revisions.c.text, quote.start + 1, quote.end - quote.start)
        mine = (revisions.c.article_id == quote.passage.article.id) & (words == quote.text)
        found = connection.scalar(select(revisions.c.digest).where(mine).order_by(revisions.c.id.desc()))
    return str(found or "")
