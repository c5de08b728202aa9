"""What a site asks of robots: which pages, and how long between two of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from protego import Protego

AGENT = "Byline"
SIZE_LIMIT = 500_000
"""Bytes of robots.txt that count, as RFC 9309 asks at least."""


@dataclass(frozen=True)
class Robots:
    """The rules of one site for Byline. `text` of None: nothing may be fetched now, for `reason`."""

    text: str | None
    reason: str = ""

    def allows(self, url: str) -> bool:
        return self.text is not None and self._rules.can_fetch(url, AGENT)

    @property
    def delay_s(self) -> float:
        """Seconds between two requests; 0 when it does not say."""
        rate = self._rules.request_rate(AGENT)
        return max(self._rules.crawl_delay(AGENT) or 0.0, rate.seconds / rate.requests if rate else 0.0)

    @cached_property
    def _rules(self) -> Protego:
        from protego import Protego

        return Protego.parse(self.text or "")


def read_robots(data: bytes) -> Robots:
    """Only what concerns Byline is kept: of a file that names 16,000 robots the parser would make 300 million rules."""
    text = data[:SIZE_LIMIT].decode("utf-8-sig", "replace")
    return Robots("\n".join(map(_for_us, text.splitlines())))


def _for_us(line: str) -> str:
    named = re.match(r"\s*user[- ]?agent\s*[:\s]\s*([^#]*)", line, re.IGNORECASE)
    if named is None:
        return line
    name = named[1].strip().casefold().partition("/")[0].strip("* ")
    if not name or name == AGENT.casefold():
        return f"User-agent: {name or '*'}"
    return "User-agent: another"
