"""Taking every byte of one article out of `library.db`, and remembering by hash alone that it may not come back."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from byline.errors import LibraryBusyError
from byline.library.connection import BATCH, now, parts
from byline.library.edition import new_edition
from byline.library.families.grouping import Grouping
from byline.library.saved import forget_answers
from byline.library.schema import (
    answer_quotes,
    answers,
    articles,
    embeddings,
    feedback,
    fetches,
    generations,
    journal,
    library,
    passages,
    revisions,
    sources,
)
from byline.library.storage import storage_errors

_KEY, _UNFINISHED = "purged:", "purging:"
_WAIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Traces:
    """All that the library holds of one article: `texts` are its words, titles, names and addresses."""

    id: str
    urls: tuple[str, ...]
    texts: tuple[str, ...]
    passages: tuple[str, ...]
    vectors: tuple[bytes, ...]
    sentence_vectors: tuple[bytes, ...]
    revisions: int


class Erasure(Grouping):
    """Called by the owner of the index directory only."""

    def traces(self, article_id: str) -> Traces:
        mine = revisions.c.article_id == article_id
        with self.read() as connection:
            held = connection.execute(select(revisions).where(mine)).all()
            place = connection.execute(select(articles).where(articles.c.id == article_id)).first()
            inside = _passage_ids(connection, article_id)
            vectors = [
                row
                for part in parts(inside)
                for row in connection.execute(select(embeddings).where(embeddings.c.passage_id.in_(part)))
            ]
        said = [value for row in held for value in (row.title, *json.loads(row.authors), row.url, row.text) if value]
        return Traces(
            article_id,
            tuple(dict.fromkeys(row.url for row in held if row.url)),
            tuple(dict.fromkeys([article_id, *said, *((place.origin,) if place else ())])),
            tuple(inside),
            tuple(row.passage for row in vectors),
            tuple(row.sentences for row in vectors),
            len(held),
        )

    def words_elsewhere(self, traces: Traces) -> Iterator[tuple[str | None, str]]:
        """(id, text) of all other articles, and (None, text) of whatever else is kept for good reason."""
        article_id, names = traces.id, _names(traces)
        texts = [revisions.c[name] for name in ("text", "title", "authors", "url", "publisher", "section")]
        with self.read() as connection:
            for row in connection.execute(
                select(revisions.c.article_id, *texts).where(revisions.c.article_id != article_id)
            ):
                yield row.article_id, "\n".join(filter(None, row[1:]))
            others = select(articles.c.source, articles.c.origin, articles.c.id).where(articles.c.id != article_id)
            for table in (
                others,
                select(fetches.c.url, fetches.c.final_url).where(fetches.c.article_id.is_distinct_from(article_id)),
                select(generations.c.embedder, generations.c.embedder_name, generations.c.rules, generations.c.seal),
                select(journal.c.event, journal.c.detail),
            ):
                for row in connection.execute(table):
                    kept = "\n".join(filter(None, row))
                    if not any(name.search(kept) for name in names):
                        yield None, kept

    def vectors_elsewhere(self, article_id: str) -> Iterator[bytes]:
        """All vectors of all other articles: who says the same has the same."""
        with self.read() as connection:
            query = (
                select(embeddings.c.passage, embeddings.c.sentences)
                .join(passages, passages.c.id == embeddings.c.passage_id)
                .join(revisions, revisions.c.id == passages.c.revision_id)
                .where(revisions.c.article_id != article_id)
            )
            for row in connection.execution_options(yield_per=BATCH).execute(query):
                yield from row

    def erase(self, traces: Traces, speaks_of_it: Callable[[str], bool]) -> int:
        """Its rows, in one transaction; returns how many saved answers went with it.

        `speaks_of_it`: whether a text has words that only this article has. Its id and addresses stay as hashes, so
        that no sync brings it back, and a mark that the purge is not finished.
        """
        article_id = traces.id
        with self.write() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete=ON")  # what is deleted is overwritten, in free pages too
            gone = _answers_naming(connection, article_id, speaks_of_it)
            forget_answers(connection, gone)
            source = connection.scalar(select(articles.c.source).where(articles.c.id == article_id))
            siblings = _siblings(connection, article_id)
            for part in parts(traces.passages):
                connection.execute(delete(embeddings).where(embeddings.c.passage_id.in_(part)))
                connection.execute(delete(passages).where(passages.c.id.in_(part)))
            connection.execute(delete(articles).where(articles.c.id == article_id))
            connection.execute(delete(revisions).where(revisions.c.article_id == article_id))
            self.regroup(connection, [article_id, *siblings])
            _forget_addresses(connection, traces)
            _forget_source(connection, source)
            _forget_journal(connection, traces, speaks_of_it)
            _entomb(connection, traces)
            new_edition(connection)
        return len(gone)

    def compact(self) -> None:
        """Rewrites the file without its free pages and empties the write-ahead log.

        Raises LibraryBusyError when another process goes on reading.
        """
        self.engine.dispose()
        with storage_errors(self.path), closing(sqlite3.connect(self.path, timeout=_WAIT_S)) as connection:
            connection.isolation_level = None
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("VACUUM")
            until = time.monotonic() + _WAIT_S
            while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                if time.monotonic() > until:
                    raise LibraryBusyError(
                        f"{self.path} is being read by another process, so that its log cannot be emptied.",
                        "Run the same command again: what is erased stays erased.",
                    )
                time.sleep(0.05)

    def purge_finished(self, named: str) -> None:
        """By its id or any of its addresses."""
        with self.write() as connection:
            group = select(library.c.value).where(library.c.key == _UNFINISHED + _hash(named)).scalar_subquery()
            marks = library.c.key.like(f"{_UNFINISHED}%") & (library.c.value == group)
            connection.execute(delete(library).where(marks))
            connection.execute(insert(journal).values(at=now(), event="purge", detail="one article"))

    def purge_is_unfinished(self, named: str) -> bool:
        with self.read() as connection:
            key = _UNFINISHED + _hash(named)
            return connection.scalar(select(library.c.key).where(library.c.key == key)) is not None

    def tombstones(self) -> Callable[[str | None], bool]:
        """Whether an article of this id or address was purged."""
        with self.read() as connection:
            held = set(connection.scalars(select(library.c.key).where(library.c.key.like(f"{_KEY}%"))))
        return lambda name: bool(held) and name is not None and _KEY + _hash(name) in held

    def allow_again(self, named: str) -> bool:
        """Lets the next sync bring back what was purged under this id or address; False when nothing was."""
        with self.write() as connection:
            group = connection.scalar(select(library.c.value).where(library.c.key == _KEY + _hash(named)))
            if group is None:
                return False
            mine = library.c.key.like(f"{_KEY}%") & (library.c.value == group)
            connection.execute(delete(library).where(mine))
            return True

    def backups(self) -> list[str]:
        """Backups that the journal knows of."""
        with self.read() as connection:
            return list(connection.scalars(select(journal.c.detail).where(journal.c.event == "backup")))


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def _passage_ids(connection: Connection, article_id: str) -> list[str]:
    query = select(passages.c.id).join(revisions, revisions.c.id == passages.c.revision_id)
    return list(connection.scalars(query.where(revisions.c.article_id == article_id)))


def _answers_naming(connection: Connection, article_id: str, speaks_of_it: Callable[[str], bool]) -> list[str]:
    """Those that quote it, list it as a source, or have words that only it has, if only in what a reader said."""
    quoting = set(connection.scalars(select(answer_quotes.c.answer_id).where(answer_quotes.c.article_id == article_id)))
    for row in connection.execute(select(answers)):
        shown = json.loads(row.answer)
        listed = any(source["article_id"] == article_id for source in shown["sources"])
        if listed or speaks_of_it(json.dumps(shown, ensure_ascii=False)) or speaks_of_it(row.question):
            quoting.add(row.id)
    said = connection.execute(select(feedback.c.answer_id, feedback.c.comment).where(feedback.c.comment.is_not(None)))
    quoting.update(row.answer_id for row in said if speaks_of_it(row.comment))
    return sorted(quoting)


def _siblings(connection: Connection, article_id: str) -> list[str]:
    label = select(articles.c.family).where(articles.c.id == article_id).scalar_subquery()
    return list(
        connection.scalars(select(articles.c.id).where(articles.c.family == label, articles.c.id != article_id))
    )


def _forget_addresses(connection: Connection, traces: Traces) -> None:
    mine = fetches.c.article_id == traces.id
    for part in parts(traces.urls):
        mine = mine | fetches.c.url.in_(part) | fetches.c.final_url.in_(part)
    connection.execute(delete(fetches).where(mine))


def _forget_source(connection: Connection, source: str | None) -> None:
    """A file of one article is a source by itself; its name may be the article's title."""
    if source and connection.scalar(select(articles.c.id).where(articles.c.source == source).limit(1)) is None:
        connection.execute(delete(sources).where(sources.c.name == source))


def _forget_journal(connection: Connection, traces: Traces, speaks_of_it: Callable[[str], bool]) -> None:
    names = _names(traces)
    for row in connection.execute(select(journal)).all():
        if speaks_of_it(row.detail) or any(name.search(row.detail) for name in names):
            connection.execute(update(journal).where(journal.c.id == row.id).values(detail="(purged)"))


def _names(traces: Traces) -> list[re.Pattern[str]]:
    """Its id and addresses, where they stand by themselves."""
    return [re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])") for name in (traces.id, *traces.urls)]


def _entomb(connection: Connection, traces: Traces) -> None:
    names: Sequence[str] = (traces.id, *traces.urls)
    group = _hash(traces.id)
    stones = [_KEY + _hash(name) for name in names] + [_UNFINISHED + _hash(name) for name in names]
    connection.execute(delete(library).where(library.c.key.in_(stones)))
    connection.execute(insert(library), [{"key": key, "value": group} for key in stones])
