"""What a sync would do: what was read, against what readers see now. Nothing is embedded, nothing is written."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath

from byline.ingest.unchanged import Gone, Item, Unchanged
from byline.library.database import Library
from byline.types import Article, Rejected


@dataclass(frozen=True, slots=True)
class Plan:
    """Articles to write, and ids that stay or go."""

    added: tuple[Article, ...]
    changed: tuple[Article, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    rejected: tuple[Rejected, ...]
    moved: tuple[Article, ...] = ()
    """Of the unchanged, those read from elsewhere than before, from other bytes, or to be shown at other times."""

    @property
    def work(self) -> tuple[Article, ...]:
        return self.added + self.changed


def make_plan(items: Iterable[Item], source: str, library: Library, *, window: bool = False) -> Plan:
    """Compares what was read with what is live. An article whose file was rejected this time is kept as it is.

    `window`: the source shows only some of its articles at a time, as a feed its newest twenty. What it does not show
    is kept, and goes only when its own address says that it is gone. An article that two such sources show belongs to
    the one that last had something new of it.
    """
    live = {held.id: held for held in library.live_sources(source)}
    elsewhere = library.live_elsewhere(source)
    shared = _Shared(library) if window else None
    was_purged = library.tombstones()
    added, changed, unchanged, rejected, moved, gone = [], [], [], [], [], []
    for item in items:
        if isinstance(item, Rejected):
            rejected.append(item)
        elif isinstance(item, Unchanged):
            unchanged.append(item.id)
        elif isinstance(item, Gone):
            gone.append(item.id)
        elif was_purged(item.ref.id) or was_purged(item.ref.url):
            rejected.append(_purged(item))
        elif (owner := elsewhere.get(item.ref.id)) is not None and Path(owner).exists():
            rejected.append(_taken(item, owner))
        elif owner is not None and shared and shared.has(owner, item):
            unchanged.append(item.ref.id)
        elif item.ref.id not in live:
            added.append(item)
        elif live[item.ref.id].digest != item.digest:
            changed.append(item)
        else:
            unchanged.append(item.ref.id)
            held = live[item.ref.id]
            if (held.origin, held.raw, held.availability) != (item.origin, item.raw, item.availability):
                moved.append(item)
    seen = {article.ref.id for article in chain(added, changed)} | set(unchanged)
    if window:
        retracted = {item.origin for item in rejected if item.retracts}
        removed = [key for key in gone if key in live or (key in elsewhere and not Path(elsewhere[key]).exists())]
        removed += [key for key, held in live.items() if key not in seen and held.origin in retracted]
    else:
        unread = {_file(item.origin) for item in rejected if not item.retracts}
        removed = [key for key, held in live.items() if key not in seen and not _was_unread(held.origin, unread)]
    return Plan(tuple(added), tuple(changed), tuple(unchanged), tuple(removed), tuple(rejected), tuple(moved))


class _Shared:
    """What other sources show, looked up when it is asked for."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._digests: dict[str, dict[str, str]] = {}

    def has(self, owner: str, article: Article) -> bool:
        """Whether `owner` shows this very revision."""
        if owner not in self._digests:
            self._digests[owner] = {held.id: held.digest for held in self._library.live_sources(owner)}
        return self._digests[owner].get(article.ref.id) == article.digest


def _was_unread(origin: str, unread: set[str]) -> bool:
    """Whether what stands at `origin` was refused this time: its file, or a folder above it."""
    file = _file(origin)
    return not unread.isdisjoint([file, *map(str, PurePosixPath(file).parents)])


def _file(origin: str) -> str:
    """`articles.jsonl:17` → `articles.jsonl`."""
    head, colon, tail = origin.rpartition(":")
    return head if colon and tail.isdigit() else origin


def _purged(article: Article) -> Rejected:
    return Rejected(
        article.origin,
        "was purged",
        f"run `byline purge --forget {shlex.quote(article.ref.id)}` to allow it again, or remove it here",
        retracts=True,
    )


def _taken(article: Article, owner: str) -> Rejected:
    return Rejected(
        article.origin,
        f"its id {article.ref.id!r} already belongs to an article from {owner}",
        "Give it another `id`, or sync that source without it first.",
    )
