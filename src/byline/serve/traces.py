"""OpenTelemetry spans of answers, where its packages are installed and OTEL_EXPORTER_OTLP_ENDPOINT is set.

A span has how long a stage took and what came of it: no question, no answer, nothing of a reader.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from byline.types import Answer

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider

logger = logging.getLogger(__name__)

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


class Traces:
    """`answered` is told when an answer is done; its stages become spans inside it, one after the other."""

    def __init__(self, provider: TracerProvider) -> None:
        self.provider = provider
        self._tracer = provider.get_tracer("byline")

    def answered(self, answer: Answer, began_ns: int, ended_ns: int) -> None:
        from opentelemetry.trace import set_span_in_context

        outcome = "answered" if answer.answered else "refused"
        told: dict[str, str | int] = {
            "byline.outcome": outcome,
            "byline.reason": answer.reason or "",
            "byline.struck": len(answer.struck),
        }
        whole = self._tracer.start_span("byline.ask", attributes=told, start_time=began_ns)
        inside, at = set_span_in_context(whole), began_ns
        for stage, milliseconds in answer.timing_ms.items():
            span = self._tracer.start_span(f"byline.{stage}", inside, start_time=at)
            at += int(milliseconds * 1e6)
            span.end(at)
        whole.end(ended_ns)

    def failed(self, outcome: str, began_ns: int, ended_ns: int) -> None:
        self._tracer.start_span("byline.ask", attributes={"byline.outcome": outcome}, start_time=began_ns).end(ended_ns)

    def close(self) -> None:
        """Sends what is left."""
        shutdown: Any = getattr(self.provider, "shutdown", None)
        if shutdown:
            shutdown()


def traces_of(environment: Mapping[str, str] = os.environ) -> Traces | None:
    """None where nobody asked for traces, or the packages for them are absent: then the log says so once."""
    if not environment.get(ENDPOINT):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        logger.warning("%s is set, but no traces are sent: run `pip install 'byline[traces]'`.", ENDPOINT)
        return None
    provider = TracerProvider(resource=Resource.create({"service.name": "byline"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Traces(provider)
