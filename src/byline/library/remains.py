"""Searching files for the bytes of something that was erased. Pure but for reading."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

SHORTEST = 6
"""Bytes of a pattern: by chance, five stand in a gigabyte of vectors once in a thousand searches, six never."""

_CHUNK = 8_000_000
_TABLE_BITS = 22


@dataclass(frozen=True, slots=True)
class Remains:
    """`kind` is what was searched for: words, runs of words, vectors, …"""

    file: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Searched:
    files: int
    size_bytes: int
    found: tuple[Remains, ...]
    patterns: frozenset[bytes]
    """Those that were found."""


class ByteSearch:
    """Thousands of patterns, all in one pass: some 100 MB a CPU-second."""

    def __init__(self, patterns: Mapping[bytes, str]) -> None:
        """Pattern → kind; raises ValueError for one under `SHORTEST` bytes."""
        if any(len(pattern) < SHORTEST for pattern in patterns):
            raise ValueError(f"a pattern has fewer than {SHORTEST} bytes")
        self._kinds = patterns
        self._longest = max(map(len, patterns), default=SHORTEST)
        self._by_key: dict[int, list[bytes]] = defaultdict(list)
        for pattern in patterns:
            self._by_key[int.from_bytes(pattern[:SHORTEST], "little")].append(pattern)
        self._keys = np.array(sorted(self._by_key), dtype=np.uint64)
        self._table = np.zeros(1 << _TABLE_BITS, dtype=bool)
        self._table[_slots((self._keys & np.uint64(0xFFFFFFFF)).astype(np.uint32))] = True

    def below(self, folder: Path) -> Searched:
        """Every file below a folder, and the names of files."""
        found: Counter[tuple[str, str]] = Counter()
        hit: set[bytes] = set()
        files = size = 0
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            files += 1
            size += path.stat().st_size
            for pattern in (*self._in_bytes(name.encode("utf-8", "surrogateescape")), *self._in_file(path)):
                found[name, self._kinds[pattern]] += 1
                hit.add(pattern)
        remains = tuple(Remains(name, kind, count) for (name, kind), count in sorted(found.items()))
        return Searched(files, size, remains, frozenset(hit))

    def _in_file(self, path: Path) -> Iterator[bytes]:
        """Every occurrence; those that lie across the border of two chunks once."""
        with path.open("rb") as stream:
            kept = b""
            while chunk := stream.read(_CHUNK):
                yield from self._in_bytes(kept + chunk, len(kept))
                kept = (kept + chunk)[-(self._longest - 1) :]

    def _in_bytes(self, data: bytes, seen: int = 0) -> Iterator[bytes]:
        """Patterns in `data` that end after its first `seen` bytes."""
        for start in self._candidates(np.frombuffer(data, dtype=np.uint8)):
            for pattern in self._by_key[int.from_bytes(data[start : start + SHORTEST], "little")]:
                if start + len(pattern) > seen and data.startswith(pattern, start):
                    yield pattern

    def _candidates(self, data: npt.NDArray[np.uint8]) -> list[int]:
        """Where the first six bytes of some pattern stand."""
        if len(data) < SHORTEST or not len(self._keys):
            return []
        reach = len(data) - SHORTEST + 1
        four = np.zeros(reach, dtype=np.uint32)
        for offset in range(4):
            four |= data[offset : offset + reach].astype(np.uint32) << np.uint32(8 * offset)
        near = np.flatnonzero(self._table[_slots(four)])
        six = four[near].astype(np.uint64)
        for offset in range(4, SHORTEST):
            six |= data[near + offset].astype(np.uint64) << np.uint64(8 * offset)
        starts: list[int] = near[np.isin(six, self._keys)].tolist()
        return starts


def word_patterns(words: Iterable[str]) -> set[bytes]:
    """A word or run of words in UTF-8 and UTF-16, as written and in lower case, and as JSON escapes it."""
    found: set[bytes] = set()
    for word in words:
        for form in (word, word.lower(), word.casefold()):
            found.update(form.encode(code, "surrogatepass") for code in ("utf-8", "utf-16-le", "utf-16-be"))
            found.add("".join(c if c.isascii() else _escaped(c) for c in form).encode("ascii"))
    return {pattern for pattern in found if len(pattern) >= SHORTEST}


def vector_patterns(vectors: Iterable[bytes]) -> set[bytes]:
    """Runs of six numbers out of float32 vectors, as they are and scaled to unit length once more, as Chroma does."""
    found: set[bytes] = set()
    for stored in vectors:
        vector = np.frombuffer(stored, dtype="<f4")
        again = (vector / (np.sqrt(np.sum(vector * vector, dtype=np.float32)) + np.float32(1e-30))).astype("<f4")
        for row in (vector, again):
            for start in range(0, len(row) - 5, max(6, len(row) // 8)):
                run = row[start : start + 6]
                if np.count_nonzero(run) == len(np.unique(run)) == 6:  # anything else is not this vector's alone
                    found.add(run.tobytes())
    return found


def byte_patterns(stored: Iterable[bytes], length: int = 32) -> set[bytes]:
    """Runs out of int8 vectors that have enough different numbers to be theirs alone."""
    runs = (row[start : start + length] for row in stored for start in range(0, len(row) - length + 1, 256))
    return {run for run in runs if len(set(run)) >= length // 2}


def _slots(four: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    with np.errstate(over="ignore"):
        slots: npt.NDArray[np.uint32] = (four * np.uint32(2654435761)) >> np.uint32(32 - _TABLE_BITS)
    return slots


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))
