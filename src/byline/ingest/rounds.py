"""Keeping sources in step: a folder when something in it changes, all of them after every so many seconds."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event
from types import MappingProxyType

from byline.errors import SettingsError

TICK_S = 0.5
SHORTEST_S = 10.0
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_QUIET_MS, _LONGEST_MS = 150, 1000  # a change is looked at once nothing more happens for so long, or after a second


def interval_s(text: str) -> float:
    """`90s`, `15m`, `2h`, `1d`. Raises SettingsError."""
    given = re.fullmatch(r"([0-9]{1,6})\s*([smhd])", text.strip().lower())
    if given is None:
        raise SettingsError(f"{text!r} is not a time between two rounds.", "Write it as 90s, 15m, 2h or 1d.")
    seconds = float(given[1]) * _SECONDS[given[2]]
    if seconds < SHORTEST_S:
        raise SettingsError(f"{text!r} is too often.", f"The shortest time between two rounds is {SHORTEST_S:.0f}s.")
    return seconds


def keep_in_step(
    sources: Sequence[str],
    sync_one: Callable[[str], None],
    stop: Event,
    *,
    watched: Mapping[str, Path] = MappingProxyType({}),
    besides: Path | None = None,
    every_s: float | None = None,
) -> None:
    """Syncs every source once, then each again when it is due, until `stop` is set.

    `watched`: those of the sources that are folders or files, and are synced when something in them changes, but for
    hidden files and what is below `besides`. Every source is synced again after `every_s` seconds, if given. What
    `sync_one` raises ends it. Nothing is missed: what changes during a round is in the next one.
    """
    due = time.monotonic()
    for changed in _changes(watched, besides, stop):
        if time.monotonic() >= due:
            changed = set(sources)
            due = time.monotonic() + every_s if every_s is not None else math.inf
        for source in sources:
            if source in changed and not stop.is_set():
                sync_one(source)


def _changes(watched: Mapping[str, Path], besides: Path | None, stop: Event) -> Iterator[set[str]]:
    """The sources that changed, every tick, though it be none; from the first on nothing is missed."""
    places = {source: path.resolve() for source, path in watched.items()}
    hidden = besides.resolve() if besides else None
    states = {source: _state(path) for source, path in places.items()}
    replaced: set[str] = set()
    polling = False
    while not stop.is_set():
        folders = {source: path for source, path in places.items() if path.is_dir()}
        try:
            for paths in _ticks(list(folders.values()), stop, polling=polling):
                changed = {s for s, folder in folders.items() if any(_counts(p, folder, hidden) for p in paths)}
                now = {source: _state(path) for source, path in places.items()}
                moved = {source for source in places if now[source] != states[source]}
                states = now
                yield changed | moved | replaced
                replaced = {source for source in moved if source in folders or places[source].is_dir()}
                if replaced:
                    break  # another folder stands there now, and that is to be watched
        except (OSError, RuntimeError):
            polling = True  # more folders than the system watches for one user, or a file system that tells nothing
            stop.wait(TICK_S)


def _ticks(folders: Sequence[Path], stop: Event, *, polling: bool) -> Iterator[list[Path]]:
    """Paths that changed below the folders, at least every tick."""
    if not folders:
        yield []
        while not stop.wait(TICK_S):
            yield []
        return
    from watchfiles import watch

    ticks = watch(
        *folders,
        watch_filter=None,
        debounce=_LONGEST_MS,
        step=_QUIET_MS,
        rust_timeout=int(TICK_S * 1000),
        yield_on_timeout=True,
        stop_event=stop,
        force_polling=polling or None,
        ignore_permission_denied=True,
    )
    for changes in ticks:
        yield [Path(path) for _, path in changes]


def _state(path: Path) -> object:
    """Another value when another file or folder stands at `path`, or the file was written to."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino, None if path.is_dir() else (found.st_mtime_ns, found.st_size))


def _counts(path: Path, folder: Path, hidden: Path | None) -> bool:
    if not path.is_relative_to(folder) or (hidden and path.is_relative_to(hidden)):
        return False
    return not any(part.startswith(".") for part in path.relative_to(folder).parts)
