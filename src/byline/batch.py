"""Rows of questions from a JSONL file: `{"id", "question", "history"?: [{"role", "content"}], "as_of"?}`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dateutil import parser

from byline.errors import InputError, SourceError
from byline.types import Turn


@dataclass(frozen=True, slots=True)
class BatchRow:
    """`error` is set, and the rest as far as it could be read, when the row cannot be asked."""

    id: str | None
    question: str = ""
    history: tuple[Turn, ...] = ()
    as_of: datetime | None = None
    error: str | None = None


def read_batch(path: Path) -> Iterator[BatchRow]:
    """In order, one for every line that is not blank. Raises SourceError when the file cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="surrogateescape") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _row(line, f"{path}:{number}")
    except OSError as error:
        raise SourceError(f"The batch file {path} cannot be read: {error.strerror}.", "Check its path.") from error


def _row(line: str, where: str) -> BatchRow:
    row_id: str | None = None
    question = ""
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise InputError(f"{where}: a row is a JSON object, this is {type(row).__name__}.")
        row_id = None if row.get("id") is None else str(row["id"])
        asked = row.get("question")
        if not isinstance(asked, str):
            raise InputError(f"{where}: `question` is missing or not a string.")
        question = asked
        return BatchRow(row_id, question, _history(row.get("history"), where), _date(row.get("as_of"), where))
    except (json.JSONDecodeError, RecursionError) as error:
        return BatchRow(row_id, question, error=f"{where}: not JSON: {error}")
    except InputError as error:
        return BatchRow(row_id, question, error=str(error))


def _history(value: Any, where: str) -> tuple[Turn, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise InputError(f"{where}: `history` is a list of turns.")
    turns = []
    for turn in value:
        role = turn.get("role") if isinstance(turn, dict) else None
        if role not in ("user", "assistant") or not isinstance(turn.get("content"), str):
            raise InputError(f'{where}: a turn of `history` is {{"role": "user" or "assistant", "content": text}}.')
        turns.append(Turn(role, turn["content"]))
    return tuple(turns)


def _date(value: Any, where: str) -> datetime | None:
    if value is None:
        return None
    try:
        date = parser.isoparse(value)
    except (ValueError, TypeError) as error:
        raise InputError(f"{where}: `as_of` is {value!r}, not an ISO 8601 date.") from error
    return date if date.tzinfo else date.replace(tzinfo=UTC)
