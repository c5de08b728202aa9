"""Passages that the product's search takes for a question's own and that do not answer it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.data import indexed

from byline.build import open_desk
from byline.library.lexical import TantivyLexical
from byline.models.terms import query_terms, terms
from byline.retrieve.understand import understand
from byline.types import ArticleRef
from training.headers import title
from training.rows import Row

DEPTH = 8

Found = dict[str, list[str]]
"""Row id → passages, the likest first."""

Search = Callable[[str], list[int]]
"""Question → places of the passages that are found, best first."""


def wrong_passages(rows: Sequence[Row], group: Mapping[str, str], search: Search, passages: Sequence[str]) -> Found:
    """Of other groups than the question's, without any of its answers' words in a row."""
    known = {row.passage: group[row.id] for row in rows}
    written = [_spoken(passage) for passage in passages]
    found: Found = {}
    for row in rows:
        said = [_spoken(answer.within(row.passage)) for answer in row.answers]
        found[row.id] = [
            passages[at]
            for at in search(row.question)
            if known.get(passages[at]) != group[row.id] and not any(words in written[at] for words in said)
        ]
    return found


def by_words(passages: Sequence[str]) -> Search:
    """The product's BM25 alone: a minute for 17,000 passages."""
    index = TantivyLexical(None)
    nobody = ArticleRef("", "")
    index.add((str(at), terms(passage), nobody) for at, passage in enumerate(passages))
    return lambda question: [int(name) for name, _ in index.search(query_terms(question), DEPTH)]


@contextmanager
def by_product(passages: Sequence[str], folder: Path) -> Iterator[Search]:
    """All of the product's search, over an index that is kept in `folder`: some 25 CPU-ms for each passage once, and 15
    for each question."""
    path = folder / "passages.jsonl"
    with path.open("w", encoding="utf-8") as lines:
        for at, passage in enumerate(passages):
            lines.write(json.dumps({"id": f"p{at}", "title": title(passage), "text": passage}) + "\n")
    with open_desk(indexed("passages", path, folder)) as desk:

        def search(question: str) -> list[int]:
            with desk.searcher.lease() as searcher:
                hits = searcher.search(understand(question), DEPTH)
            return list(dict.fromkeys(int(hit.passage.article.id[1:]) for hit in hits))

        yield search


def drawn(rows: Sequence[Row], most: int) -> list[Row]:
    """Rows to look for wrong passages of: not all get one in a pass."""
    answered = [row for row in rows if row.answerable]
    return random.Random(0).sample(answered, min(most, len(answered)))


def write_found(found: Found, path: Path) -> None:
    path.write_text("".join(json.dumps([row, passages]) + "\n" for row, passages in found.items()), "utf-8")


def read_found(path: Path) -> Iterator[tuple[str, list[str]]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row, passages = json.loads(line)
            yield row, passages


def _spoken(text: str) -> str:
    return f" {' '.join(terms(text))} "
