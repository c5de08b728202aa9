"""Plain Chroma over the same vectors: `python -m bench.scale_plain FOLDER INDEX` prints JSON.

Its default settings, dates as metadata and a `where` on them, as its documentation shows; vectors are handed in. It
keeps no texts, has no BM25 and no sentences, and questions are embedded beforehand: what it costs is Chroma alone.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import chromadb
from chromadb.config import Settings
from sqlalchemy import select

from bench.grown import questions
from bench.processes import resident_mb
from bench.scale_search import COUNT, LIMIT, SPANS, WARM_UP, Figures, date_ranges, middle_and_high, spent_ms
from byline.library import rows
from byline.library.database import Library
from byline.library.exact import ExactVectors
from byline.library.schema import embeddings, passages, revisions
from byline.models.embed import load_embedder
from byline.protocols import Vector
from byline.types import Filters
from byline.wiring import DATABASE

BATCH = 500
FILTERED = 25  # searches for each range of dates: they take their time


def stored(library: Library, beyond: int) -> Iterator[tuple[list[str], Vector, list[dict[str, float]]]]:
    """(ids, vectors, metadata) in batches, without the first `beyond`."""
    query = (
        select(passages.c.id, embeddings.c.passage, revisions.c.published)
        .join(embeddings, embeddings.c.passage_id == passages.c.id)
        .join(revisions, revisions.c.id == passages.c.revision_id)
        .order_by(revisions.c.id, passages.c.start)
        .offset(beyond)
        .limit(10**9)
    )
    with library.read() as connection:
        for part in connection.execution_options(yield_per=BATCH).execute(query).partitions():
            dates = [{"published": _seconds(row.published)} for row in part]
            yield [row.id for row in part], rows.unpack_passages([row.passage for row in part]), dates


def run(folder: Path, index: Path) -> Figures:
    library = Library.open(index / DATABASE)
    client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    collection = client.get_or_create_collection("passages", embedding_function=None)
    before = collection.count()
    cpu_s = 0.0
    for ids, vectors, dates in stored(library, before):
        started = time.process_time()
        collection.add(ids=ids, embeddings=vectors, metadatas=dates)  # type: ignore[arg-type]
        cpu_s += time.process_time() - started
    embedder = load_embedder()
    asked = [embedder.embed_query(text) for text in questions()]
    figures = {"passages": float(collection.count() - before), "cpu_s": cpu_s}
    figures |= _searches(collection, asked) | {"rss_mb": resident_mb(os.getpid())}
    generation = _made_with(library)
    exact = ExactVectors.load(library, *generation)
    shares = [
        len({key for key, _ in exact.search(vector, LIMIT)} & _found(collection, vector, None)) / LIMIT
        for vector in asked
    ]
    library.close()
    return figures | {"recall": sum(shares) / len(shares)}


def _searches(collection: Any, asked: Sequence[Vector]) -> Figures:
    for vector in asked[:WARM_UP]:
        _found(collection, vector, None)
    asked = asked[WARM_UP : WARM_UP + COUNT]
    figures = middle_and_high("no filter", spent_ms([partial(_found, collection, vector, None) for vector in asked]))
    every: list[float] = []
    for days in SPANS.values():
        pairs = zip(asked, date_ranges(days)[:: COUNT // FILTERED], strict=False)
        every += spent_ms([partial(_found, collection, vector, _where(filters)) for vector, filters in pairs])
    return figures | middle_and_high("any filter", every)


def _where(filters: Filters) -> dict[str, Any]:
    assert filters.published_from
    assert filters.published_until
    begin, end = filters.published_from.timestamp(), filters.published_until.timestamp()
    return {"$and": [{"published": {"$gte": begin}}, {"published": {"$lt": end}}]}


def _found(collection: Any, vector: Vector, where: dict[str, Any] | None) -> set[str]:
    found = collection.query(query_embeddings=vector[None], n_results=LIMIT, where=where, include=["distances"])
    return set(found["ids"][0])


def _made_with(library: Library) -> tuple[str, str]:
    with library.read() as connection:
        row = connection.execute(select(passages.c.rules, embeddings.c.embedder).join(embeddings).limit(1)).one()
    return str(row.rules), str(row.embedder)


def _seconds(published: str | None) -> float:
    return datetime.fromisoformat(published).timestamp() if published else 0.0


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), Path(sys.argv[2]))))
