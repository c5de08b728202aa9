"""The child in which foreign bytes are parsed: `python -m byline.ingest.limited.parsing`, started by `worker.py`.

It takes requests from its standard input and answers on its standard output, until the input closes. It may use so much
memory and CPU, write no file, start no process and open no socket. What it answers is JSON and is not trusted.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, BinaryIO

from byline.ingest.formats.parsed import Unreadable

Task = Callable[..., Any]

REQUEST = struct.Struct(">II")
"""Lengths of a request's JSON and of its data."""
ANSWER = struct.Struct(">I")

CPU_SECONDS = 20
MEMORY_BYTES = 1_000_000_000
"""Address space beyond what the process has when it starts."""
WALL_SECONDS = 30
_WORN_REQUESTS = 1_000
_WORN_BYTES = 400_000_000
_FILES = 64
_FORBIDDEN = (
    *("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "os.startfile"),
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown"),
    *("ftplib.", "http.client.", "urllib.", "smtplib.", "shutil.", "pty.", "webbrowser.", "sqlite3."),
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC

TASKS = {
    "page": ("byline.ingest.formats.html", "parse_page"),
    "pdf": ("byline.ingest.formats.pdf", "parse_pdf"),
    "feed": ("byline.ingest.formats.feed", "parse_feed"),
    "sitemap": ("byline.ingest.formats.sitemap", "parse_sitemap"),
}


class _Unavailable(Exception):
    pass


def serve(find: Callable[[str], Task]) -> None:
    """Answers requests until there are no more, or this process is worn. `find` gives the function for a task."""
    answers = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "wb") as nowhere:  # whatever a library prints is no answer
        os.dup2(nowhere.fileno(), 1)
    _limit()
    requests = sys.stdin.buffer
    for count in range(1, _WORN_REQUESTS + 1):
        request = _read(requests)
        if request is None:
            return
        header, data = request
        _limit_time()
        answer = _answer(find, header, data)
        del data, request
        last = bool(answer.pop("spent", False)) or count == _WORN_REQUESTS or _resident() > _WORN_BYTES
        encoded = json.dumps({**answer, "last": last}, ensure_ascii=False).encode("utf-8", "replace")
        signal.alarm(0)
        answers.write(ANSWER.pack(len(encoded)) + encoded)
        answers.flush()
        if last:
            return


def _answer(find: Callable[[str], Task], header: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    try:
        return {"parsed": asdict(find(header["task"])(data, **header["options"]))}
    except Unreadable as error:
        return {"refused": [error.reason, error.next_step]}
    except MemoryError:
        return {"memory": True, "spent": True}
    except _Unavailable as error:
        return {"unavailable": str(error), "spent": True}
    except RecursionError:
        return {"refused": ["is nested too deeply", "save the article as Markdown or text"]}
    except Exception as error:
        # A library that stumbles over a file is a reason to refuse the file, not to stop reading the others.
        what = f"{type(error).__name__}: {' '.join(str(error).split())[:150]}"
        return {"refused": [f"could not be parsed ({what})", "save the article as Markdown or text"]}


def _find(task: str) -> Task:
    module, name = TASKS[task]
    try:
        return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]
    except ImportError as error:
        raise _Unavailable(str(error)) from None


def _read(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    lengths = stream.read(REQUEST.size)
    if len(lengths) < REQUEST.size:
        return None
    header, data = (stream.read(length) for length in REQUEST.unpack(lengths))
    return json.loads(header), data


def _limit() -> None:
    with contextlib.suppress(OSError, ValueError):  # where there is no /proc, or the limit is lower already
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + MEMORY_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))
    sys.addaudithook(_refuse)


def _limit_time() -> None:
    """From now on, so much CPU; and an end even when this process waits for something and nobody is left to kill it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS, hard))
    signal.alarm(WALL_SECONDS + 5)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        flags = arguments[2]
        if isinstance(flags, int) and flags & _WRITES:
            raise PermissionError(f"a parser may not write {arguments[0]!r}")
    elif event.startswith(_FORBIDDEN):
        raise PermissionError(f"a parser may not use {event}")


def _pages(index: int) -> int:
    with open("/proc/self/statm") as numbers:
        return int(numbers.read().split()[index]) * resource.getpagesize()


def _address_space() -> int:
    return _pages(0)


def _resident() -> int:
    try:
        return _pages(1)
    except OSError:
        return 0


if __name__ == "__main__":
    serve(_find)
