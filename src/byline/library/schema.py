"""Tables of `library.db`, the only truth. Portable SQL: nothing here is particular to SQLite.

articles      one row each; `live_revision` is what readers see, NULL when the article was removed
revisions     every text an article ever had, by digest
passages      exact slices of a revision under one set of passage rules; `sentences` are int32 pairs, article offsets
embeddings    of a passage, per embedder: float32 passage vector, int8 sentence vectors
generations   the derived indexes; `dirty` is set while one is being written to
journal       what sync did, for people
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 1

metadata = MetaData()

library = Table("library", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("raw", Text, nullable=False),  # digest of the bytes it was read from
    Column("live_revision", Integer, ForeignKey("revisions.id")),
    Index("articles_by_revision", "live_revision"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text),
    Column("authors", Text, nullable=False),  # JSON list
    Column("publisher", Text),
    Column("section", Text),
    Column("kind", Text),
    Column("language", Text),
    Column("published", Text),  # ISO 8601 with zone
    Column("modified", Text),
    Column("text", Text, nullable=False),
    Column("stored_at", Text, nullable=False),
    UniqueConstraint("article_id", "digest"),
    # holds all that filters ask for: one that names no date reads the index from end to end, never the texts
    Index("revisions_by_date", "published", "publisher", "section", "kind"),
)

passages = Table(
    "passages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("revision_id", Integer, ForeignKey("revisions.id"), nullable=False),
    Column("rules", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("heading", Text),
    Column("tokens", Integer, nullable=False),
    Column("sentences", LargeBinary, nullable=False),
    Index("passages_by_revision", "revision_id", "rules"),
)

embeddings = Table(
    "embeddings",
    metadata,
    Column("passage_id", Text, ForeignKey("passages.id"), primary_key=True),
    Column("embedder", Text, primary_key=True),
    Column("passage", LargeBinary, nullable=False),
    Column("sentences", LargeBinary, nullable=False),
)

generations = Table(
    "generations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("embedder", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("dirty", Boolean, nullable=False),
    Column("created_at", Text, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("detail", Text, nullable=False),
)
