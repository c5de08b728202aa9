"""What the product would have read closely for each measured question: kept in a file, so that any weights can be
measured on the same windows in minutes.

Nothing of this is learned from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.data import Case, multihop, multihop_index, squad, squad_index
from bench.sentences import inference

from byline.answer.weigh import Candidate
from byline.build import Desk, open_desk
from byline.retrieve.understand import understand
from byline.types import Span

WINDOWS, LONGEST, RANKED = 4, 430, 5
"""Windows kept of a question, code points of one, and sentences in the order that the product has them."""


@dataclass(frozen=True, slots=True)
class CloseWindow:
    """`text` stands at `start` in the text of its passage, whose sentences in it are at `sentences` of `text`."""

    passage: str
    header: str
    start: int
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A candidate as weighed: `span` in the text of its passage."""

    passage: str
    span: Span
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """`kind`: answerable, near or null. `signals` are those of the refusal rule."""

    id: str
    kind: str
    group: str
    question: str
    answers: tuple[str, ...]
    signals: dict[str, float]
    windows: tuple[CloseWindow, ...]
    ranked: tuple[Sentence, ...]


def close_windows(candidates: Sequence[Candidate], count: int, limit: int) -> list[CloseWindow]:
    """The best sentences with their neighbours, each sentence in one window at most."""
    found: list[CloseWindow] = []
    taken: set[tuple[str, int]] = set()
    for candidate in candidates:
        passage, spans = candidate.passage, candidate.passage.sentences
        if len(found) == count:
            break
        if (passage.id, candidate.span.start) in taken:
            continue
        free = [(passage.id, span.start) not in taken for span in spans]
        first, last = about(spans, free, spans.index(candidate.span), limit)
        taken |= {(passage.id, span.start) for span in spans[first:last]}
        start = spans[first].start
        whole = Span(start, spans[last - 1].end)
        inside = tuple(Span(span.start - start, span.end - start) for span in spans[first:last])
        found.append(
            CloseWindow(passage.id, passage.article.header, start - passage.start, passage.slice(whole), inside)
        )
    return found


def about(spans: Sequence[Span], free: Sequence[bool], chosen: int, limit: int) -> tuple[int, int]:
    """Sentences `[first, last)` about the chosen one, as many on either side, the one before first: an answer follows
    what repeats the question. Those that are not free are left out."""
    first, last = chosen, chosen + 1
    while True:
        wider = [
            (lower, upper)
            for lower, upper in ((first - 1, last), (first, last + 1))
            if lower >= 0
            and upper <= len(spans)
            and all(free[lower:upper])
            and spans[upper - 1].end - spans[lower].start <= limit
        ]
        if not wider:
            return first, last
        first, last = min(wider, key=lambda pair: max(chosen - pair[0], pair[1] - chosen - 1))


def ask(desk: Desk, cases: Sequence[Case], kind: str) -> Iterator[AskedQuestion]:
    for case in cases:
        question = understand(case.question)
        with desk.searcher.lease() as searcher:
            hits = searcher.search(question, 10)
        candidates, signals = desk.extractive.evidence(question, hits)
        windows = tuple(close_windows(candidates, WINDOWS, LONGEST))
        ranked = tuple(
            Sentence(
                c.passage.id, Span(c.span.start - c.passage.start, c.span.end - c.passage.start), c.text, c.score
            )
            for c in candidates[:RANKED]
        )  # fmt: skip
        yield AskedQuestion(case.id, kind, case.group, case.question, case.answers, signals, windows, ranked)


def ask_all(folder: Path) -> None:
    """Leaves squad.jsonl and multihop.jsonl: minutes of CPU."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_desk(squad_index()) as desk:
        near = squad(answerable=False)
        write_asked(folder / "squad.jsonl", [*ask(desk, squad(), "answerable"), *ask(desk, near, "near")])
    with open_desk(multihop_index()) as desk:
        write_asked(folder / "multihop.jsonl", [*ask(desk, news(), "answerable"), *ask(desk, null(), "null")])


def news() -> list[Case]:
    """Only those of one fact keep their answers: the others ask for a yes or no, which no sentence is."""
    said = {case.id for case in inference()}
    return [case if case.id in said else replace(case, answers=()) for case in multihop()]


def null() -> list[Case]:
    """Each a group of its own: their answers are all the same."""
    return [replace(case, group=case.id, answers=()) for case in multihop(answerable=False)]


def write_asked(path: Path, asked: Sequence[AskedQuestion]) -> None:
    with path.open("w", encoding="utf-8") as lines:
        for one in asked:
            lines.write(json.dumps(_plain(one), ensure_ascii=False) + "\n")


def _plain(one: AskedQuestion) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, "group": one.group, "question": one.question, "answers": one.answers,
        "signals": one.signals,
        "windows": [
            [w.passage, w.header, w.start, w.text, [(s.start, s.end) for s in w.sentences]] for w in one.windows
        ],
        "ranked": [[s.passage, s.span.start, s.span.end, s.text, s.score] for s in one.ranked],
    }  # fmt: skip


def read_asked(path: Path) -> list[AskedQuestion]:
    found = []
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            windows = tuple(
                CloseWindow(passage, header, start, text, tuple(Span(*span) for span in spans))
                for passage, header, start, text, spans in row["windows"]
            )
            ranked = tuple(Sentence(p, Span(start, end), text, score) for p, start, end, text, score in row["ranked"])
            found.append(
                AskedQuestion(
                    row["id"], row["kind"], row["group"], row["question"], tuple(row["answers"]), row["signals"],
                    windows, ranked,
                )
            )  # fmt: skip
    return found
