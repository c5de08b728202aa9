"""What may be sent to the interface: JSON, and little of it."""

from __future__ import annotations

from byline.serve.guard import INTERFACE, App, Message, Receive, Scope, Send
from byline.serve.problems import Problem

MAX_BODY_BYTES = 64 * 1024


class JsonBodies:
    """Refuses other bodies before they are read to the end; a form of another site cannot send JSON unasked."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sends_body = scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith(INTERFACE)
        if not sends_body:
            await self.app(scope, receive, send)
            return
        headers = {key.lower(): value.decode("latin-1") for key, value in scope["headers"]}
        kind = headers.get(b"content-type", "").partition(";")[0].strip().lower()
        length = headers.get(b"content-length", "0")
        if kind != "application/json":
            told = Problem(415, "unsupported_media_type", "Send JSON, with `Content-Type: application/json`.")
            await told.response()(scope, receive, send)
            return
        if length.isdecimal() and int(length) > MAX_BODY_BYTES:
            await _too_large().response()(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            await _too_large().response()(scope, receive, send)
            return
        read = False

        async def again() -> Message:
            nonlocal read
            if read:
                return await receive()
            read = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, again, send)


async def _read(receive: Receive) -> bytes | None:
    """All of it, None when it is too much: here, because an error inside of the application's own reading is a 400."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > MAX_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return body


def _too_large() -> Problem:
    return Problem(413, "too_large", f"A request may have {MAX_BODY_BYTES:,} bytes.")
