from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from byline.answer.answerer import ExtractiveAnswerer
from byline.answer.refuse import calibrated
from byline.answer.warn import staleness
from byline.library.freshness import Freshness, SourceState
from byline.retrieve.search import Searcher
from byline.retrieve.understand import understand
from byline.types import Done, Question
from byline.wire import answer_json
from tests.newsroom import MemoryShelf, Newsroom, article, newsroom

CHECKED = datetime(2026, 11, 19, 12, tzinfo=UTC)
NOW = CHECKED + timedelta(days=3)
TIMELY = "Is the harbour bridge open now?"
TIMELESS = "When did the harbour bridge open?"


def freshness(checked: datetime | None = CHECKED, lag: timedelta | None = timedelta(days=1)) -> Freshness:
    return Freshness(1, None, (SourceState("/articles", NOW, checked, articles=1),), lag, NOW)


def asked(text: str, as_of: datetime | None = None) -> Question:
    return Question(text, text, as_of=as_of)


def test_only_a_question_about_now_is_warned_of_articles_that_are_behind() -> None:
    warning = staleness(asked(TIMELY), freshness)
    assert warning == "These articles were last checked 3 days ago; newer reporting may be missing."
    assert staleness(asked(TIMELESS), freshness) is None
    assert staleness(asked(TIMELY), lambda: freshness(lag=timedelta(days=4))) is None
    assert staleness(asked(TIMELY), lambda: freshness(lag=None)) is None


def test_when_nothing_is_known_of_the_last_look() -> None:
    assert "not known" in (staleness(asked(TIMELY), lambda: freshness(None)) or "")
    assert staleness(asked(TIMELESS), lambda: freshness(None)) is None


@pytest.mark.parametrize(("day", "warned"), [(CHECKED, False), (NOW, True), (NOW.replace(tzinfo=None), True)])
def test_asked_as_of_a_day_that_day_is_now(day: datetime, warned: bool) -> None:
    assert bool(staleness(asked(TIMELY, day), freshness)) is warned


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with newsroom(tmp_path, MemoryShelf()) as made:
        made.sync([article("harbour", "The harbour bridge opened on Monday. Buses cross the harbour bridge now.")])
        yield made


@pytest.mark.parametrize(("question", "stale"), [(TIMELY, True), (TIMELESS, False), ("Who won the cup today?", True)])
def test_the_stream_carries_it_whether_answered_or_not(question: str, stale: bool, room: Newsroom) -> None:
    with room.opened() as opened:
        searcher = Searcher(room.library, opened, room.embedder)
        answerer = ExtractiveAnswerer(room.library, searcher, calibrated(), freshness=freshness)
        *_, done = answerer.stream(understand(question))
    assert isinstance(done, Done)
    assert done.answer.stale is stale
    told = answer_json(done.answer)
    assert (told["stale"], told["warning"]) == (stale, done.answer.warning)
