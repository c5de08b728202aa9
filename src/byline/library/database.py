"""`library.db`: articles, revisions, passages and embeddings; which revision of an article is live.

Everything here is one SQLite file under WAL with synchronous=FULL; the indexes beside it can be rebuilt from it.
Writes of one article: `stage` (rows and vectors, nothing visible), then `publish` (the live pointer flips).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    Connection,
    Engine,
    Integer,
    Text,
    bindparam,
    cast,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from byline.errors import LibraryError
from byline.library import rows
from byline.library.schema import (
    SCHEMA_VERSION,
    articles,
    embeddings,
    generations,
    journal,
    library,
    metadata,
    passages,
    revisions,
)
from byline.library.storage import storage_errors
from byline.protocols import PassageVectors, Vector
from byline.types import Article, Passage

_BATCH = 500  # rows a statement, under every database's limit on parameters

# What every question asks, built once: building a statement costs about as much as running it.
_IDS = bindparam("ids", type_=Text(), expanding=True)
_EDITION = select(library.c.value).where(library.c.key == "edition")
_LIVE_PASSAGES = rows.PASSAGES.where(passages.c.id.in_(_IDS))
_LIVE_SENTENCES = (
    select(embeddings.c.passage_id, embeddings.c.sentences)
    .join(passages, passages.c.id == embeddings.c.passage_id)
    .join(articles, articles.c.live_revision == passages.c.revision_id)
    .where(embeddings.c.embedder == bindparam("embedder"), embeddings.c.passage_id.in_(_IDS))
)


@dataclass(frozen=True, slots=True)
class Counts:
    articles: int
    passages: int
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class LiveSource:
    """`raw`: digest of the bytes at `origin`; `digest`: of what readers see."""

    id: str
    url: str | None
    digest: str
    origin: str
    raw: str


class Library:
    """Owns the connection pool; safe to read from several threads, written by one."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self.engine = engine
        self.path = path

    @classmethod
    def open(cls, path: Path) -> Library:
        """Creates the file when it is absent. Raises StorageError, or LibraryError for a newer schema."""
        with storage_errors(path.parent):
            engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
            event.listen(engine, "connect", _pragmas)
            metadata.create_all(engine)
            with engine.begin() as connection:
                connection.execute(
                    upsert(library).values(key="schema", value=str(SCHEMA_VERSION)).on_conflict_do_nothing()
                )
                found = connection.scalar(select(library.c.value).where(library.c.key == "schema"))
        if found != str(SCHEMA_VERSION):
            raise LibraryError(
                f"{path} has schema {found}; this Byline reads {SCHEMA_VERSION}.", "Use the Byline that wrote it."
            )
        return cls(engine, path)

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with storage_errors(self.path), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction."""
        with storage_errors(self.path), self.engine.begin() as connection:
            yield connection

    def live_sources(self, source: str) -> list[LiveSource]:
        """Where every live article of `source` was read."""
        query = (
            select(articles.c.id, revisions.c.url, revisions.c.digest, articles.c.origin, articles.c.raw)
            .join(revisions, revisions.c.id == articles.c.live_revision)
            .where(articles.c.source == source)
        )
        with self.read() as connection:
            return [LiveSource(*row) for row in connection.execute(query)]

    def live_elsewhere(self, source: str) -> dict[str, str]:
        """Live articles of other sources: id → source."""
        query = select(articles.c.id, articles.c.source).where(
            articles.c.source != source, articles.c.live_revision.is_not(None)
        )
        with self.read() as connection:
            return {row.id: row.source for row in connection.execute(query)}

    def stage(
        self, source: str, entries: Sequence[tuple[Article, Sequence[Passage]]], rules: str
    ) -> list[tuple[str, int]]:
        """Stores revisions and their passages without showing them; returns (article id, revision id). Idempotent."""
        staged: list[tuple[str, int]] = []
        with self.write() as connection:
            for article, split in entries:
                revision = _revision_id(connection, article)
                staged.append((article.ref.id, revision))
                known = {"id": article.ref.id, "source": source, "origin": article.origin, "raw": ""}
                connection.execute(upsert(articles).values(**known).on_conflict_do_nothing())
                _store_passages(connection, split, revision, rules)
        return staged

    def stage_passages(self, entries: Sequence[tuple[Article, Sequence[Passage]]], rules: str) -> None:
        """Passages under other rules of revisions that are stored already."""
        with self.write() as connection:
            for article, split in entries:
                _store_passages(connection, split, _revision_id(connection, article), rules)

    def embedded(self, ids: Sequence[str], embedder: str) -> set[str]:
        """Which of these passages already have vectors of this embedder."""
        found: set[str] = set()
        with self.read() as connection:
            for part in _parts(ids):
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

    def publish(self, staged: Iterable[tuple[str, int]], source: str, read: Mapping[str, Article]) -> None:
        """Readers see these revisions from the moment this returns, and no others of their articles."""
        flips = [
            {
                "article": article_id,
                "revision": revision,
                "owner": source,
                "place": read[article_id].origin,
                "bytes": read[article_id].raw,
            }
            for article_id, revision in staged
        ]
        flip = (
            update(articles)
            .where(articles.c.id == bindparam("article"))
            .values(
                live_revision=bindparam("revision"),
                source=bindparam("owner"),
                origin=bindparam("place"),
                raw=bindparam("bytes"),
            )
        )
        if flips:
            with self.write() as connection:
                connection.execute(flip, flips)
                _new_edition(connection)

    def hide(self, article_ids: Sequence[str]) -> None:
        """Takes articles out of sight; their revisions stay for the record."""
        with self.write() as connection:
            for part in _parts(article_ids):
                connection.execute(update(articles).where(articles.c.id.in_(part)).values(live_revision=None))
            _new_edition(connection)

    def edition(self) -> int:
        """Another number after every change of what readers may see."""
        with self.read() as connection:
            return int(connection.scalar(_EDITION) or 0)

    def relocate(self, moved: Iterable[Article]) -> None:
        """Live articles that are the same but were read from elsewhere, or from other bytes."""
        places = [{"article": found.ref.id, "place": found.origin, "bytes": found.raw} for found in moved]
        query = update(articles).where(articles.c.id == bindparam("article"))
        if places:
            with self.write() as connection:
                connection.execute(query.values(origin=bindparam("place"), raw=bindparam("bytes")), places)

    def passage_ids(self, rules: str, *, live: bool) -> set[str]:
        """Ids of passages whose revision is (or is not) the live one."""
        query = (
            select(passages.c.id)
            .outerjoin(articles, articles.c.live_revision == passages.c.revision_id)
            .where(passages.c.rules == rules)
            .where(articles.c.id.is_not(None) if live else articles.c.id.is_(None))
        )
        with self.read() as connection:
            return set(connection.scalars(query))

    def forget_passages(self, ids: Iterable[str]) -> None:
        """Drops passages and vectors of revisions that are not live; the revision's text stays."""
        with self.write() as connection:
            for part in _parts(list(ids)):
                connection.execute(delete(embeddings).where(embeddings.c.passage_id.in_(part)))
                connection.execute(delete(passages).where(passages.c.id.in_(part)))

    def passage_vectors(self, ids: Sequence[str], embedder: str) -> dict[str, Vector]:
        """Stored passage vectors, visible or not: id → (dimension,)."""
        found: dict[str, Vector] = {}
        query = select(embeddings.c.passage_id, embeddings.c.passage).where(embeddings.c.embedder == embedder)
        with self.read() as connection:
            for part in _parts(ids):
                stored = connection.execute(query.where(embeddings.c.passage_id.in_(part))).all()
                vectors = rows.unpack_passages([row.passage for row in stored])
                found.update(zip((row.passage_id for row in stored), vectors, strict=True))
        return found

    def forget_other_vectors(self, embedder: str, rules: str) -> None:
        """Drops vectors of every other embedder, and passages under other rules."""
        with self.write() as connection:
            other = select(passages.c.id).where(passages.c.rules != rules)
            connection.execute(
                delete(embeddings).where((embeddings.c.embedder != embedder) | embeddings.c.passage_id.in_(other))
            )
            connection.execute(delete(passages).where(passages.c.rules != rules))

    def live_articles(self) -> Iterator[Article]:
        """Every live article, by id."""
        query = (
            select(revisions, articles.c.origin)
            .join(articles, articles.c.live_revision == revisions.c.id)
            .order_by(articles.c.id)
        )
        with self.read() as connection:
            for row in connection.execution_options(yield_per=_BATCH).execute(query):
                yield Article(rows.article_ref(row), row.text, row.origin)

    def live_passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Those of the passages that readers may see, with their text cut from the live revision."""
        found: dict[str, Passage] = {}
        with self.read() as connection:
            for part in _parts(ids):
                for row in connection.execute(_LIVE_PASSAGES, {"ids": part}):
                    found[row.passage_id] = rows.passage(row)
        return found

    def passages_of(self, article_ids: Sequence[str]) -> list[Passage]:
        """The visible passages of these articles."""
        with self.read() as connection:
            queries = (rows.PASSAGES.where(articles.c.id.in_(part)) for part in _parts(article_ids))
            return [rows.passage(row) for query in queries for row in connection.execute(query)]

    def live_sentence_vectors(self, ids: Sequence[str], embedder: str, dimension: int) -> dict[str, Vector]:
        """Sentence vectors of visible passages: id → (sentences, dimension), unit length up to int8 rounding."""
        packed: dict[str, bytes] = {}
        with self.read() as connection:
            for part in _parts(ids):
                found = connection.execute(_LIVE_SENTENCES, {"ids": part, "embedder": embedder})
                packed.update((row.passage_id, row.sentences) for row in found)
        return rows.unpack_sentences(packed, dimension)

    def live_passage_vectors(
        self, rules: str, embedder: str
    ) -> Iterator[tuple[list[Passage], npt.NDArray[np.float32]]]:
        """All visible passages with their vectors, (n, dimension), in batches: what a generation is built from."""
        query = (
            rows.PASSAGES.join(embeddings, embeddings.c.passage_id == passages.c.id)
            .add_columns(embeddings.c.passage.label("vector"))
            .where(passages.c.rules == rules, embeddings.c.embedder == embedder)
            .order_by(passages.c.revision_id, passages.c.start)
        )
        with self.read() as connection:
            for part in connection.execution_options(yield_per=_BATCH).execute(query).partitions():
                yield [rows.passage(row) for row in part], rows.unpack_passages([row.vector for row in part])

    def counts(self) -> Counts:
        """What readers may see; passages under the rules of the active generation."""
        rules = select(generations.c.rules).where(generations.c.active).scalar_subquery()
        with self.read() as connection:
            live = articles.join(revisions, revisions.c.id == articles.c.live_revision)
            total, newest = connection.execute(
                select(func.count(), func.max(revisions.c.published)).select_from(live)
            ).one()
            inside = connection.scalar(
                select(func.count())
                .select_from(passages.join(articles, articles.c.live_revision == passages.c.revision_id))
                .where(passages.c.rules == rules)
            )
        return Counts(total, inside or 0, datetime.fromisoformat(newest) if newest else None)

    def article_texts(self, ids: Sequence[str]) -> dict[str, str]:
        """Canonical text of visible articles."""
        query = select(articles.c.id, revisions.c.text).join(revisions, revisions.c.id == articles.c.live_revision)
        found: dict[str, str] = {}
        with self.read() as connection:
            for part in _parts(ids):
                found.update({r.id: r.text for r in connection.execute(query.where(articles.c.id.in_(part)))})
        return found

    def integrity(self) -> list[str]:
        """What SQLite's own check finds; empty when the file is sound."""
        with self.read() as connection:
            found = connection.execute(text("PRAGMA quick_check")).scalars().all()
        return [line for line in found if line != "ok"]

    def record(self, event_name: str, detail: str) -> None:
        with self.write() as connection:
            connection.execute(insert(journal).values(at=_now(), event=event_name, detail=detail))


def _new_edition(connection: Connection) -> None:
    following = cast(cast(library.c.value, Integer) + 1, Text)
    first = upsert(library).values(key="edition", value="1")
    connection.execute(first.on_conflict_do_update(index_elements=["key"], set_={"value": following}))


def _revision_id(connection: Connection, article: Article) -> int:
    mine = (revisions.c.article_id == article.ref.id) & (revisions.c.digest == article.digest)
    known = connection.scalar(select(revisions.c.id).where(mine))
    if known is not None:
        return int(known)
    row = {**rows.revision_row(article), "stored_at": _now()}
    return int(connection.execute(insert(revisions).values(**row).returning(revisions.c.id)).scalar_one())


def _store_passages(connection: Connection, split: Sequence[Passage], revision: int, rules: str) -> None:
    if split:
        stored = [rows.passage_row(passage, revision, rules) for passage in split]
        connection.execute(upsert(passages).on_conflict_do_nothing(), stored)


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _pragmas(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=268435456"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
