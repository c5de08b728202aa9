"""Foreign files are parsed in child processes with limits on CPU, memory and time: a file that breaks its parser costs
one rejection, and the next one is read.

A worker is started when it is first needed and serves until it is worn, dies, or `close`: importing the parsers takes
longer than parsing a hundred pages.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from byline.errors import SourceError
from byline.ingest.formats.feed import Feed, Sitemap, feed_from, sitemap_from
from byline.ingest.formats.parsed import Unreadable, article_of, parsed_from
from byline.ingest.limited.parsing import CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS
from byline.ingest.limited.worker import Worker, WorkerDied, WorkerLate
from byline.types import Article, Rejected

_OTHERWISE = "save the article as Markdown or text"


class Sandbox:
    """May be used from several threads; at most `size` files are parsed at a time. `close` ends its processes."""

    def __init__(
        self, size: int = 1, *, module: str = "byline.ingest.limited.parsing", timeout_s: float = WALL_SECONDS
    ) -> None:
        self._module = module
        self._timeout_s = timeout_s
        self._places = threading.Semaphore(size)
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """What is being parsed goes on to its end."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def read_page(
        self,
        data: bytes,
        origin: str,
        *,
        url: str | None = None,
        charset: str | None = None,
        fallback_id: str | None = None,
    ) -> Article | Rejected:
        """`charset`: what the server said. The article's id is its address, or `fallback_id`, or `origin`."""
        try:
            parsed = parsed_from(self.run("page", data, url=url, charset=charset))
        except Unreadable as error:
            return error.rejected(origin)
        return article_of(parsed, origin, fallback_id or url or origin)

    def read_pdf(
        self, data: bytes, origin: str, *, url: str | None = None, fallback_id: str | None = None
    ) -> Article | Rejected:
        try:
            parsed = parsed_from(self.run("pdf", data, url=url))
        except Unreadable as error:
            return error.rejected(origin)
        return article_of(parsed, origin, fallback_id or url or origin, dated_by_text=True)

    def read_feed(
        self, data: bytes, origin: str, *, url: str | None = None, charset: str | None = None
    ) -> Feed | Rejected:
        try:
            return feed_from(self.run("feed", data, url=url, charset=charset))
        except Unreadable as error:
            return error.rejected(origin)

    def read_sitemap(self, data: bytes, origin: str) -> Sitemap | Rejected:
        try:
            return sitemap_from(self.run("sitemap", data))
        except Unreadable as error:
            return error.rejected(origin)

    def run(self, task: str, data: bytes, **options: Any) -> Mapping[str, Any]:
        """What the task makes of `data`, as JSON gives it. Raises Unreadable; SourceError without its libraries."""
        with self._places:
            answer = self._ask(task, options, data)
        match answer:
            case {"parsed": dict(parsed)}:
                return parsed
            case {"refused": [str(reason), str(next_step)]}:
                raise Unreadable(reason, next_step)
            case {"memory": True}:
                raise Unreadable(f"could not be parsed within {MEMORY_BYTES // 1_000_000_000} GB of memory", _OTHERWISE)
            case {"unavailable": str(why)}:
                raise SourceError(
                    f"What reads this kind of file cannot be loaded: {why}.", "Install Byline's dependencies again."
                )
        raise Unreadable("could not be parsed: the reader gave no sensible answer", _OTHERWISE)

    def _ask(self, task: str, options: Mapping[str, Any], data: bytes) -> Mapping[str, Any]:
        while True:
            worker = self._take()
            try:
                answer = worker.ask(task, options, data, self._timeout_s)
            except WorkerLate:
                raise Unreadable(f"could not be parsed within {self._timeout_s:g} s", _OTHERWISE) from None
            except WorkerDied as error:
                if worker.asked > 1:
                    continue  # it may have been harmed by a file before this one: only a fresh process can tell
                if "CPU" in error.reason:
                    raise Unreadable(f"could not be parsed within {CPU_SECONDS} s of CPU time", _OTHERWISE) from None
                raise Unreadable(error.reason, _OTHERWISE) from None
            except BaseException:
                worker.end()
                raise
            self._give_back(worker, answer)
            return answer

    def _take(self) -> Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return Worker(self._module)

    def _give_back(self, worker: Worker, answer: Mapping[str, Any]) -> None:
        with self._lock:
            if not self._closed and answer.get("last") is False:
                self._idle.append(worker)
                return
        worker.end()

    def __del__(self) -> None:
        with suppress(Exception):
            self.close()
