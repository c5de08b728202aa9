"""From a question to hits: dense and BM25 candidates, rescored by their best sentence, fused.

A warm search encodes one short text and nothing else: passages and sentences were embedded when they were synced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

import numpy as np

from byline.errors import LibraryMissingError
from byline.library.database import Library
from byline.library.families.members import Family
from byline.library.opened import OpenGeneration
from byline.models.terms import query_terms
from byline.protocols import Embedder, Vector
from byline.retrieve.candidates import dense_candidates, named_candidates
from byline.retrieve.copies import fold_copies, stand_in
from byline.retrieve.fuse import FOR_LONG, dense_weight, fuse, fuse_rows
from byline.retrieve.known import Known
from byline.retrieve.merge import merge
from byline.retrieve.near_time import WhenAsked, by_time, known_families
from byline.retrieve.outlets import arrange
from byline.retrieve.parts import Part, parts_of
from byline.retrieve.scores import best_cosines, hit_of, ranks_of, score_rows
from byline.retrieve.select import select
from byline.retrieve.writers import Named
from byline.types import Filters, Hit, Passage, Question

_TRIES = 5
"""Searches of one question while articles change under it; each change takes longer than a search."""

COVERAGE = 0.6
"""Share of its idf that a term adds to a passage's BM25 score by standing there at all: having all the words counts for
more than having one often. .2 to 2 were tried on the development halves, two folds by title: on SQuAD the fused MRR@10
goes from .906 to .909 at .2 and .911 from .5 on, in both folds; on MultiHop-RAG from .704 to .720. Since past forms of
irregular verbs are terms of their base, it is .9114 at .5, .9119 at .6 and .9132 at .75; the answer is in the first two
sentences a little less often the more it is (.898, .897, .896, refusals aside).
"""

_DEEPER, _DEEPEST = 4, 800
"""Where copies of one article crowd out all others, candidates are sought again that many times deeper, up to that."""


@dataclass(frozen=True, slots=True)
class SearchRules:
    """Chosen on the development halves of SQuAD paragraphs and MultiHop-RAG news; see bench/RESULTS.md.

    `depth`: candidates each retriever gives. `part_depth`: those of BM25 for each part of a question of several.
    `per_article`: passages of one article in the hits. `fetch`: hits considered before folding and capping, as
    multiples of the limit: the second only where the first leaves too few.
    """

    depth: int = 50
    part_depth: int = 10
    per_article: int = 4
    fetch: tuple[int, int] = (2, 3)


@dataclass(frozen=True, slots=True)
class Found:
    """The hits and, in `Hit.part`, which of the question's parts each was found for; a question of one has no such."""

    parts: tuple[Part, ...]
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as it is searched for. `vectors` (1 + parts, dimension): its own and, when there are several, its
    parts'.
    """

    terms: Sequence[str]
    vectors: Vector
    parts: tuple[Part, ...]
    filters: Filters
    when: WhenAsked
    writers: Named

    @property
    def named(self) -> list[str]:
        return sorted({name for part in self.parts for name in part.outlets})


@runtime_checkable
class Searches(Protocol):
    """One searcher, or whichever stands for the active generation."""

    def search(self, question: Question, limit: int = 10) -> list[Hit]: ...
    def lease(self) -> AbstractContextManager[Searcher]:
        """The same searcher until it is given back: for what must not mix generations."""
        ...


class Searcher:
    """Searches one generation of one library; safe to share between threads."""

    def __init__(
        self, library: Library, opened: OpenGeneration, embedder: Embedder, rules: SearchRules | None = None
    ) -> None:
        self._library = library
        self._opened = opened
        self._embedder = embedder
        self._rules = rules or SearchRules()
        self._known: Known | None = None
        self._named: tuple[str, Known, Named] | None = None

    @property
    def opened(self) -> OpenGeneration:
        return self._opened

    @property
    def embedder(self) -> Embedder:
        return self._embedder

    @contextmanager
    def lease(self) -> Iterator[Searcher]:
        """Itself: where nothing replaces it."""
        yield self

    def search(self, question: Question, limit: int = 10) -> list[Hit]:
        """Best first, near-duplicates folded, at most `per_article` passages of one article and its copies, all
        within the filters.

        Raises LibraryMissingError when the index directory was deleted meanwhile.
        """
        return self.explain(question, limit).hits

    def explain(self, question: Question, limit: int = 10) -> Found:
        """`search`, and the parts of the question that it searched for."""
        if not self._library.path.exists():
            raise LibraryMissingError(f"The library {self._library.path} is gone.", "Run `byline sync` again.")
        edition = self._library.edition()
        asked = self._asked(question, edition)
        for _ in range(_TRIES):
            # the indexes answer with old passages, then the new ones become visible: neither would be found
            hits = self._search(asked, limit)
            before, edition = edition, self._library.edition()
            if edition == before:
                break
        return Found(asked.parts, hits)

    def _asked(self, question: Question, edition: int) -> _Asked:
        text = question.standalone
        known = self._known_now(edition)
        named = self._named_in(text, known)
        parts = parts_of(text, known.publishers)
        if len(parts) == 1:
            vectors = self._embedder.embed_query(text)[np.newaxis]
        else:
            embedded = self._embedder.embed_question(text, [part.span for part in parts])
            vectors = np.vstack([embedded.passage, embedded.sentences])
        when = WhenAsked.of(question, datetime.fromisoformat(self._library.moment()))
        return _Asked(query_terms(named.without(text)), vectors, parts, question.filters, when, named)

    def named(self, question: Question) -> Named:
        """The writers and kinds of articles that the question names."""
        return self._named_in(question.standalone, self._known_now(self._library.edition()))

    def _named_in(self, text: str, known: Known) -> Named:
        """What answers a question asks the same again."""
        last = self._named
        if last is None or last[0] != text or last[1] is not known:
            frequencies = self._opened.lexical.document_frequencies
            self._named = last = text, known, known.writers.named(text, frequencies)
        return last[2]

    def _known_now(self, edition: int) -> Known:
        self._known = known = Known.of(self._library, edition, self._known)
        return known

    def _search(self, asked: _Asked, limit: int) -> list[Hit]:
        depth = max(self._rules.depth, limit)
        while True:
            hits, crowded = self._found(asked, limit, depth)
            if len(hits) >= limit or not crowded or depth >= _DEEPEST:
                return hits
            depth *= _DEEPER

    def _found(self, asked: _Asked, limit: int, depth: int) -> tuple[list[Hit], bool]:
        """The hits among `depth` candidates of each index, and whether copies, or what readers may not see, have kept
        others from being one.
        """
        rules, filters, opened = self._rules, asked.filters, self._opened
        dense = dense_candidates(self._library, opened, asked.vectors[0], filters, depth)
        lexical = opened.lexical.search(asked.terms, depth, filters, COVERAGE)
        several = asked.parts if len(asked.parts) > 1 else ()
        of_parts = [opened.lexical.search(query_terms(part.text), depth, filters, COVERAGE) for part in several]
        nearest = [hit for found in of_parts for hit in found[: rules.part_depth]]
        candidates = {key for key, _ in (*dense, *lexical, *nearest)}
        candidates |= named_candidates(self._library, opened, asked.writers, asked.terms, filters, depth)
        similarities = self._similarities(candidates, asked.vectors)
        best_of = best_cosines(similarities, len(asked.vectors))
        sentence = dict(zip(similarities, best_of[0].tolist(), strict=True))
        visible = {key: score for key, score in lexical if key in similarities}
        imprints = self._library.imprints_of(sorted(visible.keys() | sentence.keys()))
        found = fuse(sentence, visible, weight=dense_weight(len(asked.terms)), depth=depth)
        published = {key: when for key, imprint in imprints.items() if (when := imprint.when)}
        fused = by_time(found, published, asked.when)
        whole = asked.writers.favoured(fused, imprints) if asked.writers else fused
        served: dict[str, int] = {}
        if several:
            each = fuse_rows(best_of[1:], score_rows(of_parts, similarities), weight=FOR_LONG, depth=depth)
            served = merge(several, whole, dict(zip(similarities, each.T, strict=True)), imprints, 2 * limit)
            best = list(served)
        else:
            best = arrange(whole, {key: imprint.publisher for key, imprint in imprints.items()}, asked.named)
        of = dict(dense), dict(lexical), sentence
        for reach in rules.fetch:
            passages, families = self._read(best, reach * limit, asked.when)
            why = ranks_of(passages, dense=of[0], lexical=of[1], sentence=of[2])
            hits = [
                hit_of(passages[key], fused[key], why, similarities.get(key), served.get(key))
                for key in best
                if key in passages
            ]
            if families:
                standing = {article: stand_in(family, asked.named, filters) for article, family in families.items()}
                hits = self._folded(hits, families, standing, asked.vectors)
            kept = select(hits, limit=limit, per_article=rules.per_article)
            if len(kept) == limit or families:
                break
        kept_back = len(similarities) < len(candidates) or len(fused) < len(found)
        crowded = (bool(families) or kept_back) and depth in (len(dense), len(lexical))
        return kept, crowded

    def _read(
        self, best: Sequence[str], reach: int, when: WhenAsked
    ) -> tuple[Mapping[str, Passage], Mapping[str, Family]]:
        """The first `reach` passages; all, where one has copies: they fold into one, so those behind them move up."""
        passages = self._library.live_passages(best[:reach])
        families = known_families(self._families(passages), when)
        if families:
            passages = self._library.live_passages(best)
            families = known_families(self._families(passages), when)
        return passages, families

    def _families(self, passages: Mapping[str, Passage]) -> dict[str, Family]:
        return self._library.families_of(sorted({passage.article.id for passage in passages.values()}))

    def _folded(
        self, hits: Sequence[Hit], families: Mapping[str, Family], standing: Mapping[str, str], vectors: Vector
    ) -> list[Hit]:
        passages: dict[str, list[Hit]] = {}
        whole = self._library.held_passages_of(sorted({standing[article] for article in families}))
        cosines = self._similarities({passage.id for passage in whole}, vectors[:1])
        for passage in whole:
            if passage.id in cosines:  # passages under other rules have none
                passages.setdefault(passage.article.id, []).append(hit_of(passage, 0.0, {}, cosines[passage.id]))
        return fold_copies(hits, families, standing, passages)

    def _similarities(self, candidates: set[str], vectors: Vector) -> dict[str, Vector]:
        """Cosines of every sentence of the visible candidates to each vector: passage id → (sentences, vectors)."""
        stored = self._library.live_sentence_vectors(
            sorted(candidates), self._opened.generation.embedder, self._embedder.dimension
        )
        if not stored:
            return {}
        rows = np.concatenate(list(stored.values()))
        # one vector after the other: BLAS puts threads on a product of matrices, which spin for twice the CPU time
        cosines = np.stack([rows @ vector for vector in vectors], axis=1)
        ends = np.cumsum([len(rows) for rows in stored.values()])
        found = zip(stored, np.split(cosines, ends[:-1]), strict=True)
        return {key: values for key, values in found if len(values)}
