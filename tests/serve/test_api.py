"""Health, readiness, headers, other sites, and the routes of the page that do not exist."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from fastapi.testclient import TestClient as Client

from byline.library.freshness import Freshness
from byline.protocols import AnswersQuestions
from byline.serve.api import create_app
from byline.serve.engine import Loaded
from byline.testing import ScriptedAnswerer

# starlette's test client warns about the name of the httpx it finds; it is not ours to change.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*httpx:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*httpx:UserWarning"),
]


@dataclass
class StubEngine:
    ready: bool = True
    failure: str | None = None
    examples: tuple[str, ...] = ("How much did the bridge repairs cost?",)
    answers: ScriptedAnswerer = field(default_factory=ScriptedAnswerer)

    def loaded(self) -> Loaded:
        return Loaded(self.answers, self.freshness)

    def answerer(self) -> AnswersQuestions:
        return self.answers

    def freshness(self) -> Freshness:
        return Freshness(18, datetime(2026, 1, 12))


def client(engine: StubEngine, *, chat: bool = True) -> Client:
    return Client(create_app(engine, chat=chat))


@pytest.fixture(scope="module")
def page() -> Iterator[Client]:
    """One server with the chat page: importing Gradio costs seconds."""
    with client(StubEngine()) as opened:
        yield opened


def test_health_is_ok_while_readiness_says_why_not() -> None:
    with client(StubEngine(ready=False), chat=False) as loading:
        assert loading.get("/healthz").json()["status"] == "ok"
        assert loading.get("/readyz").status_code == 503
        assert "loaded" in loading.get("/readyz").json()["reason"]
    with client(StubEngine(ready=False, failure="/secret/index is gone."), chat=False) as failed:
        assert failed.get("/healthz").status_code == 200
        assert failed.get("/readyz").status_code == 503
        assert "/secret" not in failed.get("/readyz").text


def test_readiness_counts_the_articles() -> None:
    with client(StubEngine(), chat=False) as ready:
        answer = ready.get("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {"ready": True, "articles": 18, "newest": "2026-01-12T00:00:00"}


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/nothing", "/gradio_api/upload", "/v1/ask", "/metrics"])
def test_every_response_carries_the_security_headers(page: Client, path: str) -> None:
    headers = page.get(path).headers
    assert "unsafe-eval" not in headers["content-security-policy"]
    for rule in ("default-src 'self'", "img-src 'self' data:", "form-action 'self'", "frame-ancestors 'self'"):
        assert rule in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/healthz", "/config", "/gradio_api/queue/join", "/v1/ask", "/mcp"])
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example", "http://testserver:81"]
)
def test_another_sites_page_is_refused_and_gets_no_cors_header(page: Client, path: str, origin: str) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        answer = page.request(method, path, headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_the_interface_stands_beside_the_page(page: Client) -> None:
    assert page.post("/v1/ask", json={"question": "How much did the bridge repairs cost?"}).json()["answered"]
    for method, path, status in (("GET", "/v1/ask", 405), ("GET", "/v1/nothing", 404), ("POST", "/healthz", 405)):
        told = page.request(method, path)
        assert (told.status_code, told.headers["content-type"]) == (status, "application/problem+json")
    foreign = page.post("/v1/ask", json={}, headers={"Origin": "https://evil.example"})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "foreign_origin")


def test_its_own_page_is_served(page: Client) -> None:
    answer = page.get("/", headers={"Origin": "http://testserver"})
    assert answer.status_code == 200
    assert "Byline" in answer.text
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload", "/gradio_api/upload_progress", "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd", "/gradio_api/proxy=https://evil.example/",
        "/gradio_api/component_server", "/gradio_api/runs", "/gradio_api/run/x",
        "/gradio_api/run-history/records", "/gradio_api/call/x", "/gradio_api/api/x", "/gradio_api/vibe-code",
        "/monitoring", "/gradio_api/openapi.json", "/gradio_api/process_recording", "/gradio_api/deep_link",
        "/login", "/docs", "/svelte/x", "/gradio_api/stream/x/y/z/playlist.m3u8", "/gradio_api/dev/reload",
        "/gradio_api/queue/status", "//gradio_api/upload", "/gradio_api//upload",
        "/assets/../gradio_api/upload", "/gradio_api/queue/join/../../upload",
    ],
)  # fmt: skip
def test_routes_the_page_does_not_need_do_not_exist(page: Client, path: str) -> None:
    for method in ("GET", "POST"):
        assert page.request(method, path).status_code in {404, 405}


def test_no_event_of_the_page_is_published_as_an_api(page: Client) -> None:
    described = page.get("/gradio_api/info").json()
    assert described["named_endpoints"] == described["unnamed_endpoints"] == {}


def test_the_page_says_nothing_about_where_it_is_installed(page: Client) -> None:
    assert "site-packages" not in page.get("/").text


def test_gradio_is_imported_for_the_page_alone() -> None:
    check = (
        "import sys, byline.serve.render; from byline.serve.api import create_app; "
        "from tests.serve.test_api import StubEngine; create_app(StubEngine(), chat=False); "
        "assert not {'gradio', 'torch', 'langchain_core', 'openai'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], check=True, timeout=60)
