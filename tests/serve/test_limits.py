"""Who asks too often is told so at once; nobody else notices."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from byline.serve.clients import networks
from byline.serve.gate import Gate
from byline.serve.guard import Message, Receive, Scope, Send
from byline.serve.limits import Limits, Quotas, asks, site_of


class Behind:
    """What stands behind the limits: says yes, and counts."""

    def __init__(self) -> None:
        self.served = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.served += 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def scope_of(path: str = "/v1/ask", method: str = "POST", client: str = "203.0.113.1", **headers: str) -> Scope:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    path, _, query = path.partition("?")
    return {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": sent,
            "client": (client, 1)}  # fmt: skip


async def told(app: Limits, scope: Scope) -> tuple[int, dict[bytes, bytes]]:
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, send)
    return messages[0]["status"], dict(messages[0]["headers"])


def limits(clients: int = 3, sites: int = 100, gate: Gate | None = None, **more: Any) -> tuple[Limits, Behind]:
    behind = Behind()
    return Limits(behind, Quotas(clients, sites, **more), gate or Gate(1, 0)), behind


def test_one_client_gets_its_quota_and_others_theirs() -> None:
    async def run() -> None:
        app, behind = limits(clients=3)
        began = time.monotonic()
        statuses = [(await told(app, scope_of()))[0] for _ in range(10_000)]
        refilled = (time.monotonic() - began) * 3 / 60
        assert statuses.count(200) <= 3 + refilled + 1
        assert set(statuses) == {200, 429}
        assert behind.served == statuses.count(200)
        assert (await told(app, scope_of(client="203.0.113.2")))[0] == 200

    asyncio.run(run())


def test_a_refusal_is_quick_and_says_when_to_come_back() -> None:
    async def run() -> None:
        app, _ = limits(clients=1)
        await told(app, scope_of())
        began = time.process_time()
        status, headers = await told(app, scope_of())
        assert time.process_time() - began < 0.02
        assert (status, headers[b"retry-after"]) == (429, b"60")
        assert headers[b"content-type"] == b"application/problem+json"

    asyncio.run(run())


def test_a_site_has_its_own_quota() -> None:
    async def run() -> None:
        app, _ = limits(clients=100, sites=2)
        here = [await told(app, scope_of(client=f"203.0.113.{n}", origin="https://a.example")) for n in range(4)]
        assert [status for status, _ in here] == [200, 200, 429, 429]
        assert (await told(app, scope_of(origin="https://b.example")))[0] == 200

    asyncio.run(run())


def test_behind_a_proxy_readers_are_told_apart_and_cannot_choose_who_they_are() -> None:
    async def run() -> None:
        app, _ = limits(clients=1, trusted=networks(["10.0.0.0/8"]))
        first = scope_of(client="10.0.0.1", x_forwarded_for="1.1.1.1, 198.51.100.1")
        same = scope_of(client="10.0.0.1", x_forwarded_for="2.2.2.2, 198.51.100.1")
        other = scope_of(client="10.0.0.1", x_forwarded_for="198.51.100.2")
        assert [(await told(app, scope))[0] for scope in (first, same, other)] == [200, 429, 200]

    asyncio.run(run())


def test_a_full_house_is_told_before_anything_is_read() -> None:
    async def run() -> None:
        gate = Gate(at_once=1, waiting=0)
        app, behind = limits(gate=gate)
        with gate.entered():
            status, headers = await told(app, scope_of())
            assert (status, headers[b"retry-after"], behind.served) == (503, b"3", 0)
            assert (await told(app, scope_of("/healthz", "GET")))[0] == 200
        assert (await told(app, scope_of()))[0] == 200

    asyncio.run(run())


@pytest.mark.parametrize(
    ("method", "path", "counted"),
    [
        ("POST", "/v1/ask", True),
        ("POST", "/v1/search", True),
        ("POST", "/v1/chat/completions", True),
        ("POST", "/mcp", True),
        ("GET", "/ask?q=why", True),
        ("POST", "/gradio_api/queue/join", True),
        ("GET", "/ask", False),
        ("GET", "/", False),
        ("GET", "/healthz", False),
        ("GET", "/a/aaaaaaaaaaaaaaaa", False),
        ("POST", "/v1/feedback", False),
        ("GET", "/v1/asking", False),
    ],
)
def test_what_is_counted(method: str, path: str, counted: bool) -> None:
    assert asks(scope_of(path, method)) is counted


@pytest.mark.parametrize("origin", ["null", "https://[", "", "\x00", "https://" + "a" * 10_000])
def test_any_origin_is_some_site(origin: str) -> None:
    assert isinstance(site_of(scope_of(origin=origin)), str)
