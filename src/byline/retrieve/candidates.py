"""Candidates of a question: the nearest, and those of whom it names; all of them within its filters.

Chroma's own filters read its whole table of metadata, up to 90 times the cost of a search, so it is given none. When a
filter keeps much, the graph is asked for more than is wanted and the rest is dropped; when it keeps little, what it
keeps is compared one by one: whichever looks at fewer passages. At worst, at 300,000, those are 4,500.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from byline.library.database import Library
from byline.library.exact import ExactVectors
from byline.library.opened import OpenGeneration
from byline.protocols import Vector
from byline.retrieve.writers import Named
from byline.types import Filters

_FIRST = 4
"""What the graph is asked for at least, as a multiple of what is wanted: for that many it looks at any rate."""

_SPARE = 1.3
"""Of what the share of passages kept makes necessary: near a question there may be fewer of them than elsewhere."""

_FURTHER = (1.5, 4)
"""How much more it is asked for, at least and at most, when that was too little."""


_DEEP = 800
"""Passages with words of the question among which those of a writer are looked for: no index knows writers."""


def dense_candidates(
    library: Library, opened: OpenGeneration, vector: Vector, filters: Filters, depth: int
) -> list[tuple[str, float]]:
    """Best first: (passage id, cosine)."""
    if not filters:
        return opened.vectors.search(vector, depth)
    everything, kept = opened.lexical.count(), opened.lexical.count(filters)
    reach = max(_FIRST * depth, int(_SPARE * depth * everything / max(1, kept)))
    while reach < kept:
        near = opened.vectors.search(vector, reach)
        within = library.kept([passage_id for passage_id, _ in near], filters)
        found = [hit for hit in near if hit[0] in within]
        if len(found) >= depth:
            return found[:depth]
        least, most = _FURTHER
        reach = int(reach * min(most, max(least, _SPARE * depth / max(1, len(found)))))
    generation = opened.generation
    return ExactVectors.load(library, generation.rules, generation.embedder, filters).search(vector, depth)


def named_candidates(
    library: Library, opened: OpenGeneration, named: Named, terms: Sequence[str], filters: Filters, depth: int
) -> set[str]:
    """Passages of the writers and kinds that a question names, the best `depth` of each by its other `terms`."""
    found: set[str] = set()
    kinds = named.kinds & (filters.kinds or named.kinds)
    if kinds:
        found.update(key for key, _ in opened.lexical.search(terms, depth, replace(filters, kinds=kinds)))
    if named.writers:
        deep = [key for key, _ in opened.lexical.search(terms, _DEEP, filters)]
        imprints = library.imprints_of(deep)
        found.update([key for key in deep if key in imprints and named.wrote(imprints[key])][:depth])
    return found
