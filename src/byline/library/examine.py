"""Compares the indexes of a generation with the library, in a process of its own.

A damaged graph can crash the process that opens it, or claim terabytes: here it is a child with bounds on memory, file
sizes and time that crashes, and that is a finding like any other.
"""

from __future__ import annotations

import json
import random
import resource
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from byline.library.database import Library
from byline.library.registry import Generation
from byline.protocols import Vector

if TYPE_CHECKING:
    from byline.library.vectors import ChromaVectors

THOROUGH, QUICK, LEXICAL_ALONE = 20_000, 2_000, 0
"""Vectors that are looked up in the graph: all of them up to so many, then a random choice; or Chroma is not opened."""

_UNREACHED = 0.01
"""Share of them that a sound graph may fail to reach, when it holds them: the price of not comparing with all."""

_SECONDS = 900
_CPU_S, _PASSAGES_A_CPU_S = 20, 500  # a damaged graph can also go round in circles; looking takes a tenth of that
_MEMORY_BYTES = 8_000_000_000
_FILE_BYTES_PER_PASSAGE = 20_000  # a vector of 1,024 dimensions and its links take a quarter of that
_SMALL_FILE_BYTES = 100_000_000
_BATCH = 200
_SAME = 0.999


def examine(library: Path, folder: Path, generation: Generation, probes: int = THOROUGH) -> list[str]:
    """What is wrong, in words; nothing when the indexes hold what the library says."""
    command = [sys.executable, "-m", __name__, str(library), str(folder), str(generation.id), str(probes)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return [f"{folder.name} could not be compared within {_SECONDS} s"]
    if ran.returncode == -signal.SIGXCPU:
        return [f"{folder.name} keeps the process that opens it busy without end"]
    if ran.returncode < 0:
        return [f"{folder.name} crashed the process that opened it ({signal.Signals(-ran.returncode).name})"]
    try:
        findings = json.loads(ran.stdout.splitlines()[-1])
    except (IndexError, json.JSONDecodeError):
        return [f"{folder.name} cannot be opened: {_last_line(ran.stderr)}"]
    return [str(finding) for finding in findings]


def _last_line(said: str) -> str:
    return next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "no reason given")


def main(arguments: Sequence[str]) -> None:
    path, folder, generation_id, probes = Path(arguments[0]), Path(arguments[1]), int(arguments[2]), int(arguments[3])
    library = Library.open(path)
    generation = library.generation(generation_id)
    if generation is None:
        findings = [f"{folder.name} is not known to the library"]
    else:
        wanted = library.passage_ids(generation.rules, live=True)
        largest = _SMALL_FILE_BYTES + _FILE_BYTES_PER_PASSAGE * len(wanted)
        findings = list(_grown(folder, largest))
        if not findings:
            _limit(largest, _CPU_S + len(wanted) // _PASSAGES_A_CPU_S)
            findings = list(_lexical(folder, wanted))
            if probes != LEXICAL_ALONE:
                findings += _vectors(folder, wanted, library, generation, probes)
    sys.stdout.write(json.dumps(findings[:20]) + "\n")
    sys.stdout.flush()


def _limit(largest: int, cpu_s: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES + 4 * largest, _MEMORY_BYTES + 4 * largest))
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * largest, 4 * largest))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _grown(folder: Path, largest: int) -> Iterator[str]:
    for file in folder.rglob("*"):
        if file.is_file() and file.stat().st_size > largest:
            yield f"{folder.name}/{file.relative_to(folder).as_posix()} has grown to {file.stat().st_size} bytes"


def _lexical(folder: Path, wanted: set[str]) -> Iterator[str]:
    from byline.library.lexical import TantivyLexical

    damaged = [file.name for file in sorted((folder / "lexical").iterdir()) if not _sums_up(file)]
    if damaged:
        yield f"{folder.name}/lexical/{damaged[0]} does not have the checksum that was written with it"
        return
    lexical = TantivyLexical(folder / "lexical")
    missing = wanted - lexical.ids()
    if missing:
        yield f"{folder.name}/lexical lacks {len(missing)} of {len(wanted)} passages"


def _sums_up(file: Path) -> bool:
    """tantivy ends a segment's file with JSON that has a CRC-32 of all before it, that JSON's length, and a magic."""
    data = file.read_bytes()
    if file.suffix not in (".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term", ".del") or not data:
        return True
    if len(data) < 8 or int.from_bytes(data[-4:], "little") != 1337:
        return False
    length = int.from_bytes(data[-8:-4], "little")
    try:
        crc = json.loads(data[-8 - length : -8])["crc"]
    except (ValueError, KeyError):
        return False
    return bool(zlib.crc32(data[: -8 - length]) == crc)


def _vectors(folder: Path, wanted: set[str], library: Library, generation: Generation, at_most: int) -> Iterator[str]:
    from byline.library.vectors import ChromaVectors

    vectors = ChromaVectors(folder / "chroma")
    missing = wanted - vectors.ids()
    if missing:
        yield f"{folder.name}/chroma lacks {len(missing)} of {len(wanted)} passages"
        return
    probes = sorted(wanted) if len(wanted) <= at_most else random.Random(0).sample(sorted(wanted), at_most)
    unreached = altered = 0
    for start in range(0, len(probes), _BATCH):
        stored = library.passage_vectors(probes[start : start + _BATCH], generation.embedder)
        lost = _lost(vectors, stored)
        held = vectors.held(lost)
        altered += sum(key not in held or float(held[key] @ stored[key]) < _SAME for key in lost)
        unreached += len(lost)
    if altered:
        yield f"{folder.name}/chroma holds other vectors for {altered} of {len(probes)} passages"
    elif unreached > _UNREACHED * len(probes):
        yield f"{folder.name}/chroma does not find {unreached} of {len(probes)} passages by their own vectors"


def _lost(vectors: ChromaVectors, stored: Mapping[str, Vector]) -> list[str]:
    if not stored:
        return []
    found = vectors.nearest(np.stack(list(stored.values())))
    # equal passages have equal vectors: any of them will do
    return [wants for wants, (key, score) in zip(stored, found, strict=True) if key != wants and score < _SAME]


if __name__ == "__main__":
    main(sys.argv[1:])
