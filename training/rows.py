"""Questions with the passage they were asked of, and where in it the answer stands. Pure, but for reading files.

What is trained on and what is held out part by group: rows that share a passage or a question are one group, so that no
held-out question was seen under another passage.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from byline.types import Span

_WORD = re.compile(r"\w+")
RUN = 12
"""Words in a row that no two texts share by chance."""

LEFT_OUT = ("fever_support.jsonl", "swapped.jsonl")
"""Claims without questions; wrong passages, of which two thirds are easy: `wrong_passages` finds closer ones."""


@dataclass(frozen=True, slots=True)
class Row:
    """`answers`: every accepted place in the passage; none when it does not say. `source`: the file it came from."""

    id: str
    question: str
    passage: str
    answers: tuple[Span, ...]
    source: str
    kind: str = ""

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


def read_rows(folder: Path) -> list[Row]:
    """Rows of all files, without repeats and without those whose answers are not where they say."""
    found: dict[tuple[str, str], Row] = {}
    for path in sorted(folder.glob("*.jsonl")):
        if path.name in LEFT_OUT:
            continue
        for row in _lines(path):
            if (made := _row(row, path.stem)) is not None:
                found.setdefault((normal(made.question), normal(made.passage)), made)
    return list(found.values())


def _row(row: dict[str, Any], source: str) -> Row | None:
    passage = str(row["passage"])
    spans = [
        Span(start, start + len(answer))
        for answer, start in zip(row["answers"], row["answer_starts"], strict=True)
        if answer.strip() and passage[start : start + len(answer)] == answer
    ]
    if bool(spans) is not bool(row["answerable"]):
        return None
    return Row(f"{source}:{row['id']}", str(row["question"]), passage, tuple(spans), source, str(row.get("kind", "")))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def normal(text: str) -> str:
    """Words in lower case, one space between: what makes two texts the same."""
    return " ".join(_WORD.findall(text.lower()))


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many rows share a question, or `RUN` words in a row of their passage, with what is only measured on."""

    questions: int
    passages: int


def without_overlap(rows: Sequence[Row], questions: Iterable[str], texts: Iterable[str]) -> tuple[list[Row], Overlap]:
    asked = {normal(question) for question in questions}
    runs = {run for text in texts for run in _runs(text)}
    same_question = {row.id for row in rows if normal(row.question) in asked}
    shared = {passage for passage in {row.passage for row in rows} if not runs.isdisjoint(_runs(passage))}
    same_passage = {row.id for row in rows if row.passage in shared}
    kept = [row for row in rows if row.id not in same_question and row.id not in same_passage]
    return kept, Overlap(len(same_question), len(same_passage))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = normal(text).split()
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def groups(rows: Sequence[Row]) -> dict[str, str]:
    """Row id → group, named by its least passage; rows that share a passage or a question are in one."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent[parent[name]]
        return name

    for row in rows:
        one, other = root("p" + normal(row.passage)), root("q" + normal(row.question))
        parent[max(one, other)] = min(one, other)
    return {row.id: hashlib.sha256(root("p" + normal(row.passage)).encode()).hexdigest()[:12] for row in rows}


def held_out(group: str, share: float) -> bool:
    """The same groups at every run, whatever else there is."""
    return int(group, 16) < share * int("f" * len(group), 16)
