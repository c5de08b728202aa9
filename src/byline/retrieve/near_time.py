"""Ranking by time: what was published in or soon after the time that is asked about comes sooner. Pure.

A hint on top of what the words say, never a filter: an article of today may tell what happened in 1969. What happened
is mostly reported within days; what a question does not date, it mostly asks of late. The numbers are in
bench/RESULTS.md: RealTimeQA for what is asked as of a day, MultiHop-RAG for days named in the question.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from byline.library.families.members import Family
from byline.retrieve.asked_time import asked_times, reader_now
from byline.types import AskedTime, Question

OF_LATE = 0.4
"""Added to the score of what was published just before the reader's now, when no time is named or the newest is."""

NARROW, IN_NARROW, IN_WIDE = timedelta(days=31), 0.4, 0.2
"""Added to the score of what was published in the time that is asked about: a month or less says more than a year."""

FADES_IN = timedelta(days=21)
"""In which the hint falls to 1/e: the news of a month ago is hardly asked about without saying when."""

_HEARD_BEFORE, _HEARD_AFTER = timedelta(days=2), timedelta(days=7)
"""In which it falls to 1/e for what was published before the time asked about, a preview, and after it."""

_NOTHING = 0.01


@dataclass(frozen=True, slots=True)
class WhenAsked:
    """The reader's now and the times his question names. `known_until`: who asks as of a day is not told what was
    published after it; None when he asks as of the clock.
    """

    now: datetime
    times: tuple[AskedTime, ...] = ()
    known_until: datetime | None = None

    @classmethod
    def of(cls, question: Question, clock: datetime) -> WhenAsked:
        now = reader_now(question.as_of, clock)
        return cls(now, asked_times(question.standalone, now), now if question.as_of else None)

    def knows(self, published: datetime | None) -> bool:
        return self.known_until is None or published is None or published <= self.known_until


def by_time(scores: Mapping[str, float], published: Mapping[str, datetime], asked: WhenAsked) -> dict[str, float]:
    """Passage id → score, still in [0, 1], with what its publication adds, of those that the reader may know.

    What says no date stays where it is; where nothing says one, nothing changes.
    """
    known = {key: score for key, score in scores.items() if asked.knows(published.get(key))}
    dated = {key: published[key] for key in known if key in published}
    now = asked.now
    if any(time.latest for time in asked.times):  # the newest there is, in an archive too
        now = min(now, max(dated.values(), default=now))
    ranges = [time for time in asked.times if time.begin or time.end]
    hints = {key: hint for key, when in dated.items() if (hint := _of_ranges(when, ranges, now)) > _NOTHING}
    if not hints:  # "the first since 1979": nobody has reported then, so it is no hint
        hints = {key: hint for key, when in dated.items() if (hint := _of_late(when, now)) > _NOTHING}
    raised = {key: score + hints.get(key, 0.0) for key, score in known.items()}
    top = max(1.0, max(raised.values(), default=1.0))
    return {key: score / top for key, score in raised.items()}


def known_families(families: Mapping[str, Family], asked: WhenAsked) -> dict[str, Family]:
    """Without the copies that the reader may not know; one alone is no family."""
    if asked.known_until is None:
        return dict(families)
    left = {key: tuple(r for r in family.members if asked.knows(r.published)) for key, family in families.items()}
    return {key: Family(members) for key, members in left.items() if len(members) > 1}


def _of_late(when: datetime, now: datetime) -> float:
    return OF_LATE * _fading(now - when, FADES_IN)


def _of_ranges(when: datetime, ranges: Sequence[AskedTime], now: datetime) -> float:
    return max((_of_range(when, time, now) for time in ranges), default=0.0)


def _of_range(when: datetime, time: AskedTime, now: datetime) -> float:
    narrow = time.begin and time.end and time.end - time.begin <= NARROW
    hint = (IN_NARROW if narrow else IN_WIDE) * closeness(when, time)
    if (time.begin is None or time.begin <= now) and (time.end is None or now < time.end):
        return max(hint, _of_late(when, now))  # "this year": of late, rather
    return hint


def closeness(when: datetime, time: AskedTime) -> float:
    """1 for what was published in the time, less the further from it, towards 0."""
    if time.begin and when < time.begin:
        return _fading(time.begin - when, _HEARD_BEFORE)
    if time.end and when >= time.end:
        return _fading(when - time.end, _HEARD_AFTER)
    return 1.0


def _fading(away: timedelta, over: timedelta) -> float:
    return math.exp(-max(0.0, away / over))
