"""RealTimeQA: is the right day's article first, and is a question about a later time than any article refused."""

from __future__ import annotations

from bench import realtime
from bench.data import SHARED
from bench.digests import digest_of
from bench.summary import PRODUCT, Measured, figure

NAME = "RealTimeQA"


def measure() -> Measured:
    """Quizzes of one day count as one group."""
    rows = realtime.scores()
    reached, later = ([row for row in rows if row["answerable"] is wanted] for wanted in (True, False))
    days, after = ([str(row["day"]) for row in part] for part in (reached, later))
    hits = {system: [row[system]["hit@1"] for row in reached] for system in realtime.SYSTEMS}
    named = [float(row["reason"] == "not_at_that_time") for row in later]
    figures = (
        figure(f"{NAME}: article hit@1", hits, days, goal=0.70),
        figure(f"{NAME}: later time refused", {PRODUCT: [row["refused"] for row in later]}, after, goal=0.60),
        figure(f"{NAME}: later time refused for that reason", {PRODUCT: named}, after),
        figure(
            f"{NAME}: others refused", {PRODUCT: [row["refused"] for row in reached]}, days, goal=0.10, at_most=True
        ),
    )
    return Measured(NAME, digest_of(SHARED / "realtimeqa"), figures)
