"""Tables of `library.db`, the only truth. Portable SQL: nothing here is particular to SQLite.

articles      one row each; `live_revision` is the one in the indexes, NULL when the article was removed. Readers see
              it unless it is withdrawn, or now is before `visible_from` or not before `visible_until`
revisions     every text an article ever had, by digest; `signature` finds near-duplicates
passages      exact slices of a revision under one set of passage rules; `sentences` are int32 pairs, article offsets
embeddings    of a passage, per embedder: float32 passage vector, int8 sentence vectors
generations   the derived indexes; `seal` says what their files were when they were last whole, NULL while written to
sources       what is kept in step, and when it last was
fetches       what was fetched from an address, so that an unchanged one is not fetched again
answers       saved ones, as they were shown; `answer_quotes` ties them to the revisions they quote
feedback      what a reader said of a saved answer
journal       what sync did, for people

A change here is a migration in `migrations/versions`; a test holds the two together.
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

SCHEMA_VERSION = "0003"
"""The newest migration."""

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
    Column("visible_from", Text),  # embargo; ISO 8601 in UTC like every time here
    Column("visible_until", Text),
    Column("withdrawn_at", Text),
    Column("withdrawn_by", Text),  # "source": as long as front matter says so; "editor": until undone; or "both"
    Column("withdrawn_why", Text),
    Column("family", Text),  # names a family of copies by its first id; NULL when there are none
    Index("articles_by_revision", "live_revision"),
    Index("articles_by_family", "family"),
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
    Column("signature", LargeBinary),  # MinHash of its words, uint32
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
    Column("embedder", Text, nullable=False),  # fingerprint
    Column("embedder_name", Text),  # what loads it: the setting; NULL for generations of the first schema
    Column("rules", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("seal", Text),  # JSON: file → [bytes, sha256]
    Column("created_at", Text, nullable=False),
    Column("activated_at", Text),
)

sources = Table(
    "sources",
    metadata,
    Column("name", Text, primary_key=True),  # absolute path or address
    Column("tried_at", Text, nullable=False),
    Column("in_step_at", Text),  # when it was last read to the end
    Column("error", Text),  # of the last try
)

fetches = Table(
    "fetches",
    metadata,
    Column("url", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("final_url", Text),  # after redirects
    Column("etag", Text),
    Column("last_modified", Text),
    Column("raw", Text),  # digest of the bytes
    Column("article_id", Text),
    Column("fetched_at", Text, nullable=False),
    Column("status", Integer),
    Index("fetches_by_source", "source"),
)

answers = Table(
    "answers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("saved_at", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),  # JSON
    Column("kept_until", Text),  # NULL: until an article that it names is purged
)

answer_quotes = Table(
    "answer_quotes",
    metadata,
    Column("answer_id", Text, ForeignKey("answers.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("article_id", Text, nullable=False),
    Column("digest", Text, nullable=False),  # of the revision
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Index("answer_quotes_by_article", "article_id"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("answer_id", Text, ForeignKey("answers.id"), primary_key=True),
    Column("at", Text, nullable=False),
    Column("rating", Integer, nullable=False),  # 1 or -1
    Column("comment", Text),
)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("detail", Text, nullable=False),
)
