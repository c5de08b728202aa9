"""tantivy as the BM25 index of one generation. It is given terms, never text: what a term is is said elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import tantivy

from byline.errors import StorageError
from byline.library.storage import storage_errors
from byline.types import ArticleRef, Filters

_HEAP_BYTES = 32_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMES = ("publisher", "section", "kind")
"""What filters ask about beside the date. tantivy decides that while it scores: at 300,000 passages a filter adds 1 to
3 CPU-ms whatever it keeps, against 21 for dropping from 5,000 hits and 38 for naming 4,000 passages to keep to."""


def _with_ties(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> list[tuple[float, tantivy.DocAddress]]:
    """The best `limit` and all that score like the last of them: tantivy orders equals by how its segments fell."""
    reach = limit + 1
    while True:
        hits = searcher.search(query, reach, count=False).hits
        if len(hits) < reach or hits[-1][0] < hits[limit - 1][0]:
            return [(float(score), address) for score, address in hits if score >= hits[min(limit, len(hits)) - 1][0]]
        reach *= 2


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_integer_field("published", fast=True)  # microseconds, as exact as the library's
    for name in _NAMES:
        builder.add_text_field(name, stored=False, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _document(passage_id: str, terms: Sequence[str], article: ArticleRef) -> tantivy.Document:
    names = {name: value for name in _NAMES if (value := getattr(article, name)) is not None}
    document = tantivy.Document(id=passage_id, terms=" ".join(terms), **names)
    if article.published is not None:
        document.add_integer("published", _microseconds(article.published))
    return document


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


class TantivyLexical:
    """BM25 with tantivy's k1 = 1.2, b = 0.75. The writer is opened at the first write: reading needs none."""

    def __init__(self, path: Path | None) -> None:
        """None: in memory."""
        self._path = path or Path()
        self._schema = _schema()
        self._writer: tantivy.IndexWriter | None = None
        if path is None:
            self._index = tantivy.Index(self._schema)
            return
        with storage_errors(path.parent):
            path.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(path))

    def add(self, passages: Iterable[tuple[str, Sequence[str], ArticleRef]]) -> None:
        with storage_errors(self._path):
            writer = self._open_writer()
            for passage_id, terms, article in passages:
                writer.delete_documents_by_term("id", passage_id)
                writer.add_document(_document(passage_id, terms, article))
            self._commit(writer)

    def remove(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        with storage_errors(self._path):
            writer = self._open_writer()
            for passage_id in ids:
                writer.delete_documents_by_term("id", passage_id)
            self._commit(writer)

    def search(
        self, terms: Sequence[str], limit: int, filters: Filters | None = None, coverage: float = 0.0
    ) -> list[tuple[str, float]]:
        if not terms:
            return []
        with storage_errors(self._path):
            counted = {term: float(terms.count(term)) for term in dict.fromkeys(terms)}
            clauses = [(tantivy.Occur.Should, self._term_query(term, times)) for term, times in counted.items()]
            searcher = self._index.searcher()
            if coverage:
                clauses += [(tantivy.Occur.Should, self._had(searcher, term, coverage)) for term in counted]
            query = tantivy.Query.boolean_query(clauses)
            if filters:
                query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *self._conditions(filters)])
            hits = _with_ties(searcher, query, limit)
            ranked = [(str(searcher.doc(address)["id"][0]), score) for score, address in hits]
        return sorted(ranked, key=lambda hit: (-hit[1], hit[0]))[:limit]

    def document_frequencies(self, terms: Sequence[str]) -> Mapping[str, int]:
        searcher = self._index.searcher()
        return {term: searcher.doc_freq("terms", term) for term in dict.fromkeys(terms)}

    def count(self, filters: Filters | None = None) -> int:
        searcher = self._index.searcher()
        if not filters:
            return searcher.num_docs
        found = searcher.search(tantivy.Query.boolean_query(self._conditions(filters)), 1)
        return int(found.count)  # type: ignore[attr-defined]  # tantivy's stubs lack it

    def ids(self) -> set[str]:
        searcher = self._index.searcher()
        held = searcher.num_docs
        if not held:
            return set()
        found = searcher.search(tantivy.Query.all_query(), held, count=False)
        return {str(searcher.doc(address)["id"][0]) for _, address in found.hits}

    def settle(self) -> None:
        """Raises StorageError when a thread of the writer met an error: it tells which at best in its text."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            try:
                with storage_errors(self._path):
                    writer.wait_merging_threads()
            except ValueError as error:
                raise StorageError(
                    f"The disk did not keep what was written to {self._path}: {error}",
                    "Check it and its space, and run the command again.",
                ) from error

    def close(self) -> None:
        """Without a word of what was not settled: why it was not is being told already, and nothing relies on it."""
        with suppress(StorageError):
            self.settle()

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        return self._writer

    def _commit(self, writer: tantivy.IndexWriter) -> None:
        writer.commit()
        self._index.reload()

    def _conditions(self, filters: Filters) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        """As `Filters.admit` has them; they add nothing to a score."""
        queries = [
            tantivy.Query.term_set_query(self._schema, name, sorted(allowed))
            for name in _NAMES
            if (allowed := getattr(filters, f"{name}s"))
        ]
        begin, end = filters.published_from, filters.published_until
        if begin or end:
            lower, upper = _microseconds(begin) if begin else None, _microseconds(end) - 1 if end else None
            queries.append(
                tantivy.Query.range_query(self._schema, "published", tantivy.FieldType.Integer, lower, upper)
            )
        return [(tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)) for query in queries]

    def _term_query(self, term: str, times: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, "terms", term, index_option="freq")
        return query if times == 1.0 else tantivy.Query.boost_query(query, times)

    def _had(self, searcher: tantivy.Searcher, term: str, share: float) -> tantivy.Query:
        """Adds `share` of the term's idf where it stands."""
        found = searcher.doc_freq("terms", term)
        idf = math.log1p((searcher.num_docs - found + 0.5) / (found + 0.5)) if found <= searcher.num_docs else 0.0
        return tantivy.Query.const_score_query(self._term_query(term, 1.0), share * idf)
