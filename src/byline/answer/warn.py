"""When an answer has to be taken with care, and the sentence that says so. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from byline.library.freshness import Freshness
from byline.retrieve.asked_time import asked_times, reader_now
from byline.retrieve.timely import asks_about_now
from byline.types import Question

_EVER = datetime.min.replace(tzinfo=UTC)


def staleness(question: Question, look: Callable[[], Freshness]) -> str | None:
    """None unless the articles are behind their sources and the question is about the time they are behind by.

    A question asked as of a day is answered as on that day.
    """
    if not asked_times(question.standalone, datetime.now(UTC)):
        return None  # looking costs as much as answering: 24 CPU-ms over 30,000 articles
    freshness = look()
    if question.as_of:
        at = question.as_of if question.as_of.tzinfo else question.as_of.replace(tzinfo=UTC)
        freshness = replace(freshness, at=at)
    now = reader_now(question.as_of, freshness.at)
    times = asked_times(question.standalone, now)
    if not freshness.stale or not asks_about_now(times, freshness.checked or _EVER, now):
        return None
    if freshness.checked is None:
        return "It is not known when these articles were last checked; newer reporting may be missing."
    return f"These articles were last checked {freshness.ago(freshness.checked)}; newer reporting may be missing."
