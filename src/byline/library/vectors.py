"""Chroma as the dense index of one generation. Embeddings are always handed in; Chroma computes none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.config import Settings

from byline.library.storage import storage_errors
from byline.protocols import Vector

_BATCH = 2000  # a single add takes at most 5,461 records
_HNSW: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_search": 200,
    "ef_construction": 200,
    # What was added since the graph was last written is put into it again at every opening, .4 CPU-ms a passage. Chroma
    # writes it every 1,000; every 200 that is at most .1 instead of .4 CPU-s, and building 8,477 costs no more.
    "sync_threshold": 200,
}


class ChromaVectors:
    """One collection in a directory of its own; one process at a time (Chroma takes no lock itself)."""

    def __init__(self, path: Path) -> None:
        with storage_errors(path.parent):
            path.mkdir(parents=True, exist_ok=True)
            self._path = path
            settings = Settings(anonymized_telemetry=False)
            self._client = cast(Client, chromadb.PersistentClient(path=str(path), settings=settings))
            self._collection = self._client.get_or_create_collection(
                "passages",
                embedding_function=None,
                configuration={"hnsw": _HNSW},
            )
            # a graph that was never saved has its files written at the first use: now, so that reading writes nothing
            self._collection.get(limit=1, include=[])

    def add(self, ids: Sequence[str], vectors: Vector) -> None:
        with storage_errors(self._path):
            for start in range(0, len(ids), _BATCH):
                part = slice(start, start + _BATCH)
                self._collection.upsert(ids=list(ids[part]), embeddings=np.ascontiguousarray(vectors[part]))

    def remove(self, ids: Sequence[str]) -> None:
        with storage_errors(self._path):
            for start in range(0, len(ids), _BATCH):
                self._collection.delete(ids=list(ids[start : start + _BATCH]))

    def search(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        with storage_errors(self._path):
            found = self._collection.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        distances = found["distances"] or [[]]
        ranked = [(passage_id, 1.0 - float(d)) for passage_id, d in zip(found["ids"][0], distances[0], strict=True)]
        return sorted(ranked, key=lambda hit: (-hit[1], hit[0]))

    def nearest(self, vectors: Vector) -> list[tuple[str, float]]:
        """The best of each row of (n, dimension), at once: a third of the CPU of asking one by one."""
        with storage_errors(self._path):
            found = self._collection.query(
                query_embeddings=np.ascontiguousarray(vectors), n_results=1, include=["distances"]
            )
        distances = found["distances"] or []
        pairs = zip(found["ids"], distances, strict=True)
        return [(ids[0], 1.0 - float(row[0])) if ids else ("", 0.0) for ids, row in pairs]

    def ids(self) -> set[str]:
        with storage_errors(self._path):
            return set(self._collection.get(include=[])["ids"])

    def close(self) -> None:
        self._client.close()
