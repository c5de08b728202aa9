"""What `/metrics` counts, for Prometheus. Numbers alone: no question, no address, no article."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from byline.errors import BylineError
from byline.serve.engine import Engine
from byline.serve.guard import App, Message, Receive, Scope, Send
from byline.types import Answer

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Of one application, in a registry of its own."""

    def __init__(self, engine: Engine) -> None:
        self.registry = CollectorRegistry()
        self._requests = self._counter("requests", "Requests by route and status.", "route", "method", "status")
        self._request_s = self._histogram("request_seconds", "Until the response ended.", "route")
        self._answers = self._counter("answers", "By outcome: answered, refused, failed, left.", "outcome")
        self._refusals = self._counter("refusals", "Questions that were not answered, and why.", "reason")
        self._stages = self._histogram("answer_seconds", "What an answer took, by stage.", "stage")
        self._struck = self._counter("struck_sentences", "Written sentences that failed the check.")
        self._fallbacks = self._counter("model_fallbacks", "Answers that a model was to write and did not.")
        self.registry.register(_Index(engine))

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(f"byline_{name}", told, labels, registry=self.registry)

    def _histogram(self, name: str, told: str, *labels: str) -> Histogram:
        return Histogram(f"byline_{name}", told, labels, registry=self.registry, buckets=SECONDS)

    def requested(self, route: str, method: str, status: int, seconds: float) -> None:
        self._requests.labels(route, method, str(status)).inc()
        self._request_s.labels(route).observe(seconds)

    def answered(self, answer: Answer) -> None:
        self._answers.labels("answered" if answer.answered else "refused").inc()
        if not answer.answered:
            self._refusals.labels(answer.reason or "unknown").inc()
        for stage, milliseconds in answer.timing_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1e3)
        self._struck.inc(len(answer.struck))
        self._fallbacks.inc(answer.fallback is not None)

    def unanswered(self, outcome: str) -> None:
        self._answers.labels(outcome).inc()


class _Index:
    """How fresh the articles are, looked at when it is asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("byline_ready", "Whether questions can be answered.", self._engine.ready)
        if not self._engine.ready:
            return
        try:
            freshness = self._engine.freshness()
        except BylineError:
            return  # `/healthz` says so
        yield GaugeMetricFamily("byline_articles", "Articles that readers may see.", freshness.articles)
        yield GaugeMetricFamily("byline_stale", "Whether a source was not looked at for too long.", freshness.stale)
        if freshness.newest:
            newest = freshness.newest.timestamp()
            yield GaugeMetricFamily("byline_newest_article_timestamp_seconds", "Publication of the newest.", newest)
        if freshness.checked:
            checked = freshness.checked.timestamp()
            yield GaugeMetricFamily("byline_sources_checked_timestamp_seconds", "Since then all is known.", checked)

    def describe(self) -> Iterable[Metric]:
        return ()


class Counted:
    """Counts every request by the route that it met."""

    def __init__(self, app: App, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, seen)
        finally:
            route = getattr(
                scope.get("route"), "path", "other"
            )  # never a path as it was asked for: there is no end of those
            method = scope["method"] if scope["method"] in {"GET", "POST", "PUT", "HEAD", "OPTIONS"} else "other"
            self._metrics.requested(route, method, status, time.perf_counter() - began)


def metrics_router(metrics: Metrics) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    def tell() -> Response:
        return Response(generate_latest(metrics.registry), media_type=MEDIA_TYPE)

    return router
