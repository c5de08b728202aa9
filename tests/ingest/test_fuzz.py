"""Mutated files of every kind, read as one folder. FUZZ_ARTICLES=10000 reads so many; by default a sample."""

from __future__ import annotations

import gzip
import os
import random
import resource
import time
from collections import Counter
from pathlib import Path

import pytest

from byline.ingest.limited.parsing import WALL_SECONDS
from byline.ingest.read import read_source
from byline.ingest.text.clean import clean_text
from byline.types import Article, Rejected
from tests.ingest.mutations import mutated

COUNT = int(os.environ.get("FUZZ_ARTICLES", "300"))
BATCH = 100
PARENT_MEGABYTES = 350
"""How much the process that asks may grow, over all of it; it holds files of 8 MB, and cleans their text."""

PLAIN = {
    ".md": b"---\ntitle: The bridge\ndate: 2025-03-04\n---\n# The bridge\n\nIt *opened* on [Monday](https://a.example).\n",
    ".txt": "The bridge\n\nIt opened on Monday – “at last”, said the mayor.\n".encode(),
    ".jsonl": b'{"title": "The bridge", "text": "It opened on Monday.", "url": "https://a.example/b"}\n' * 3,
    ".json": b'[{"title": "The bridge", "text": "It opened on Monday.", "authors": ["A Bee"]}]',
}


def seeds(messy: Path) -> list[tuple[str, bytes]]:
    found = [(ending, data) for ending, data in PLAIN.items() for _ in range(6)]
    for file in sorted([*(messy / "html").iterdir(), *(messy / "pdf").iterdir(), *(messy / "feeds").iterdir()]):
        data = file.read_bytes()
        found.append((".html.gz" if file.name.endswith(".html.gz") else file.suffix, data))
        if file.name.endswith(".html.gz"):
            found.append((".html", gzip.decompress(data)))
    found += [(file.suffix, file.read_bytes()) for file in sorted((messy / "encodings").glob("*.xml"))]
    return [(ending, data[:200_000]) for ending, data in found]


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_mutated_articles(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(COUNT)
    known = seeds(shared / "bench" / "messy")
    others = [data for _, data in known]
    before = peak_megabytes()
    told: Counter[str] = Counter()
    longest = 0.0
    for start in range(0, COUNT, BATCH):
        folder = tmp_path / f"{start}"
        folder.mkdir()
        for number in range(start, min(start + BATCH, COUNT)):
            ending, data = chance.choice(known)
            (folder / f"{number:05}{ending}").write_bytes(mutated(chance, data, others))
        files = {file.name for file in folder.iterdir()}
        seen: set[str] = set()
        last = time.monotonic()
        for item in read_source(folder):
            longest = max(longest, time.monotonic() - last)
            seen.add(item.origin.partition(":")[0])
            told[type(item).__name__] += 1
            if isinstance(item, Article):
                assert clean_text(item.text) == item.text
                assert item.ref.title
            else:
                assert isinstance(item, Rejected)
                assert item.reason
                assert item.next_step
                told[item.reason.partition(":")[0].partition("(")[0][:40]] += item.reason.startswith("could not")
            last = time.monotonic()
        assert seen == files
        for file in folder.iterdir():
            file.unlink()
    grown = peak_megabytes() - before
    with capsys.disabled():
        said = ", ".join(f"{name} {count}" for name, count in told.most_common() if count)
        print(f"\n{COUNT} mutated files: {said}; longest {longest:.1f} s; parent grew by {grown:.0f} MB")  # noqa: T201
    assert longest < 3 * WALL_SECONDS  # reading, one limit, and whatever else the machine does
    assert grown < PARENT_MEGABYTES
