"""Dense candidates of a question, all of them within its filters.

Chroma's own filters read its whole table of metadata, up to 90 times the cost of a search, so it is given none. When a
filter keeps much, the graph is asked for more than is wanted and the rest is dropped; when it keeps little, what it
keeps is compared one by one. Both look at as many passages when it keeps √(wanted · all) of them.
"""

from __future__ import annotations

from math import isqrt

from byline.library.database import Library
from byline.library.exact import ExactVectors
from byline.library.opened import OpenGeneration
from byline.protocols import Vector
from byline.types import Filters

_REACH = 4
"""What the graph is asked for at first, as a multiple of what is wanted: for that many it looks at any rate."""


def dense_candidates(
    library: Library, opened: OpenGeneration, vector: Vector, filters: Filters, depth: int
) -> list[tuple[str, float]]:
    """Best first: (passage id, cosine)."""
    if not filters:
        return opened.vectors.search(vector, depth)
    generation = opened.generation
    everything = opened.lexical.count()
    few = isqrt(depth * everything)
    if library.count_kept(generation.rules, filters, few) == few:
        found = _widening(library, opened, vector, filters, depth, everything)
        if found is not None:
            return found
    return ExactVectors.load(library, generation.rules, generation.embedder, filters).search(vector, depth)


def _widening(
    library: Library, opened: OpenGeneration, vector: Vector, filters: Filters, depth: int, everything: int
) -> list[tuple[str, float]] | None:
    """None when the nearest passages are hardly ever kept, though many are: the question is about another time."""
    reach = min(_REACH * depth, everything)
    while True:
        near = opened.vectors.search(vector, reach)
        kept = library.kept([passage_id for passage_id, _ in near], filters)
        found = [hit for hit in near if hit[0] in kept]
        if len(found) >= depth or reach >= everything:
            return found[:depth]
        wanted = 1.5 * reach * depth / max(1, len(found))
        if wanted > 2 * isqrt(depth * everything):
            return None
        reach = min(max(2 * reach, int(wanted)), everything)
