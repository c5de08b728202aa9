"""Questions asked as of a day: RealTimeQA's weekly news quizzes over the articles found for them.

Half were asked while the articles were written; the other half 17 months after the newest and later, so that no
article can answer them. The product is asked as `byline ask --batch` asks it; BM25 ranks the same passages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.data import DatedCase, realtime, realtime_index
from bench.figures import Scores, mean_interval, table
from byline.build import Desk, open_desk
from byline.models.terms import query_terms
from byline.types import Done, PassagesFound, Question

SYSTEMS = ("BM25", "Byline without the day", "Byline")


def scores() -> list[dict[str, Any]]:
    """One row a question: id, day, whether an article answers it, reason; article hit@1 and hit@10 by system."""
    with open_desk(realtime_index()) as desk:
        return [_asked(desk, case) for case in realtime()]


def _asked(desk: Desk, asked: DatedCase) -> dict[str, Any]:
    with desk.searcher.lease() as searcher:
        lexical = [key for key, _ in searcher.opened.lexical.search(query_terms(asked.question), 10)]
    found = desk.library.live_passages(lexical)
    timeless = desk.searcher.search(Question(asked.question, asked.question), 10)
    ranked = {
        "BM25": [found[key].article.id for key in lexical if key in found],
        "Byline without the day": [hit.passage.article.id for hit in timeless],
    }
    row: dict[str, Any] = {"id": asked.id, "day": asked.as_of.date().isoformat(), "answerable": bool(asked.gold)}
    for event in desk.answerer.stream(Question(asked.question, asked.question, as_of=asked.as_of)):
        match event:
            case PassagesFound(hits):
                ranked["Byline"] = [hit.passage.article.id for hit in hits]
            case Done(answer):
                row |= {"refused": float(not answer.answered), "reason": answer.reason}
    return row | {system: _hits(asked.gold, ranked[system]) for system in SYSTEMS}


def _hits(gold: Sequence[str], ranked: Sequence[str]) -> Scores:
    return {f"hit@{depth}": float(not set(gold).isdisjoint(ranked[:depth])) for depth in (1, 10)}


def report(rows: Sequence[Mapping[str, Any]] | None = None) -> str:
    rows = scores() if rows is None else rows
    reached = [row for row in rows if row["answerable"]]
    later = [row for row in rows if not row["answerable"]]
    hits = {system: [row[system] for row in reached] for system in SYSTEMS}
    lines = [
        f"### RealTimeQA, {len(reached)} questions that articles answer, asked as of their day",
        table(hits, [str(row["day"]) for row in reached]),
        f"### RealTimeQA, refused: {len(later)} questions about a later time than the articles reach, and the others",
        "| questions | refused | of these `not_at_that_time` |\n|---|---|---|",
    ]
    lines[-1] += "".join(f"\n| {name} | {_refused(part)} |" for name, part in (("later", later), ("others", reached)))
    return "\n\n".join(lines)


def _refused(rows: Sequence[Mapping[str, Any]]) -> str:
    days = [str(row["day"]) for row in rows]
    values = [row["refused"] for row in rows]
    for_time = [float(row["reason"] == "not_at_that_time") for row in rows]
    cells = [mean_interval(part, days) for part in (values, for_time)]
    return " | ".join(f"{mean:.3f} [{low:.3f}, {high:.3f}]" for mean, low, high in cells)
