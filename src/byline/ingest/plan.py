"""What a sync would do: what was read, against what readers see now. Nothing is embedded, nothing is written."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath

from byline.ingest.unchanged import Item, Unchanged
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


def make_plan(items: Iterable[Item], source: str, library: Library) -> Plan:
    """Compares what was read with what is live. An article whose file was rejected this time is kept as it is."""
    live = {held.id: held for held in library.live_sources(source)}
    elsewhere = library.live_elsewhere(source)
    was_purged = library.tombstones()
    added, changed, unchanged, rejected, moved = [], [], [], [], []
    for item in items:
        if isinstance(item, Rejected):
            rejected.append(item)
        elif isinstance(item, Unchanged):
            unchanged.append(item.id)
        elif was_purged(item.ref.id) or was_purged(item.ref.url):
            rejected.append(_purged(item))
        elif (owner := elsewhere.get(item.ref.id)) is not None and Path(owner).exists():
            rejected.append(_taken(item, owner))
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
    unread = {_file(item.origin) for item in rejected if not item.retracts}
    removed = [key for key, held in live.items() if key not in seen and not _was_unread(held.origin, unread)]
    return Plan(tuple(added), tuple(changed), tuple(unchanged), tuple(removed), tuple(rejected), tuple(moved))


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
