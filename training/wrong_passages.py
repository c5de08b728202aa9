"""Passages that the product's search takes for a question's own and that do not answer it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from byline.library.lexical import TantivyLexical
from byline.models.terms import query_terms, terms
from byline.types import ArticleRef
from training.rows import Row

DEPTH = 8


def wrong_passages(rows: Sequence[Row], group: Mapping[str, str]) -> dict[str, list[str]]:
    """Row id → passages of other groups that BM25 finds first and that have none of its answers' words in a row."""
    passages = sorted({row.passage for row in rows})
    known = {row.passage: group[row.id] for row in rows}
    written = [f" {' '.join(terms(passage))} " for passage in passages]
    index = TantivyLexical(None)
    nobody = ArticleRef("", "")
    index.add((str(at), text.split(), nobody) for at, text in enumerate(written))
    found: dict[str, list[str]] = {}
    for row in rows:
        if not row.answerable:
            continue
        said = [f" {' '.join(terms(answer.within(row.passage)))} " for answer in row.answers]
        hits = [int(name) for name, _ in index.search(query_terms(row.question), DEPTH)]
        found[row.id] = [
            passages[at]
            for at in hits
            if known[passages[at]] != group[row.id] and not any(words in written[at] for words in said)
        ]
    index.close()
    return found


def write_found(found: Mapping[str, list[str]], path: Path) -> None:
    path.write_text("".join(json.dumps([row, passages]) + "\n" for row, passages in found.items()), "utf-8")


def read_found(path: Path) -> Iterator[tuple[str, list[str]]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row, passages = json.loads(line)
            yield row, passages
