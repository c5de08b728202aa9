"""How often one client and one site may ask: told at once with 429 and when to come back, before anything is read."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from byline.serve.buckets import TokenBuckets
from byline.serve.clients import Network, client_of
from byline.serve.guard import App, Receive, Scope, Send
from byline.serve.problems import Problem

# What costs an answer or a search. Reading a page, a saved answer, a measure costs next to nothing.
ASKING = re.compile(r"POST /v1/(ask|search|chat/completions)|POST /mcp/?|GET /ask|POST /gradio_api/queue/join/?")
_WORDS = {
    "client": "You have asked many questions in a short time.",
    "site": "The readers of this site have asked many questions in a short time.",
}


class Limits:
    """Counts by client and by site; an `asks` that either refuses reaches nothing behind it."""

    def __init__(self, app: App, clients: TokenBuckets, sites: TokenBuckets, trusted: Sequence[Network] = ()) -> None:
        self.app = app
        self._clients = clients
        self._sites = sites
        self._trusted = trusted

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
        return None


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
