"""Answers that were saved: as they were shown, tied to the revisions that they quote."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from byline.errors import UnknownIdError
from byline.library.connection import Connected, now, parts
from byline.library.schema import answer_quotes, answers, feedback, passages, revisions
from byline.library.visibility import stamp
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


@dataclass(frozen=True, slots=True)
class Feedback:
    """`rating` is 1 or -1."""

    rating: int
    comment: str | None = None


class SavedAnswers(Connected):
    """Kept until their time is over, or one of the articles they name is purged."""

    def save_answer(
        self,
        answer: Answer,
        shown: Mapping[str, Any],
        *,
        answer_id: str | None = None,
        kept_until: datetime | None = None,
    ) -> str:
        """`shown` is what a surface makes of the answer, kept as it is. Returns an id that cannot be guessed.

        `answer_id` when it has one already; what is saved under it then stays, for the longer of the two times.
        """
        answer_id = answer_id or new_answer_id()
        until = stamp(kept_until) if kept_until else None
        with self.write() as connection:
            if connection.scalar(select(answers.c.id).where(answers.c.id == answer_id)) is not None:
                shorter = answers.c.kept_until < until if until else answers.c.kept_until.is_not(None)
                mine = (answers.c.id == answer_id) & shorter
                connection.execute(update(answers).where(mine).values(kept_until=until))
                return answer_id
            connection.execute(
                insert(answers).values(
                    id=answer_id,
                    saved_at=now(),
                    question=answer.question.text,
                    answer=json.dumps(shown, ensure_ascii=True, default=str),
                    kept_until=until,
                )
            )
            rows = _quote_rows(connection, answer_id, answer)
            if rows:
                connection.execute(insert(answer_quotes), rows)
        return answer_id

    def rate_answer(self, answer_id: str, given: Feedback) -> None:
        """The reader's last word on a saved answer. Raises UnknownIdError."""
        said = {"at": now(), "rating": given.rating, "comment": given.comment}
        with self.write() as connection:
            if connection.scalar(self._kept(answer_id)) is None:
                raise _unknown(answer_id)
            rated = upsert(feedback).values(answer_id=answer_id, **said)
            connection.execute(rated.on_conflict_do_update(index_elements=["answer_id"], set_=said))

    def feedback_on(self, answer_id: str) -> Feedback | None:
        with self.read() as connection:
            row = connection.execute(select(feedback).where(feedback.c.answer_id == answer_id)).first()
        return Feedback(row.rating, row.comment) if row else None

    def forget_expired_answers(self) -> int:
        """How many were kept for a while that is over."""
        with self.write() as connection:
            over = list(connection.scalars(select(answers.c.id).where(answers.c.kept_until <= self.moment())))
            forget_answers(connection, over)
        return len(over)

    def _kept(self, answer_id: str) -> Any:
        in_time = or_(answers.c.kept_until.is_(None), answers.c.kept_until > self.moment())
        return select(answers).where(answers.c.id == answer_id, in_time)

    def saved_answer(self, answer_id: str) -> SavedAnswer:
        """Raises UnknownIdError."""
        with self.read() as connection:
            row = connection.execute(self._kept(answer_id)).first()
            quotes = connection.execute(
                select(answer_quotes).where(answer_quotes.c.answer_id == answer_id).order_by(answer_quotes.c.position)
            ).all()
        if row is None:
            raise _unknown(answer_id)
        return SavedAnswer(
            row.id,
            datetime.fromisoformat(row.saved_at),
            row.question,
            json.loads(row.answer),
            tuple(SavedQuote(q.article_id, q.digest, q.start, q.end, q.text) for q in quotes),
        )


def forget_answers(connection: Connection, ids: Sequence[str]) -> None:
    """With all that hangs on them."""
    for part in parts(ids):
        connection.execute(delete(feedback).where(feedback.c.answer_id.in_(part)))
        connection.execute(delete(answer_quotes).where(answer_quotes.c.answer_id.in_(part)))
        connection.execute(delete(answers).where(answers.c.id.in_(part)))


def _unknown(answer_id: str) -> UnknownIdError:
    return UnknownIdError(
        f"No saved answer has the id {answer_id!r}.",
        "`byline ask --save` prints the id; an answer goes when an article that it names is purged.",
    )


def _quote_rows(connection: Connection, answer_id: str, answer: Answer) -> list[dict[str, Any]]:
    quotes = [quote for sentence in answer.sentences for quote in sentence.quotes]
    return [
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
