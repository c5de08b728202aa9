"""When to kill: at a random moment, or just after a file of the index changed."""

from __future__ import annotations

import ctypes
import os
import random
import re
import select
import signal
import struct
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

_EVENT = struct.Struct("iIII")
_MODIFIED, _MOVED_TO, _CREATED, _DELETED, _DIRECTORY, _NONBLOCK = 0x2, 0x80, 0x100, 0x200, 0x40000000, 0o4000
_MASK = _MODIFIED | _MOVED_TO | _CREATED | _DELETED

KINDS = {
    "graph": r"chroma/[0-9a-f-]{36}/",  # hnswlib's files, written in place: the window in which Chroma wedges
    "chroma": r"chroma/chroma\.sqlite3",
    "lexical": r"lexical/",
    "library": r"^library\.db",
}


class RandomMoment:
    def __init__(self, seconds: float, _index: Path) -> None:
        self._seconds = seconds

    def __call__(self, process: int) -> None:
        handle = _open(process)
        if handle is None:
            return
        try:
            if not select.select([handle], [], [], self._seconds)[0]:
                _kill(handle)
        finally:
            os.close(handle)


class AfterChange:
    """Kills `delay_s` after change number `count` of a file of this kind; without `count` it only counts changes."""

    def __init__(self, index: Path, kind: str, count: int | None, delay_s: float = 0.0) -> None:
        self._index = index
        self._kind = kind
        self._count = count
        self._delay_s = delay_s
        self.seen: Counter[str] = Counter()
        self.last = ""

    def __call__(self, process: int) -> None:
        handle = _open(process)
        if handle is None:
            return
        watch = Watch(self._index)
        try:
            while True:
                ready = select.select([watch.descriptor, handle], [], [])[0]
                for name in watch.changes() if watch.descriptor in ready else ():
                    kind = kind_of(name)
                    self.seen[kind] += 1
                    if kind == self._kind and self.seen[kind] == self._count:
                        self.last = name
                        ends = time.perf_counter() + self._delay_s
                        while time.perf_counter() < ends:
                            pass
                        _kill(handle)
                        return
                if handle in ready:
                    return
        finally:
            watch.close()
            os.close(handle)


class Watch:
    """inotify over a tree; directories that appear later are watched as soon as their creation is read."""

    def __init__(self, root: Path) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self.descriptor = self._libc.inotify_init1(_NONBLOCK)
        self._root = root
        self._watched: dict[int, Path] = {}
        for folder in [root, *(path for path in root.rglob("*") if path.is_dir())]:
            self._add(folder)

    def changes(self) -> Iterator[str]:
        """Names relative to the root."""
        try:
            data = os.read(self.descriptor, 1 << 16)
        except BlockingIOError:
            return
        start = 0
        while start < len(data):
            watched, mask, _, length = _EVENT.unpack_from(data, start)
            start += _EVENT.size
            name = data[start : start + length].rstrip(b"\0").decode()
            start += length
            path = self._watched[watched] / name
            if mask & _DIRECTORY:
                if mask & (_CREATED | _MOVED_TO):
                    self._add(path)
                continue
            yield str(path.relative_to(self._root))

    def close(self) -> None:
        os.close(self.descriptor)

    def _add(self, folder: Path) -> None:
        watched = self._libc.inotify_add_watch(self.descriptor, os.fsencode(folder), _MASK)
        if watched >= 0:
            self._watched[watched] = folder


def kind_of(name: str) -> str:
    return next((kind for kind, pattern in KINDS.items() if re.search(pattern, name)), "other")


def aimed(random_: random.Random, index: Path, usual: Counter[str]) -> AfterChange:
    """`usual`: how many changes of each kind an undisturbed sync makes."""
    kind = random_.choices(list(KINDS), [5, 2, 2, 1])[0]
    delay_s = random_.uniform(0, 0.003 if random_.random() < 0.5 else 0.0005)
    return AfterChange(index, kind, random_.randint(1, max(1, usual[kind])), delay_s)


def _open(process: int) -> int | None:
    try:
        return os.pidfd_open(process)
    except ProcessLookupError:
        return None


def _kill(handle: int) -> None:
    try:
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    except ProcessLookupError:
        return
