"""Every way to ask wrongly is answered by a problem, before anything is read or answered."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient as Client

from byline.errors import StorageError
from byline.library.freshness import Freshness
from byline.serve import sse
from byline.serve.api import create_app
from byline.serve.body import MAX_BODY_BYTES
from byline.serve.engine import Loaded
from byline.testing import ScriptedAnswerer, demo_answers
from byline.types import Answer, AnswerEvent, Question
from tests.serve.streamed import told
from tests.serve.test_api import StubEngine
from tests.serving import ready, serving

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*httpx:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*httpx:UserWarning"),
]
(QUESTION,) = demo_answers()
JSON = {"Content-Type": "application/json"}
ASK = json.dumps({"question": QUESTION}).encode()
SECRET = "sk-planted-secret"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client(create_app(StubEngine(), chat=False), raise_server_exceptions=False) as opened:
        yield opened


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status", "code"),
    [
        ("GET", "/v1/ask", {}, b"", 405, "method_not_allowed"),
        ("POST", "/healthz", JSON, b"{}", 405, "method_not_allowed"),
        ("GET", "/v1/nothing", {}, b"", 404, "not_found"),
        ("POST", "/v1/ask/", JSON, ASK, 404, "not_found"),
        ("GET", "/nothing", {}, b"", 404, "not_found"),
        ("POST", "/v1/ask", {}, ASK, 415, "unsupported_media_type"),
        ("POST", "/v1/ask", {"Content-Type": "text/plain"}, ASK, 415, "unsupported_media_type"),
        ("POST", "/v1/ask", JSON, b"{", 400, "malformed_json"),
        ("POST", "/v1/ask", JSON, b"\xff", 400, "malformed_json"),
        ("POST", "/v1/ask", JSON, b"[" * 30_000, 400, "malformed_json"),
        ("POST", "/v1/ask", JSON, b" " * (MAX_BODY_BYTES + 1), 413, "too_large"),
        ("POST", "/v1/ask", JSON, b"[]", 422, "invalid_request"),
        ("POST", "/v1/ask", JSON, b'{"question": ""}', 422, "invalid_request"),
        ("POST", "/v1/ask", JSON, b'{"question": "?!"}', 422, "invalid_request"),
        ("POST", "/v1/ask", JSON, b'{"question": "\\ud800 x"}', 422, "invalid_request"),
        ("POST", "/v1/ask", JSON, b'{"question": "' + b"a" * 2001 + b'"}', 422, "invalid_request"),
        ("POST", "/v1/ask", JSON, b'{"question": "a", "filter": {}}', 422, "invalid_request"),
        ("POST", "/v1/ask", JSON, b'{"question": "a", "filters": {"date_to": "2025-02-30"}}', 422, "invalid_request"),
        ("POST", "/v1/ask", JSON, b'{"question": "a", "history": [{"role": "system", "content": ""}]}', 422,
         "invalid_request"),
        ("POST", "/v1/search", JSON, ASK, 503, "unavailable"),
        ("GET", "/v1/articles/x", {}, b"", 503, "unavailable"),
    ],
)  # fmt: skip
def test_each_is_told(
    client: Client, method: str, path: str, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    answer = client.request(method, path, headers=headers, content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"urn:byline:problem:{code}")
    assert problem["title"]
    assert problem["detail"]
    assert (status == 405) == ("allow" in answer.headers)
    assert answer.headers["cache-control"] == "no-store"


def test_a_body_without_a_length_is_cut_off(client: Client) -> None:
    pieces = (b" " * 1_000 for _ in range(1_000))
    answer = client.post("/v1/ask", headers=JSON, content=pieces)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_the_field_is_named_and_what_was_sent_is_not_repeated(client: Client) -> None:
    answer = client.post("/v1/ask", json={"question": "a", "filters": {"date_from": SECRET}})
    assert answer.json()["errors"][0]["field"] == "filters.date_from"
    assert SECRET not in answer.text


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/chat/completions"])
def test_before_it_is_ready_who_asks_is_told_when_to_come_back(path: str) -> None:
    body = {"question": QUESTION} if path == "/v1/ask" else {
        "model": "byline", "messages": [{"role": "user", "content": QUESTION}]
    }  # fmt: skip
    with Client(create_app(StubEngine(ready=False), chat=False)) as loading:
        answer = loading.post(path, json=body)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    with Client(create_app(StubEngine(ready=False, failure=SECRET), chat=False)) as failed:
        answer = failed.post(path, json=body)
        assert (answer.status_code, "retry-after" in answer.headers) == (503, False)
        assert SECRET not in answer.text


class Broken(ScriptedAnswerer):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        raise self.error

    def answer(self, question: Question) -> Answer:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(StorageError(SECRET), 503, "try_again"), (ZeroDivisionError(SECRET), 503, "try_again")],
)
def test_what_breaks_inside_keeps_its_secrets(error: Exception, status: int, code: str) -> None:
    with Client(create_app(StubEngine(answers=Broken(error)), chat=False)) as client:
        once = client.post("/v1/ask", json={"question": QUESTION})
        streamed = client.post("/v1/ask", json={"question": QUESTION, "stream": True})
        assert (once.status_code, once.json()["code"], once.headers["retry-after"]) == (status, code, "5")
        last = told(streamed.text)[-1]
        assert (last.name, last.data) == ("error", once.json())
        assert SECRET not in once.text + streamed.text


class Endless(ScriptedAnswerer):
    """Answers for ever, slowly, and notices when it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = threading.Event()

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        try:
            while True:
                yield next(super().stream(question))
                time.sleep(0.02)
        finally:
            self.closed.set()


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_leaves_stops_the_work(stream: bool) -> None:
    answerer = Endless()
    with serving(ready(Loaded(answerer, lambda: Freshness(1)))) as host:
        body = json.dumps({"question": QUESTION, "stream": stream}).encode()
        head = (
            f"POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", urlsplit(host).port or 0)) as connection:
            connection.sendall(head.encode() + body)
            if stream:
                assert connection.recv(100)
            else:
                time.sleep(0.3)
        assert answerer.closed.wait(1.0)


def test_a_ping_comes_where_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "PING_S", 0.02)
    engine = StubEngine(answers=ScriptedAnswerer(delay_s=0.1))
    with Client(create_app(engine, chat=False)) as client:
        body: Any = client.post("/v1/ask", json={"question": QUESTION, "stream": True}).text
    assert "\n\n: ping\n\n" in body
    assert told(body)[-1].name == "done"
