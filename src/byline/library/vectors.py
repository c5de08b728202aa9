"""Chroma as the dense index of one generation. Embeddings are always handed in; Chroma computes none."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration, UpdateHNSWConfiguration
from chromadb.config import Settings

from byline.library.storage import storage_errors
from byline.protocols import Vector

_BATCH = 2000  # a single add takes at most 5,461 records
_HNSW: CreateHNSWConfiguration = {"space": "cosine", "ef_construction": 200, "max_neighbors": 16}

# Recall@10 of real questions at 300,000 passages, and what a search costs: .954 at 100 (1.9 CPU-ms), .978 at 200 (2.7),
# .992 at 400 (4.5). A small index does not need it: bench/scale.py.
#
# What was added since the graph was last written is put into it again at every opening, .4 CPU-ms a passage in a small
# graph and 2 in one of 300,000. But each time it is written all ids are written too, 20 MB of them at 300,000: writing
# every 200 costs as much as all the rest there. A new index is taken for a large one: most of it may come at once.
_LARGE: UpdateHNSWConfiguration = {"ef_search": 500, "sync_threshold": 2000}
_SMALL: UpdateHNSWConfiguration = {"ef_search": 200, "sync_threshold": 200}
_SMALL_PASSAGES = 20_000


class ChromaVectors:
    """One collection in a directory of its own; one process at a time (Chroma takes no lock itself)."""

    def __init__(self, path: Path) -> None:
        with storage_errors(path.parent):
            path.mkdir(parents=True, exist_ok=True)
            self._path = path
            self._open()
            self._tune()
            # a graph that was never saved has its files written at the first use: now, so that reading writes nothing
            self._collection.get(limit=1, include=[])

    def _open(self) -> None:
        settings = Settings(anonymized_telemetry=False)
        self._client = cast(Client, chromadb.PersistentClient(path=str(self._path), settings=settings))
        self._collection = self._client.get_or_create_collection(
            "passages", embedding_function=None, configuration={"hnsw": {**_HNSW, **_LARGE}}
        )

    def _tune(self) -> None:
        """Settings for the size it has now; Chroma reads them only when it loads the graph."""
        count = self._collection.count()
        wanted = _SMALL if 0 < count <= _SMALL_PASSAGES else _LARGE
        found = self._collection.configuration_json["hnsw"]
        if {name: found.get(name) for name in wanted} != wanted:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of having no embedding function
                self._collection.modify(configuration={"hnsw": wanted})
            self._client.close()
            self._open()

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

    def held(self, ids: Sequence[str]) -> dict[str, Vector]:
        """What it has for these ids: id → (dimension,)."""
        if not ids:
            return {}
        with storage_errors(self._path):
            found = self._collection.get(ids=list(ids), include=["embeddings"])
        vectors = np.asarray(found["embeddings"], dtype=np.float32)
        return dict(zip(found["ids"], vectors, strict=True))

    def ids(self) -> set[str]:
        with storage_errors(self._path):
            return set(self._collection.get(include=[])["ids"])

    def close(self) -> None:
        self._client.close()
