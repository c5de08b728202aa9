"""What a question says of time. Pure.

Names of times (`time_atoms`) with the words that relate to them ("since", "between … and"), and the wish for what is
newest. A time told by an event ("before the summit") is left alone: when it was is for the articles to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache

from byline.retrieve.time_atoms import Atom, atoms
from byline.types import AskedTime

_PRESENT = re.compile(
    r"\b(?:(?P<latest>latest|newest|most recent(?:ly)?|current(?:ly)?|so far|up to date)|today|now|nowadays|recent|"
    r"recently|still|as yet|(?:not|any) yet|at present|at the moment|these days|ongoing)\b",
    re.I,
)
_BEFORE_IT = re.compile(
    r"\b(?P<how>since|after|before|prior to|ahead of|until|till|up to|by|from|between)\s+"
    r"(?:the\s+)?(?:(?:early|late|mid|beginning of|start of|end of)[\s-]+)?$",
    re.I,
)
_TO = re.compile(r"\s*(?:[-–—]|to|until|till|through|and)\s+(?:the\s+)?|\s*[-–—]\s*", re.I)
_ONWARDS = re.compile(r"\s+on(?:ward|wards)?\b", re.I)
_REPORTED = re.compile(
    r"\b(?:published|reported|reporting|reports?|articles?|stories|coverage|written|headlines?)\W+"
    r"(?:(?:at|on|in|from|of|since|before|after|between|during|the|was|were)\W+){0,3}$"
    r"|\b(?:published|reported|written) by [^,.;?]{1,40} (?:on|in)\W+$",
    re.I,
)


def reader_now(as_of: datetime | None, clock: datetime) -> datetime:
    """The moment a question is relative to. A day without a time of day is that day's end; so is the clock's day, that
    an answer may be the same all day.
    """
    now = as_of or clock
    now = now if now.tzinfo else now.replace(tzinfo=clock.tzinfo)
    if as_of and as_of.time() != time.min:
        return now
    return now.replace(hour=23, minute=59, second=59, microsecond=999_999)


def asked_times(question: str, now: datetime) -> tuple[AskedTime, ...]:
    """Every time that is named, in order; then the present, without bounds, and whether what is newest is wished for:
    "now" may mean this year or this minute.
    """
    return _asked_times(question, now, now.utcoffset())


@lru_cache(maxsize=64)  # several steps of one answer ask; the zone is part of what "today" means, not of equality
def _asked_times(question: str, now: datetime, zone: timedelta | None) -> tuple[AskedTime, ...]:
    found = _related(question, atoms(question, now))
    present = _PRESENT.search(question)
    return (*found, AskedTime(present[0], latest=bool(present["latest"]))) if present else tuple(found)


def asked_time(question: str, now: datetime) -> AskedTime | None:
    """All of them as one: from the first of them to the end of the last."""
    times = asked_times(question, now)
    if len(times) < 2:
        return times[0] if times else None
    ranges = [asked for asked in times if asked.begin or asked.end]
    begins = [asked.begin for asked in ranges if asked.begin]
    ends = [asked.end for asked in ranges if asked.end]
    return AskedTime(
        words=", ".join(asked.words for asked in times),
        begin=min(begins) if begins and len(begins) == len(ranges) else None,
        end=max(ends) if ends and len(ends) == len(ranges) else None,
        latest=any(asked.latest for asked in times),
        reported=any(asked.reported for asked in times),
    )


def _related(text: str, found: Sequence[Atom]) -> list[AskedTime]:
    """Atoms with the words before and between them; "between 2019 and 2021" is one time."""
    times: list[AskedTime] = []
    at = 0
    while at < len(found):
        atom = found[at]
        relation = _BEFORE_IT.search(text, 0, atom.start)
        how = relation["how"].lower() if relation else ""
        last = atom
        if how in ("between", "from") and at + 1 < len(found):
            following = found[at + 1]
            if _TO.fullmatch(text, atom.end, following.start) and following.means[1] > atom.means[0]:
                last, at = following, at + 1
        start = relation.start() if relation else atom.start
        begin, end = _bounds(how, atom, last, text)
        times.append(AskedTime(text[start : last.end], begin, end, reported=bool(_REPORTED.search(text, 0, start))))
        at += 1
    return times


def _bounds(how: str, atom: Atom, last: Atom, text: str) -> tuple[datetime | None, datetime | None]:
    begin, end = atom.means
    if last is not atom:
        return begin, last.means[1]
    match how:
        case "since":
            return begin, None
        case "from" if _ONWARDS.match(text, atom.end):
            return begin, None
        case "after":
            return end, None
        case "before" | "prior to" | "ahead of":
            return None, begin
        case "until" | "till" | "up to" | "by":
            return None, end
        case _:
            return begin, end
