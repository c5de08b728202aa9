"""A small internet on loopback: names stand for public addresses, and each public address leads to a server here.

The guard sees only the public addresses, so it is never loosened for a test.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType

import httpcore

from byline.ingest.fetch.fetcher import Fetcher
from byline.ingest.fetch.network import Network

PUBLIC = "93.184.215.14"
OTHER = "151.101.1.69"
SITE = "news.example"


@dataclass(frozen=True, slots=True)
class Asked:
    path: str
    headers: dict[str, str]


Reply = Callable[[socket.socket, Asked], None]


def reply(body: bytes | str = b"", status: int = 200, **headers: str) -> Reply:
    """A well-formed answer; `content_type="…"` becomes `content-type: …`."""
    data = body.encode() if isinstance(body, str) else body
    given = {"content_type": "text/html; charset=utf-8", "content_length": str(len(data)), **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in given.items())
    head = f"HTTP/1.1 {status} Whatever\r\n{lines}connection: close\r\n\r\n".encode("latin-1")
    return lambda connection, asked: connection.sendall(head + data)


def redirect(to: str, status: int = 302) -> Reply:
    return reply(status=status, location=to)


def raw(*parts: bytes) -> Reply:
    def send(connection: socket.socket, asked: Asked) -> None:
        for part in parts:
            connection.sendall(part)

    return send


class Server:
    """Answers every connection in a thread of its own; `asked` remembers what was asked for."""

    def __init__(self) -> None:
        self.routes: dict[str, Reply] = {"/robots.txt": reply("", 404)}
        self.asked: list[Asked] = []
        self.sent_bytes = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def paths(self) -> list[str]:
        """What was asked for, without robots.txt."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(20)
            head = b""
            while b"\r\n\r\n" not in head:
                part = connection.recv(65536)
                if not part:
                    return
                head += part
            first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            asked = Asked(first.split(" ")[1], headers)
            self.asked.append(asked)
            self.routes.get(asked.path, reply("nothing here", 404))(connection, asked)
            connection.shutdown(socket.SHUT_WR)


@dataclass
class Internet:
    """`names`: host → the answers of its DNS, one a question, the last one ever after."""

    servers: dict[str, Server] = field(default_factory=dict)
    names: dict[str, list[list[str]]] = field(default_factory=lambda: {SITE: [[PUBLIC]], "other.example": [[OTHER]]})
    resolved: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> list[str]:
        self.resolved.append(host)
        if host not in self.names:
            raise socket.gaierror(-2, "Name or service not known")
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def dial(self, ip: str, port: int, timeout_s: float) -> httpcore.NetworkStream:
        self.dialled.append(ip)
        if ip not in self.servers:
            raise httpcore.ConnectError("connection refused")
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self.servers[ip].port, timeout=timeout_s)

    @property
    def network(self) -> Network:
        return Network(self.resolve, self.dial)

    def fetcher(self, *, interval_s: float = 0.0, fetch_s: float = 5.0, waited: list[float] | None = None) -> Fetcher:
        """Notes the pauses it would make instead of making them."""
        pauses = [] if waited is None else waited
        return Fetcher(self.network, pause=pauses.append, interval_s=interval_s, fetch_s=fetch_s)


@contextmanager
def internet() -> Iterator[tuple[Internet, Server]]:
    """With one site, `news.example`."""
    with Server() as server:
        yield Internet({PUBLIC: server}), server
