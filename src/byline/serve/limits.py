"""How often one client and one site may ask: refused at once, with 429 or 503, and told when to come back."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from byline.serve.buckets import TokenBuckets
from byline.serve.clients import Network, client_of
from byline.serve.gate import AGAIN, CROWDED, Gate
from byline.serve.guard import App, Receive, Scope, Send
from byline.serve.problems import Problem, crowded

# What costs an answer or a search. Reading a page, a saved answer, a measure costs next to nothing.
ASKING = re.compile(r"POST /v1/(ask|search|chat/completions)|POST /mcp/?|GET /ask|POST /gradio_api/queue/join/?")
_WORDS = {
    "client": "You have asked many questions in a short time.",
    "site": "The readers of this site have asked many questions in a short time.",
}


@dataclass(frozen=True, slots=True)
class Quotas:
    """Questions a minute by client and by site, and as many in one go; answers `at_once`, and how many may wait.

    `trusted` are the proxies whose word on the client is taken.
    """

    per_client: int = 30
    per_site: int = 600
    at_once: int = 8
    waiting: int = 56
    trusted: tuple[Network, ...] = ()


class Limits:
    """Counts by client and by site; an `asks` that is refused reaches nothing behind it."""

    def __init__(self, app: App, quotas: Quotas, gate: Gate) -> None:
        self.app = app
        self._clients = TokenBuckets(quotas.per_client, quotas.per_client)
        self._sites = TokenBuckets(quotas.per_site, quotas.per_site)
        self._trusted = quotas.trusted
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and asks(scope) and (refused := self._refused(scope)):
            await refused.response()(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refused(self, scope: Scope) -> Problem | None:
        if wait_s := self._clients.take(client_of(scope, self._trusted)):
            return _too_often("client", wait_s)
        if wait_s := self._sites.take(site_of(scope)):
            return _too_often("site", wait_s)
        return crowded(f"{CROWDED} {AGAIN}") if self._gate.full else None


def asks(scope: Scope) -> bool:
    path = str(scope.get("path", ""))
    return ASKING.fullmatch(f"{scope.get('method', 'GET')} {path}") is not None and (
        path != "/ask" or b"q=" in scope.get("query_string", b"")
    )


def site_of(scope: Scope) -> str:
    """The site whose page asks, by its `Origin`; whoever sends none is counted as one site, our own."""
    origin = next((value for name, value in scope["headers"] if name.lower() == b"origin"), b"")
    try:
        return (urlsplit(origin.decode("latin-1")).hostname or "").lower()
    except ValueError:
        return ""


def _too_often(who: str, wait_s: float) -> Problem:
    seconds = max(1, math.ceil(wait_s))
    again = "in a second" if seconds == 1 else f"in {seconds} seconds"
    return Problem(429, "limited", f"{_WORDS[who]} Please ask again {again}.", seconds)
