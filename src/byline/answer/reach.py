"""The time that the articles reach, and the answer to a question about another one. Pure.

A question names a time that lies wholly after the newest article, or wholly before the oldest, and no sentence read
speaks of that time: it is not answered, for that reason. A question as of a day long after the newest article that
names no time mostly asks what has happened since, so what speaks for an answer must speak louder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from byline.library.visible import Reach
from byline.retrieve.calendar_ranges import Range
from byline.retrieve.near_time import WhenAsked
from byline.retrieve.time_atoms import atoms
from byline.types import AskedTime, Hit

TOLERANCE = timedelta(days=7)
"""Between the newest article and a time that it may still be about: a weekly is in step when it says nothing today."""

LONG_AFTER = timedelta(days=90)
"""Without an article for that long, a library is an archive of the time before."""

LOUDER = 4.0
"""By how much the odds of an answer must then be higher. On RealTimeQA, as of 17 months after the newest article, the
rule alone lets through four in ten of the questions that no article can answer (bench/RESULTS.md)."""


def not_at_that_time(
    asked: WhenAsked, look: Callable[[], Reach], read: Sequence[Hit], *, answerable: float, threshold: float
) -> str | None:
    """What to tell the reader when the time he asks about is why he is not answered; None when it is not.

    `answerable` is the probability that the articles answer, which is enough from `threshold` on.
    """
    if not asked.times and asked.known_until is None:
        return None  # every question by the clock without a time in it: nothing to look at
    reach = look()
    missed = not_reached(asked, reach, read)
    if missed or (threshold <= answerable < louder(threshold) and long_after(asked, reach)):
        return says_reach(asked, reach, missed)
    return None


def not_reached(asked: WhenAsked, reach: Reach, read: Sequence[Hit]) -> AskedTime | None:
    """The time asked about that the articles do not reach. `read`: the hits whose sentences would answer."""
    newest = _newest(asked, reach)
    if newest is None or reach.oldest is None:
        return None
    for time in asked.times:
        later = time.begin is not None and time.begin > newest + TOLERANCE
        earlier = time.end is not None and time.end <= reach.oldest - TOLERANCE
        if (later or earlier) and not any(_speaks_of(hit, time) for hit in read):
            return time
    return None


def long_after(asked: WhenAsked, reach: Reach) -> bool:
    """Whether it is asked as of a day that the articles stop long before, without a time of its own."""
    newest = _newest(asked, reach)
    if newest is None or asked.known_until is None or any(time.begin or time.end for time in asked.times):
        return False
    return asked.known_until - newest > LONG_AFTER


def louder(threshold: float) -> float:
    """The probability at which the odds are `LOUDER` times those of `threshold`."""
    odds = LOUDER * threshold / max(1e-9, 1.0 - threshold)
    return odds / (1.0 + odds)


def says_reach(asked: WhenAsked, reach: Reach, time: AskedTime | None) -> str:
    """One sentence for the reader: which time the articles are of."""
    newest = _newest(asked, reach)
    if newest is None or reach.oldest is None:
        return "These articles have no dates."
    if time is not None and time.end is not None and time.end <= reach.oldest:
        return f"The oldest of these articles is of {_day(reach.oldest)}; the question is about {time.words}."
    about = f"about {time.words}" if time else f"asked as of {_day(asked.now)}"
    return f"The newest of these articles is of {_day(newest)}; the question is {about}."


def _newest(asked: WhenAsked, reach: Reach) -> datetime | None:
    if reach.newest is None or asked.known_until is None:
        return reach.newest
    return min(reach.newest, asked.known_until)


def _speaks_of(hit: Hit, time: AskedTime) -> bool:
    """Whether a passage or its title names a time within the one asked about, as its article meant it on its day."""
    article = hit.passage.article
    if article.published is None:
        return True  # it may be of that very time
    named = atoms(f"{article.title}. {hit.passage.text}", article.published)
    return any(_within(atom.means, time) for atom in named)


def _within(named: Range, time: AskedTime) -> bool:
    """ "March 2024" speaks of 2024; "2024" does not speak of a week of it."""
    return (time.begin is None or time.begin <= named[0]) and (time.end is None or named[1] <= time.end)


def _day(moment: datetime) -> str:
    return moment.strftime("%d %B %Y").lstrip("0")
