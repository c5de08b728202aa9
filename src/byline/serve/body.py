"""What may be sent to the interface: JSON, and little of it."""

from __future__ import annotations

from byline.serve.guard import App, Message, Receive, Scope, Send
from byline.serve.problems import Problem

MAX_BODY_BYTES = 64 * 1024
OURS = "/v1/"


class JsonBodies:
    """Refuses other bodies before they are read to the end; a form of another site cannot send JSON unasked."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sends_body = scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith(OURS)
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
        had = 0

        async def counted() -> Message:
            nonlocal had
            message = await receive()
            had += len(message.get("body", b""))
            if had > MAX_BODY_BYTES:
                raise _too_large()
            return message

        await self.app(scope, counted, send)


def _too_large() -> Problem:
    return Problem(413, "too_large", f"A request may have {MAX_BODY_BYTES:,} bytes.")
