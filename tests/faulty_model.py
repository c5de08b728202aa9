"""A loopback server that speaks OpenAI's protocol and fails on demand, or replays texts as streams at a given pace."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """What one request gets: status, headers, and chunks with the seconds before each.

    `cut`: the connection is closed without the end that HTTP asks for. `forever`: the last chunk again and again.
    """

    chunks: tuple[bytes, ...] = ()
    pace_s: float = 0.0
    first_s: float = 0.0
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/event-stream"
    cut: bool = False
    forever: bool = False


def event(data: object) -> bytes:
    return b"data: " + (data if isinstance(data, bytes) else json.dumps(data).encode()) + b"\n\n"


DONE = event(b"[DONE]")


def chunk(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return event({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})


def usage(prompt: int, completion: int) -> bytes:
    used = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return event(
        {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], "usage": used}
    )


def streamed(*pieces: str, finish: str | None = "stop", pace_s: float = 0.0, first_s: float = 0.0) -> Reply:
    """An answer as a provider streams it, a role first; `finish` None: it stops without having said so."""
    words = (chunk({"role": "assistant", "content": None}), *(chunk({"content": piece}) for piece in pieces))
    end = (chunk({}, finish), usage(7, len(pieces)), DONE) if finish else ()
    return Reply((*words, *end), pace_s=pace_s, first_s=first_s)


def failing(status: int, code: str | None = None, says: str = "no", **headers: str) -> Reply:
    body = json.dumps({"error": {"message": says, "type": "error", "code": code}}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply((body,), status=status, headers=named, content_type="application/json")


def malformed() -> dict[str, Reply]:
    """Ways of answering 200 that no client can use."""
    role = chunk({"role": "assistant", "content": ""})
    return {
        "garbage": Reply((role, b"\x00\xff\xfe garbage \x80\n\n", event(b"\xff\xfe{"))),
        "invalid json": Reply((role, event(b'{"choices": [{"delta": {"content": "Hel'), DONE)),
        "another shape": Reply((event({"result": "words"}), DONE)),
        "a page": Reply((b"<!doctype html><title>Welcome</title>",), content_type="text/html"),
        "nothing": Reply(),
        "cut before words": Reply((role,), cut=True),
    }


class FaultyModel:
    """`replies` are given in order, the last one for all that follow. `gone` is set when a client has left a stream.

    `connected` counts connections, whatever was asked.
    """

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.writing, self.gone = threading.Event(), threading.Event()
        self.gone_at, self.connected = 0.0, 0
        self.stopping = threading.Event()
        self.url = ""

    def reply(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextmanager
def faulty_model(*replies: Reply) -> Iterator[FaultyModel]:
    """Each request is noted and gets the next reply."""
    model = FaultyModel(*replies)

    class Handler(_Handler):
        faulty = model

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield model
    finally:
        model.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    faulty: FaultyModel
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.faulty.connected += 1

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.faulty.requests.append(asked)
        self.faulty.headers.append({name.lower(): value for name, value in self.headers.items()})
        self.close_connection = True
        try:
            self._answer(self.faulty.reply())
        except OSError:
            self._left()

    def _answer(self, reply: Reply) -> None:
        self.faulty.writing.set()
        if not self._waited(reply.first_s):
            return
        self.send_response(reply.status)
        for name, value in {"Content-Type": reply.content_type, **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        chunks = list(reply.chunks)
        while chunks:
            piece = chunks.pop(0)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            if reply.forever and not chunks:
                chunks.append(piece)
            if not self._waited(reply.pace_s):
                return
        if not reply.cut:
            self.wfile.write(b"0\r\n\r\n")

    def _waited(self, seconds: float) -> bool:
        """False when the client left meanwhile: it has nothing more to send, so whatever can be read is the end."""
        end = time.monotonic() + seconds
        self.connection.settimeout(0.02)
        try:
            while (left := end - time.monotonic()) > 0 and not self.faulty.stopping.is_set():
                self.connection.settimeout(min(0.02, left))
                with suppress(TimeoutError):
                    if not self.connection.recv(1):
                        self._left()
                        return False
        finally:
            self.connection.settimeout(None)
        return not self.faulty.stopping.is_set()

    def _left(self) -> None:
        self.faulty.gone_at = time.monotonic()
        self.faulty.gone.set()

    def log_message(self, format: str, *args: Any) -> None:
        pass
