"""What is counted and traced, and that nothing of a reader is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from fastapi.testclient import TestClient as Client
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from byline.serve.api import create_app
from byline.serve.metrics import Metrics
from byline.serve.observed import ObservedAnswerer
from byline.serve.traces import ENDPOINT, Traces, traces_of
from byline.testing import ScriptedAnswerer, demo_answers
from byline.types import Question
from tests.serve.test_api import StubEngine

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*httpx:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*httpx:UserWarning"),
]
(QUESTION,) = demo_answers()
NOBODY = "Who won the regatta?"


def counted(client: Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    told = client.get("/metrics")
    assert told.status_code == 200
    families = text_string_to_metric_families(told.text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(create_app(StubEngine(), chat=False)) as opened:
        yield opened


def test_requests_and_answers_are_counted(client: Client) -> None:
    for question in (QUESTION, QUESTION, NOBODY):
        client.post("/v1/ask", json={"question": question})
    for path in ("/v1/nothing", "/v1/nothing-else"):
        client.get(path)
    found = counted(client)
    assert found["byline_answers_total", (("outcome", "answered"),)] == 2
    assert found["byline_answers_total", (("outcome", "refused"),)] == 1
    assert found["byline_refusals_total", (("reason", "not_in_articles"),)] == 1
    assert found["byline_requests_total", (("method", "POST"), ("route", "/v1/ask"), ("status", "200"))] == 3
    assert found["byline_requests_total", (("method", "GET"), ("route", "other"), ("status", "404"))] == 2
    assert found["byline_request_seconds_count", (("route", "/v1/ask"),)] == 3
    assert (found["byline_ready", ()], found["byline_articles", ()]) == (1, 18)
    assert "regatta" not in client.get("/metrics").text


def test_two_servers_count_apart(client: Client) -> None:
    client.post("/v1/ask", json={"question": QUESTION})
    with Client(create_app(StubEngine(), chat=False)) as other:
        assert ("byline_answers_total", (("outcome", "answered"),)) not in counted(other)


def test_before_it_is_ready_that_is_all_it_says() -> None:
    with Client(create_app(StubEngine(ready=False), chat=False)) as loading:
        found = counted(loading)
        assert found["byline_ready", ()] == 0
        assert ("byline_articles", ()) not in found


def test_who_leaves_is_counted(client: Client) -> None:
    metrics = Metrics(StubEngine())
    events = ObservedAnswerer(ScriptedAnswerer(), metrics, None).stream(Question(QUESTION, QUESTION))
    next(events)
    events.close()
    assert metrics.registry.get_sample_value("byline_answers_total", {"outcome": "left"}) == 1


def test_spans_have_the_stages_and_no_words() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    [answer] = demo_answers().values()
    timed = replace(answer, timing_ms={"search": 2.0, "answer": 1.5})
    observed = ObservedAnswerer(ScriptedAnswerer({QUESTION: timed}), Metrics(StubEngine()), Traces(provider))
    list(observed.stream(Question(QUESTION, QUESTION)))
    spans = {span.name: span for span in exporter.get_finished_spans()}
    assert set(spans) == {"byline.ask", "byline.search", "byline.answer"}
    search = spans["byline.search"]
    assert search.parent
    assert search.parent.span_id == spans["byline.ask"].context.span_id
    assert (search.end_time or 0) - (search.start_time or 0) == 2_000_000
    assert all("bridge" not in span.to_json() for span in spans.values())


def test_spans_are_sent_where_they_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert traces_of({}) is None
    sent: list[str] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            sent.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        monkeypatch.setenv(ENDPOINT, f"http://127.0.0.1:{collector.server_port}")
        with Client(create_app(StubEngine(), chat=False)) as client:
            client.post("/v1/ask", json={"question": QUESTION})
        collector.shutdown()
    assert sent == ["/v1/traces"]
