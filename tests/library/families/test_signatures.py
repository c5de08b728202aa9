"""Signatures: the same bytes everywhere, near for copies, and no scipy in a sync."""

from __future__ import annotations

import hashlib
import subprocess
import sys

from byline.library.families.copies import shingles
from byline.library.families.signatures import PERMUTATIONS, SEED, likely_copies, signature, stacked

STORY = " ".join(f"Survey {n} of the railway found {n * 3} broken sleepers near station {n % 7}." for n in range(60))


def test_the_bytes_are_those_of_every_machine_and_version() -> None:
    digest = hashlib.sha256(signature(STORY) + signature("") + signature("Ünïted\ud800 words")).hexdigest()
    assert digest == "b183dcd3a5628eb8ac517cc9d004ed0b77b2d8b00ef1590950af52006e091243"


def test_they_are_datasketchs_own() -> None:
    from datasketch import MinHash

    made = MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme="affine32")
    for shingle in shingles(STORY):
        made.update(shingle.encode())
    assert signature(STORY) == made.hashvalues.astype("<u4").tobytes()


def test_copies_are_likely_and_other_texts_are_not() -> None:
    other = " ".join(f"The choir sang number {n} in the old harbour hall at dusk." for n in range(60))
    held = stacked([signature(other), signature(STORY), signature(STORY[: len(STORY) * 7 // 10])])
    assert likely_copies(signature(STORY), held) == [1, 2]


def test_signing_imports_no_scipy_and_leaves_datasketch_whole() -> None:
    code = """
import sys
from byline.library.families.signatures import signature
signature("some words of an article")
assert not [name for name in sys.modules if name.startswith(("scipy", "datasketch"))]
from datasketch import MinHashLSH
assert MinHashLSH
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
