"""What stands in front of everything: which sites may ask, security headers, and only the routes the page needs.

A page of another site may load the widget's files, and ask under `/v1/` when its origin is allowed; nothing else.

Gradio echoes a foreign `Origin` with credentials and publishes upload, proxy, file and component routes. Nothing of
that is used here, so nothing of it is reachable.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from byline.serve.origins import NOBODY, AllowedOrigins
from byline.serve.problems import Problem

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
# Every site may load the widget; whether its readers may ask is decided where they ask.
WIDGET, INTERFACE = "/widget/", "/v1/"
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
# What a browser asks before it lets an allowed page send JSON. Cookies are never part of it.
PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"Content-Type"),
    (b"access-control-max-age", b"7200"),  # as long as Chromium keeps it
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
    """Refuses what the pages of sites that are not `allowed` send; puts the security headers on every response."""

    def __init__(self, app: App, allowed: AllowedOrigins = NOBODY) -> None:
        self.app = app
        self.allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        origin = foreign_origin(scope)
        told = _headers(scope, origin if origin and self.allowed.admit(origin) else None)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(k, v) for k, v in message.get("headers", []) if not k.lower().startswith(b"access-control-")]
                # a page of ours may ask for less than Gradio's needs
                stricter = {k.lower() for k, _ in kept if k.lower() == b"content-security-policy"}
                ours = {name for name, _ in told} - stricter
                message["headers"] = [(k, v) for k, v in kept if k.lower() not in ours] + [
                    (name, value) for name, value in told if name in ours
                ]
            await send(message)

        if origin is not None and not self._admits(scope, origin):
            await refuse(403, b"This address answers its own pages only.", scope, guarded)
        elif origin is not None and scope["type"] == "http" and scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": [*told, *PREFLIGHT]})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self.app(scope, receive, guarded)

    def _admits(self, scope: Scope, origin: str) -> bool:
        path, read = str(scope.get("path", "")), scope.get("method") in {"GET", "HEAD"}
        return (path.startswith(WIDGET) and read) or (
            scope["type"] == "http" and path.startswith(INTERFACE) and self.allowed.admit(origin)
        )


def _headers(scope: Scope, admitted: str | None) -> list[tuple[bytes, bytes]]:
    """Of every response to this request; `admitted` is the other site's origin that may read it."""
    path = str(scope.get("path", ""))
    widget = path.startswith(WIDGET)
    told = [*HEADERS, (b"cross-origin-resource-policy", b"cross-origin" if widget else b"same-origin")]
    if widget:
        told.append((b"access-control-allow-origin", b"*"))  # an integrity hash is only checked of what may be read
    elif path.startswith(INTERFACE):
        told.append((b"vary", b"Origin"))
        if admitted is not None:
            told.append((b"access-control-allow-origin", admitted.encode("latin-1")))
            told.append((b"access-control-expose-headers", b"Retry-After"))
    return told


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


def foreign_origin(scope: Scope) -> str | None:
    """The site whose page sent this request, when a browser says that it is another one."""
    headers: dict[bytes, str] = {key.lower(): value.decode("latin-1") for key, value in scope["headers"]}
    origin = headers.get(b"origin")
    if origin is None:
        return None
    with suppress(ValueError):  # no origin that a browser sends
        if urlsplit(origin).netloc.lower() == headers.get(b"host", "").lower():
            return None
    return origin


async def refuse(status: int, words: bytes, scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    if str(scope.get("path", "")).startswith(INTERFACE):
        code = {403: "foreign_origin"}.get(status, "refused")
        await Problem(status, code, words.decode()).response()(scope, _nothing, send)
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(words)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
