"""tantivy as the BM25 index of one generation. It is given terms, never text: what a term is is said elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import tantivy

from byline.library.storage import storage_errors

_HEAP_BYTES = 32_000_000


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
    return builder.build()


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

    def add(self, passages: Iterable[tuple[str, Sequence[str]]]) -> None:
        with storage_errors(self._path):
            writer = self._open_writer()
            for passage_id, terms in passages:
                writer.delete_documents_by_term("id", passage_id)
                writer.add_document(tantivy.Document(id=passage_id, terms=" ".join(terms)))
            self._commit(writer)

    def remove(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        with storage_errors(self._path):
            writer = self._open_writer()
            for passage_id in ids:
                writer.delete_documents_by_term("id", passage_id)
            self._commit(writer)

    def search(self, terms: Sequence[str], limit: int) -> list[tuple[str, float]]:
        if not terms:
            return []
        with storage_errors(self._path):
            counted = {term: float(terms.count(term)) for term in dict.fromkeys(terms)}
            clauses = [(tantivy.Occur.Should, self._term_query(term, times)) for term, times in counted.items()]
            searcher = self._index.searcher()
            hits = _with_ties(searcher, tantivy.Query.boolean_query(clauses), limit)
            ranked = [(str(searcher.doc(address)["id"][0]), score) for score, address in hits]
        return sorted(ranked, key=lambda hit: (-hit[1], hit[0]))[:limit]

    def document_frequencies(self, terms: Sequence[str]) -> Mapping[str, int]:
        searcher = self._index.searcher()
        return {term: searcher.doc_freq("terms", term) for term in dict.fromkeys(terms)}

    def count(self) -> int:
        return self._index.searcher().num_docs

    def ids(self) -> set[str]:
        searcher = self._index.searcher()
        held = searcher.num_docs
        if not held:
            return set()
        found = searcher.search(tantivy.Query.all_query(), held, count=False)
        return {str(searcher.doc(address)["id"][0]) for _, address in found.hits}

    def settle(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            with storage_errors(self._path):
                writer.wait_merging_threads()

    def close(self) -> None:
        self.settle()

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        return self._writer

    def _commit(self, writer: tantivy.IndexWriter) -> None:
        writer.commit()
        self._index.reload()

    def _term_query(self, term: str, times: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, "terms", term, index_option="freq")
        return query if times == 1.0 else tantivy.Query.boost_query(query, times)
