"""Connections: a name is resolved once, every address it stands for is checked, and a checked one is connected to.

Nothing of the environment counts here: no proxy, no .netrc. TLS verifies the certificate against the name, as always.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import httpcore

from byline.ingest.fetch.addresses import ForbiddenAddressError, WebAddress, forbidden_ip

CONNECT_S = 10.0
TRIES = 3  # of a name's addresses, when some do not answer

Resolve = Callable[[str, int], list[str]]
"""(name, port) → IPs; raises OSError."""
Dial = Callable[[str, int, float], httpcore.NetworkStream]
"""(IP, port, seconds) → a connection; raises httpcore's errors."""


class TransferError(Exception):
    """The server did not answer, or not as a server does. Reads as the rest of a sentence that starts with the URL."""


class Deadline:
    """Seconds for everything together, counted from the start."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Raises TransferError when there is nothing left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TransferError(f"was not complete after {self.seconds:g} seconds")
        return left


def system_resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def system_dial(ip: str, port: int, timeout_s: float) -> httpcore.NetworkStream:
    return httpcore.SyncBackend().connect_tcp(ip, port, timeout=timeout_s)


@dataclass(frozen=True)
class Network:
    """What connects. The two parts are given only to stand in for the internet: the check is never left out."""

    resolve: Resolve = system_resolve
    dial: Dial = system_dial
    certificates: Callable[[], ssl.SSLContext] = field(default=httpcore.default_ssl_context)

    @cached_property
    def tls(self) -> ssl.SSLContext:
        return self.certificates()

    @contextmanager
    def get(self, address: WebAddress, headers: Mapping[str, str], deadline: Deadline) -> Iterator[httpcore.Response]:
        """One GET, nothing followed, nothing unpacked. Raises ForbiddenAddressError, TransferError."""
        url = httpcore.URL(
            scheme=address.scheme.encode(),
            host=address.host.encode(),
            port=address.port,
            target=address.target.encode(),
        )
        sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        wait = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), deadline.left())}
        backend = _GuardedBackend(self, deadline)
        tls = self.tls if address.scheme == "https" else None
        try:
            with (
                httpcore.ConnectionPool(ssl_context=tls, network_backend=backend, max_keepalive_connections=0) as pool,
                pool.stream("GET", url, headers=sent, extensions=wait) as response,
            ):
                yield response
        except httpcore.TimeoutException:
            deadline.left()
            raise TransferError("did not answer in time") from None
        except httpcore.ConnectError as error:
            raise TransferError(f"could not be reached ({error})") from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise TransferError(f"broke off or is not HTTP ({str(error)[:200]})") from None


class _GuardedBackend(httpcore.NetworkBackend):
    def __init__(self, network: Network, deadline: Deadline) -> None:
        self._network = network
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        checked = self._checked(host, port)
        for number, ip in enumerate(checked[:TRIES], 1):
            try:
                stream = self._network.dial(ip, port, min(CONNECT_S, self._deadline.left()))
                return _TimedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(checked[:TRIES]):
                    raise
        raise httpcore.ConnectError("the name stands for no address")

    def _checked(self, host: str, port: int) -> list[str]:
        """The addresses of `host`, if every one of them is public."""
        if forbidden_ip(host) is None:
            return [host]
        found = _within(lambda: self._network.resolve(host, port), min(CONNECT_S, self._deadline.left()))
        for ip in found:
            why = forbidden_ip(ip)
            if why:
                raise ForbiddenAddressError(f"leads to {ip}, which {why}")
        return found


class _TimedStream(httpcore.NetworkStream):
    """Never waits past the deadline, however little comes at a time."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, min(CONNECT_S, self._deadline.left()))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _within(resolve: Callable[[], list[str]], seconds: float) -> list[str]:
    """The system's resolver takes no limit of time, so it is waited for from outside."""
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve())
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TransferError(f"could not be found: no answer from DNS in {seconds:.0f} seconds") from None
    if isinstance(answer, Exception):
        raise TransferError(f"could not be found ({answer})")
    return answer
