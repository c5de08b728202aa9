"""What stands in front of the page: same origin only, security headers, and only the routes the page needs.

Gradio echoes a foreign `Origin` with credentials and publishes upload, proxy, file and component routes. Nothing of
that is used here, so nothing of it is reachable.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# 'unsafe-inline': Gradio writes its configuration into the page. It needs no 'unsafe-eval' without gr.HTML.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
# What Gradio's page asks for while a reader reads; found by recording a browser, held by tests/browser.
PAGE_ROUTES = re.compile(
    r"/"
    r"|/config"
    r"|/theme\.css|/favicon\.ico|/manifest\.json|/robots\.txt"
    r"|/(assets|static)/.+"
    r"|/gradio_api/(app_id|cancel|info|reset|startup-events|queue/join|queue/data|heartbeat/[\w-]+)/?"
)


class Guard:
    """Refuses requests from other sites' pages, and puts the security headers on every response."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(k, v) for k, v in message.get("headers", []) if not k.lower().startswith(b"access-control-")]
                # a page of ours may ask for less than Gradio's needs
                stricter = {k.lower() for k, _ in kept if k.lower() == b"content-security-policy"}
                ours = {name for name, _ in HEADERS} - stricter
                message["headers"] = [(k, v) for k, v in kept if k.lower() not in ours] + [
                    (name, value) for name, value in HEADERS if name in ours
                ]
            await send(message)

        if foreign(scope):
            await refuse(403, b"This address answers its own pages only.", scope, guarded)
        else:
            await self.app(scope, receive, guarded)


class OnlyThePage:
    """Lets through what the chat page needs of Gradio; every other route of it does not exist."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", "")).removeprefix(str(scope.get("root_path", "")))
        if scope["type"] == "http" and PAGE_ROUTES.fullmatch(path):
            await self.app(scope, receive, send)
        else:
            await refuse(404, b"Not found.", scope, send)


def foreign(scope: Scope) -> bool:
    """True when a browser says that another site's page sent this request."""
    headers = {key.lower(): value.decode("latin-1") for key, value in scope["headers"]}
    origin = headers.get(b"origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get(b"host", "").lower()


async def refuse(status: int, words: bytes, scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(words)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})
