"""Which other sites' pages may ask here, by what their browsers send as `Origin`. Pure.

This keeps other *sites* out, not programs: a program sends what origin it likes. What it may cost is for limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from byline.errors import SettingsError

DEFAULT_PORTS = {"http": 80, "https": 443}
ANY_BELOW = "*."
HOW = "Write https://www.example.org for one site, https://*.example.org for every host below it."


@dataclass(frozen=True, slots=True)
class Origin:
    """`host` in lower-case ASCII; of a pattern it is what every admitted host ends in, after a dot."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class AllowedOrigins:
    """`exact` are admitted themselves, `below` admits every host below its own, and not its own."""

    exact: frozenset[Origin] = frozenset()
    below: frozenset[Origin] = frozenset()

    def admit(self, origin: str) -> bool:
        try:
            asked = _origin_of(origin)
        except ValueError:
            return False  # `null`: a sandboxed frame or a file, which belongs to nobody
        _, *parents = asked.host.split(".")
        hosts = (".".join(parents[i:]) for i in range(len(parents)))
        return asked in self.exact or any(Origin(asked.scheme, host, asked.port) in self.below for host in hosts)


NOBODY = AllowedOrigins()


def read_origins(allowed: Iterable[str]) -> AllowedOrigins:
    """Raises SettingsError that says which one is no origin, and how one is written."""
    exact: set[Origin] = set()
    below: set[Origin] = set()
    for text in allowed:
        scheme, separator, rest = text.strip().partition("://")
        wild = rest.startswith(ANY_BELOW)
        try:
            origin = _origin_of(f"{scheme}{separator}{rest.removeprefix(ANY_BELOW)}")
        except ValueError:
            raise SettingsError(f"BYLINE_ALLOWED_ORIGINS has {text!r}, which is no origin.", HOW) from None
        if wild and "." not in origin.host:
            raise SettingsError(f"BYLINE_ALLOWED_ORIGINS has {text!r}, which would allow nearly every site.", HOW)
        (below if wild else exact).add(origin)
    return AllowedOrigins(frozenset(exact), frozenset(below))


def _origin_of(text: str) -> Origin:
    """Raises ValueError, also for a host that is no name and for everything that an origin has not."""
    parts = urlsplit(text)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    default = DEFAULT_PORTS.get(parts.scheme)
    if not host or default is None or text.count("/") != 2 or re.search(r"[?#@*\\\s]", text):
        raise ValueError(text)
    return Origin(parts.scheme, host, parts.port or default)
