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
from collections.abc import Iterator, Sequence
from pathlib import Path

from byline.library.database import Library
from byline.library.registry import Generation

PROBES = 20_000
"""Vectors that are looked up in the graph; all of them up to here, then a random choice."""

_SECONDS = 900
_MEMORY_BYTES = 8_000_000_000
_FILE_BYTES_PER_PASSAGE = 20_000  # a vector of 1,024 dimensions and its links take a quarter of that
_SMALL_FILE_BYTES = 100_000_000
_BATCH = 200
_SAME = 0.999


def examine(library: Path, folder: Path, generation: Generation) -> list[str]:
    """What is wrong, in words; nothing when the indexes hold what the library says."""
    command = [sys.executable, "-m", __name__, str(library), str(folder), str(generation.id)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return [f"{folder.name} could not be compared within {_SECONDS} s"]
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
    path, folder, generation_id = Path(arguments[0]), Path(arguments[1]), int(arguments[2])
    library = Library.open(path)
    generation = library.generation(generation_id)
    if generation is None:
        findings = [f"{folder.name} is not known to the library"]
    else:
        wanted = library.passage_ids(generation.rules, live=True)
        largest = _SMALL_FILE_BYTES + _FILE_BYTES_PER_PASSAGE * len(wanted)
        findings = list(_grown(folder, largest))
        if not findings:
            _limit(largest)
            findings = [*_lexical(folder, wanted), *_vectors(folder, wanted, library, generation)]
    sys.stdout.write(json.dumps(findings[:20]) + "\n")
    sys.stdout.flush()


def _limit(largest: int) -> None:
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


def _vectors(folder: Path, wanted: set[str], library: Library, generation: Generation) -> Iterator[str]:
    from byline.library.vectors import ChromaVectors

    vectors = ChromaVectors(folder / "chroma")
    missing = wanted - vectors.ids()
    if missing:
        yield f"{folder.name}/chroma lacks {len(missing)} of {len(wanted)} passages"
        return
    probes = sorted(wanted) if len(wanted) <= PROBES else random.Random(0).sample(sorted(wanted), PROBES)
    lost = 0
    for start in range(0, len(probes), _BATCH):
        stored = library.passage_vectors(probes[start : start + _BATCH], generation.embedder)
        if stored:
            import numpy as np

            found = vectors.nearest(np.stack(list(stored.values())))
            # equal passages have equal vectors: any of them will do
            lost += sum(key != wants and score < _SAME for wants, (key, score) in zip(stored, found, strict=True))
    if lost:
        yield f"{folder.name}/chroma does not find {lost} of {len(probes)} passages by their own vectors"


if __name__ == "__main__":
    main(sys.argv[1:])
