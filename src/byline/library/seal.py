"""What the files of a generation were when they were last whole: their sizes and SHA-256, and who wrote them.

The seal is taken off in `library.db` before anything is written to an index and put on again after, so a generation
without one was interrupted, and one that no longer fits its files was damaged. Hashing costs .7 CPU-s a GB.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

FORMAT = 3
"""Changes whenever other fields are written to an index, or other terms."""

Stamps = dict[str, tuple[int, int]]

PARTS = frozenset(("chroma", "lexical"))
"""The directories of a generation."""

_NOTEBOOK = "chroma/chroma.sqlite3"
"""Chroma writes to it at every opening, so it alone may differ without being damaged."""

_LOCKS = ".tantivy-"  # files that tantivy makes to lock them


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`findings` say what is not as it was left, `parts` which indexes that concerns.

    `hopeless`: what was found cannot be anything but damage, so nothing of it needs to be looked into.
    """

    parts: frozenset[str] = frozenset()
    findings: tuple[str, ...] = ()
    hopeless: bool = False


WHOLE = Diagnosis()


def sealed(folder: Path, before: str | None = None, changed: Iterable[str] | None = None) -> str:
    """The seal of the files as they are. With `before`, only those in `changed` are read anew."""
    known = dict(_files(before)) if before else {}
    again = set(known if changed is None else changed)
    files = {
        name: known[name] if name in known and name not in again else [path.stat().st_size, _digest(path)]
        for name, path in _found(folder)
    }
    return json.dumps({"made_with": made_with(), "files": files}, sort_keys=True)


def stamps(folder: Path) -> Stamps:
    """Size and time of the last change of every file: enough to see which changed while somebody looked."""
    return {name: ((found := path.stat()).st_size, found.st_mtime_ns) for name, path in _found(folder)}


def graph_changed(before: Stamps, after: Stamps) -> bool:
    """Whether Chroma has written to the files of its graph, `chroma/ID/…`, in between."""
    changed = before.items() ^ after.items()
    return any(name.startswith("chroma/") and name.count("/") == 2 for name, _ in changed)


def diagnose(folder: Path, seal: str | None) -> Diagnosis:
    """Compares the files with their seal. No file is read that has another size than it should."""
    if not folder.is_dir():
        return Diagnosis(PARTS, (f"{folder.name} is missing",), hopeless=True)
    if seal is None:
        return Diagnosis(PARTS, (f"{folder.name} was interrupted while it was written to",))
    loaded = json.loads(seal)
    if loaded.get("made_with") != made_with():
        return Diagnosis(PARTS, (f"{folder.name} was written by {loaded.get('made_with')}",), hopeless=True)
    differences = dict(_differences(folder, _files(seal)))
    if not differences:
        return WHOLE
    parts = frozenset(name.partition("/")[0] for name in differences) & PARTS
    findings = tuple(f"{folder.name}/{name} {what}" for name, what in sorted(differences.items()))
    return Diagnosis(parts or PARTS, findings, hopeless=set(differences) != {_NOTEBOOK})


def made_with() -> str:
    """An index is opened only by the libraries that wrote it; by others it is built again."""
    return f"format {FORMAT}, chromadb {version('chromadb')}, tantivy {version('tantivy')}"


def _files(seal: str) -> Mapping[str, list[int | str]]:
    files: Mapping[str, list[int | str]] = json.loads(seal).get("files", {})
    return files


def _differences(folder: Path, files: Mapping[str, list[int | str]]) -> Iterator[tuple[str, str]]:
    found = dict(_found(folder))
    yield from ((name, "is missing") for name in files.keys() - found.keys())
    yield from ((name, "should not be there") for name in found.keys() - files.keys())
    for name in files.keys() & found.keys():
        size, digest = files[name]
        actual = found[name].stat().st_size
        if actual != size:
            yield name, f"has {actual} bytes instead of {size}"
        elif _digest(found[name]) != digest:
            yield name, "was altered"


def _found(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        if not path.name.startswith(_LOCKS) and (path.is_symlink() or not path.is_dir()):
            yield path.relative_to(folder).as_posix(), path


def _digest(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return "not a file"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
