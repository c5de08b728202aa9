"""Vectors as the library keeps them, visible or not: what indexes are made from, so that nothing is embedded twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from byline.library import rows
from byline.library.connection import Connected, parts
from byline.library.schema import embeddings, passages
from byline.protocols import PassageVectors, Vector


class StoredVectors(Connected):
    """By passage and embedder."""

    def embedded(self, ids: Sequence[str], embedder: str) -> set[str]:
        """Which of these passages already have vectors of this embedder."""
        found: set[str] = set()
        with self.read() as connection:
            for part in parts(ids):
                query = select(embeddings.c.passage_id).where(
                    embeddings.c.passage_id.in_(part), embeddings.c.embedder == embedder
                )
                found.update(connection.scalars(query))
        return found

    def store_vectors(self, vectors: Mapping[str, PassageVectors], embedder: str) -> None:
        stored = [rows.embedding_row(passage_id, embedder, value) for passage_id, value in vectors.items()]
        if stored:
            with self.write() as connection:
                connection.execute(upsert(embeddings).on_conflict_do_nothing(), stored)

    def copy_vectors(self, origins: Mapping[str, str], embedder: str) -> None:
        """Gives passages the vectors of others: new id → id of one that reads the same. Nothing where that has none."""
        copied = select(bindparam("new"), embeddings.c.embedder, embeddings.c.passage, embeddings.c.sentences).where(
            embeddings.c.passage_id == bindparam("old"), embeddings.c.embedder == embedder
        )
        columns = ["passage_id", "embedder", "passage", "sentences"]
        query = upsert(embeddings).from_select(columns, copied).on_conflict_do_nothing()
        if origins:
            with self.write() as connection:
                connection.execute(query, [{"new": new, "old": old} for new, old in origins.items()])

    def passage_vectors(self, ids: Sequence[str], embedder: str) -> dict[str, Vector]:
        """Stored passage vectors, visible or not: id → (dimension,)."""
        found: dict[str, Vector] = {}
        query = select(embeddings.c.passage_id, embeddings.c.passage).where(embeddings.c.embedder == embedder)
        with self.read() as connection:
            for part in parts(ids):
                stored = connection.execute(query.where(embeddings.c.passage_id.in_(part))).all()
                vectors = rows.unpack_passages([row.passage for row in stored])
                found.update(zip((row.passage_id for row in stored), vectors, strict=True))
        return found

    def forget_passages(self, ids: Iterable[str]) -> None:
        """Drops passages and vectors of revisions that are not live; the revision's text stays."""
        with self.write() as connection:
            for part in parts(list(ids)):
                connection.execute(delete(embeddings).where(embeddings.c.passage_id.in_(part)))
                connection.execute(delete(passages).where(passages.c.id.in_(part)))
