"""How a site is treated: its robots.txt is read first and kept to, and it is left a pause between two fetches."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from byline.ingest.fetch.addresses import WebAddress
from byline.ingest.fetch.answer import Fetched, NotFetched
from byline.ingest.fetch.robots import Robots, read_robots

INTERVAL_S = 1.0
"""Between two fetches from one site; a longer one when robots.txt asks for it."""
LONGEST_DELAY_S = 60.0
KEPT_S = 3600.0  # robots.txt; RFC 9309 allows a day
UNREACHABLE_KEPT_S = 300.0

Pause = Callable[[float], None]


@dataclass(slots=True)
class _Site:
    robots: Robots
    read_at: float
    fetched_at: float | None = None


class Manners:
    """Remembers every site it was asked about. `read` gets an address without asking robots.txt about it."""

    def __init__(self, read: Callable[[WebAddress], Fetched | NotFetched], pause: Pause, interval_s: float) -> None:
        self._read = read
        self._pause = pause
        self._interval_s = interval_s
        self._sites: dict[str, _Site] = {}

    def refusal(self, address: WebAddress) -> NotFetched | None:
        """Why the site does not want this address fetched, or None."""
        robots = self._site(address).robots
        if robots.text is None:
            return NotFetched(f"was not fetched: its robots.txt {robots.reason}", "try again later")
        if not robots.allows(address.url):
            reason = "may not be fetched: the site's robots.txt disallows it"
            return NotFetched(reason, "ask the site to allow `Byline` there, or save the page as a file", lasting=True)
        if robots.delay_s > LONGEST_DELAY_S:
            reason = f"was not fetched: its site asks for {robots.delay_s:g} seconds between two pages"
            return NotFetched(reason, "use a feed with whole articles, or save the page as a file", lasting=True)
        return None

    def wait(self, address: WebAddress) -> None:
        """Until the site may be asked for the next page."""
        site = self._site(address)
        if site.fetched_at is not None:
            due = site.fetched_at + max(self._interval_s, site.robots.delay_s)
            left = due - time.monotonic()
            if left > 0:
                self._pause(left)
        site.fetched_at = time.monotonic()

    def _site(self, address: WebAddress) -> _Site:
        known = self._sites.get(address.site)
        if known:
            kept = KEPT_S if known.robots.text is not None else UNREACHABLE_KEPT_S
            if time.monotonic() < known.read_at + kept:
                return known
        robots = self._robots(WebAddress(address.scheme, address.host, address.port, "/robots.txt"))
        site = _Site(robots, time.monotonic(), known.fetched_at if known else None)
        self._sites[address.site] = site
        return site

    def _robots(self, address: WebAddress) -> Robots:
        """Absent means that everything is allowed; unreachable, for now, that nothing is (RFC 9309, 2.3.1)."""
        answer = self._read(address)
        if isinstance(answer, Fetched):
            return read_robots(answer.data)
        if answer.status is not None and 400 <= answer.status < 500 and answer.status != 429:
            return Robots("")
        return Robots(None, answer.reason)
