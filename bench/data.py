"""Public question sets, and an index built for each by the product itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from byline.build import open_synchronizer
from byline.ingest.source import sync_source
from byline.settings import Settings

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "bench"
WORK = ROOT / ".bench"


@dataclass(frozen=True, slots=True)
class Case:
    """`gold`: ids of the articles that answer; `facts`: exact sentences to be found; `answers`: acceptable strings."""

    id: str
    question: str
    gold: tuple[str, ...]
    facts: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    group: str = ""


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def multihop(*, answerable: bool = True) -> list[Case]:
    """The development questions of MultiHop-RAG: those with evidence, or the `null_query` ones without."""
    return [
        Case(
            row["id"],
            row["question"],
            tuple(row["gold_article_ids"]),
            tuple(evidence["fact"] for evidence in row["evidence"]),
            (row["answer"],),
            row["answer"],
        )
        for row in rows(SHARED / "multihop_rag" / "questions_dev.jsonl")
        if bool(row["evidence"]) is answerable
    ]


def squad(*, answerable: bool = True) -> list[Case]:
    """SQuAD 2.0 development questions; an article is one paragraph."""
    return [
        Case(row["id"], row["question"], (row["paragraph_id"],), (), tuple(row["answers"]), _title(row))
        for row in rows(SHARED / "squad2" / "questions_dev.jsonl")
        if row["is_impossible"] is not answerable
    ]


@dataclass(frozen=True, slots=True)
class DatedCase:
    """A question of the news quiz of the day `as_of`; no gold when the articles end more than a year before it."""

    id: str
    question: str
    as_of: datetime
    gold: tuple[str, ...]


def realtime() -> list[DatedCase]:
    """The development questions of RealTimeQA."""
    return [
        DatedCase(
            row["id"],
            row["question"],
            datetime.fromisoformat(row["date"].replace("/", "-")).replace(tzinfo=UTC),
            tuple(row["gold_article_ids"]),
        )
        for row in rows(SHARED / "realtimeqa" / "questions_dev.jsonl")
    ]


def _title(row: dict[str, Any]) -> str:
    # question titles have underscores where paragraph titles have spaces: only the id joins them
    return str(row["paragraph_id"]).split("#")[0]


def squad_articles(path: Path, *, without: str | None = None) -> Path:
    """The paragraphs as one JSONL of articles, without those of the title `without`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as lines:
        for row in rows(SHARED / "squad2" / "paragraphs.jsonl"):
            if row["id"].split("#")[0] != without:
                lines.write(json.dumps({key: row[key] for key in ("id", "title", "text")}) + "\n")
    return path


def indexed(name: str, source: Path, folder: Path = WORK) -> Settings:
    """Settings of an index in step with `source`; an earlier one is only brought up to date."""
    settings = Settings(index=folder / name)
    with open_synchronizer(settings) as synchronizer:
        sync_source(synchronizer, source)
    return settings


def multihop_index() -> Settings:
    return indexed("multihop", SHARED / "multihop_rag" / "articles.jsonl")


def realtime_index() -> Settings:
    """All 3,544 articles of RealTimeQA: an hour of CPU when it is built."""
    return indexed("realtimeqa-full", SHARED / "realtimeqa" / "articles.jsonl")


def squad_index() -> Settings:
    return indexed("squad", squad_articles(WORK / "squad.jsonl"))
