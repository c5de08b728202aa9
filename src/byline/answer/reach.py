"""The time that the articles reach, and the answer to a question about another one. Pure.

A question names a time that lies wholly after the newest article, and no passage read speaks of that time; or one
wholly before the oldest, of whose years no article at all speaks: it is not answered, for that reason. A question as of
a day long after the newest article that names no time mostly asks what has happened since, so what speaks for an answer
must speak louder.
"""

from __future__ import annotations

import re
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


_SAYS_WHICH = re.compile(r"\d{4}|\b(?:this|current|last|past|ago|yesterday|tonight)\b", re.IGNORECASE)
"""Words that say which year is meant or count from now; "in October", by the clock, may be one of an archive's."""

MANY_YEARS = 30
"""That many are not looked for one by one: of so long a time some article speaks."""

Said = Callable[[str], bool]
"""Whether a word occurs in any article."""


def not_at_that_time(
    asked: WhenAsked, look: Callable[[], Reach], read: Sequence[Hit], said: Said, *, answerable: float, threshold: float
) -> str | None:
    """What to tell the reader when the time he asks about is why he is not answered; None when it is not.

    `answerable` is the probability that the articles answer, which is enough from `threshold` on.
    """
    if not asked.times and asked.known_until is None:
        return None  # every question by the clock without a time in it: nothing to look at
    reach = look()
    missed = later_than(asked, reach, read)
    if missed is None:
        if answerable < threshold:
            return None
        missed = earlier_than(asked, reach, said)
    if missed or (answerable < louder(threshold) and long_after(asked, reach)):
        return says_reach(asked, reach, missed)
    return None


def later_than(asked: WhenAsked, reach: Reach, read: Sequence[Hit]) -> AskedTime | None:
    """A time that lies wholly after the newest article, and that none of the passages read speaks of.

    What has yet to come is none: the reader asks what the articles say is planned.
    """
    newest = _newest(asked, reach)
    if newest is None:
        return None
    for time in asked.times:
        if time.begin is None or not newest + TOLERANCE < time.begin <= asked.now:
            continue
        certain = asked.known_until is not None or _SAYS_WHICH.search(time.words)
        if certain and not any(_speaks_of(hit, time) for hit in read):
            return time
    return None


def earlier_than(asked: WhenAsked, reach: Reach, said: Said) -> AskedTime | None:
    """A time that lies wholly before the oldest article, and that no article tells of."""
    if reach.oldest is None:
        return None
    ended = (time for time in asked.times if time.end is not None and time.end <= reach.oldest - TOLERANCE)
    return next((time for time in ended if not _is_told_of(time, said)), None)


def long_after(asked: WhenAsked, reach: Reach) -> bool:
    """Whether it is asked as of a day that the articles stop long before, and not of a time that they are of."""
    newest = _newest(asked, reach)
    if newest is None or asked.known_until is None:
        return False
    if any((time.begin or time.end or newest) < newest for time in asked.times):
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


def _is_told_of(time: AskedTime, said: Said) -> bool:
    """ "Founded in 2015" may be known of something that the articles tell of later, so they must not know the year."""
    if time.begin is None or time.end is None:
        return not time.reported
    years = range(time.begin.year, (time.end - timedelta(days=1)).year + 1)
    return not time.reported and (len(years) > MANY_YEARS or any(said(str(year)) for year in years))


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
