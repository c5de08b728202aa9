"""MinHash signatures by datasketch: what a text's words are, in 256 bytes, so that copies are found without reading.

A signature is 64 little-endian uint32, one a permutation: datasketch's "affine32" scheme, seed 1, over the SHA-1 of
every shingle in UTF-8. It is the same on every machine. A change of any of these numbers is a migration that empties
`revisions.signature`; the next sync signs everything anew (2 CPU-ms an article).
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from byline.library.families.copies import shingles

if TYPE_CHECKING:
    from datasketch.minhash import MinHash

PERMUTATIONS = 64
SEED = 1

LIKELY = 16
"""Permutations in which two texts agree before they are compared word by word. Of copies, which share .47 of their
shingles or more, 1 in 5,000 agrees in fewer; on 4,153 news articles 300 of 8.6 million pairs agree in as many."""

Signatures = npt.NDArray[np.uint32]


def signature(text: str) -> bytes:
    found = _blank().copy()
    found.update_batch(sorted(shingle.encode("utf-8", "replace") for shingle in shingles(text)))
    values: Signatures = found.hashvalues
    return values.astype("<u4").tobytes()


def stacked(signatures: list[bytes]) -> Signatures:
    """(n, PERMUTATIONS)"""
    return np.frombuffer(b"".join(signatures), dtype="<u4").reshape(-1, PERMUTATIONS)


def likely_copies(one: bytes, others: Signatures) -> list[int]:
    """Rows of `others` that agree with `one` often enough.

    2 CPU-ms for 30,000. An index of bands would answer sooner, but costs seconds to build.
    """
    agreeing = (others == stacked([one])).sum(axis=1)
    return [int(row) for row in np.nonzero(agreeing >= LIKELY)[0]]


@cache
def _blank() -> MinHash:
    made: MinHash = _minhash()(num_perm=PERMUTATIONS, seed=SEED, scheme="affine32")
    return made


def _minhash() -> type[MinHash]:
    """The class out of its own module: the package's `__init__` imports all of scipy.integrate for what is not used
    here, .5 CPU-s in every sync that changes something."""
    if "datasketch" not in sys.modules and (spec := find_spec("datasketch")):
        bare = ModuleType("datasketch")
        bare.__path__ = spec.submodule_search_locations or []
        sys.modules["datasketch"] = bare
        try:
            return import_module("datasketch.minhash").MinHash  # type: ignore[no-any-return]
        finally:  # who imports datasketch after this gets all of it
            for name in [name for name in sys.modules if name.partition(".")[0] == "datasketch"]:
                del sys.modules[name]
    return import_module("datasketch").MinHash  # type: ignore[no-any-return]
