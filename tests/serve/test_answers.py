"""Answers that a reader shares or rates are kept, with what was said of them; all others are forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient as Client

from byline.library.database import Library
from byline.library.freshness import Freshness
from byline.library.saved import Feedback
from byline.library.schema import answers
from byline.serve.answers import RATED_FOR
from byline.serve.api import create_app
from byline.serve.recent import FORGET_AFTER_S, MOST, RecentAnswers
from byline.serve.warm import Loaded, WarmEngine
from byline.testing import ScriptedAnswerer, demo_answers
from byline.types import Turn

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*httpx:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*httpx:UserWarning"),
]
(QUESTION,) = demo_answers()


class Clock:
    now = datetime(2026, 6, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path: Path, clock: Clock) -> Iterator[Library]:
    opened = Library.open(tmp_path / "library.db", clock)
    yield opened
    opened.close()


@pytest.fixture
def client(library: Library) -> Iterator[Client]:
    engine = WarmEngine(lambda: Loaded(ScriptedAnswerer(), lambda: Freshness(18), library=library))
    engine.start()
    engine.wait()
    with Client(create_app(engine, chat=False)) as opened:
        yield opened


def asked(client: Client) -> str:
    return str(client.post("/v1/ask", json={"question": QUESTION}).json()["id"])


def kept(library: Library) -> list[str]:
    with library.read() as connection:
        return list(connection.scalars(answers.select().with_only_columns(answers.c.id)))


def test_what_nobody_shares_or_rates_is_not_written_down(client: Client, library: Library) -> None:
    answer_id = asked(client)
    assert client.get(f"/v1/answers/{answer_id}").status_code == 404
    assert kept(library) == []


def test_a_shared_answer_is_kept_with_what_became_of_its_quotes(client: Client) -> None:
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    address = f"/v1/answers/{answer['id']}"
    assert [client.put(address).status_code for _ in range(2)] == [204, 204]
    saved = client.get(address).json()
    assert (saved["id"], saved["question"]) == (answer["id"], QUESTION)
    assert [notice["state"] for notice in saved["notices"]] == ["removed"] * len(answer["citations"])
    assert "41 million" not in str(saved), "this library has no such article, so nobody may read its words"


def test_the_last_word_of_a_reader_counts(client: Client, library: Library) -> None:
    answer_id = asked(client)
    for rating, comment in ((1, None), (-1, "It cost more.")):
        told = client.post("/v1/feedback", json={"id": answer_id, "rating": rating, "comment": comment})
        assert (told.status_code, told.content) == (204, b"")
    assert library.feedback_on(answer_id) == Feedback(-1, "It cost more.")


def test_a_rated_answer_is_forgotten_in_time_and_a_shared_one_is_not(
    client: Client, library: Library, clock: Clock
) -> None:
    clock.now = datetime.now(UTC)
    rated, both, shared = asked(client), asked(client), asked(client)
    for answer_id in (rated, both):
        client.post("/v1/feedback", json={"id": answer_id, "rating": 1})
    for answer_id in (both, shared):
        client.put(f"/v1/answers/{answer_id}")
    client.post("/v1/feedback", json={"id": shared, "rating": 1})  # what is kept for good stays so
    clock.now += RATED_FOR + timedelta(minutes=1)
    assert client.get(f"/v1/answers/{rated}").status_code == 404
    assert client.get(f"/v1/answers/{both}").status_code == client.get(f"/v1/answers/{shared}").status_code == 200
    assert library.forget_expired_answers() == 1
    assert (sorted(kept(library)), library.feedback_on(rated)) == (sorted([both, shared]), None)


@pytest.mark.parametrize("answer_id", ["a" * 16, "nobody"])
def test_an_answer_that_nobody_remembers(client: Client, answer_id: str) -> None:
    for method in ("GET", "PUT"):
        told = client.request(method, f"/v1/answers/{answer_id}")
        assert (told.status_code, told.json()["code"]) == (404, "unknown_id")
    assert client.post("/v1/feedback", json={"id": "a" * 16, "rating": 1}).status_code == 404


def test_recent_answers_are_few_and_young() -> None:
    now = 0.0
    recent = RecentAnswers(lambda: now)
    [answer] = demo_answers().values()
    for number in range(MOST + 1):
        recent.put(str(number), answer)
    assert recent.get("0") is None
    assert recent.get("1") == answer
    recent.put("after", replace(answer, question=replace(answer.question, history=(Turn("user", "Before?"),))))
    found = recent.get("after")
    assert found
    assert found.question.history == ()
    now = FORGET_AFTER_S + 1.0
    assert recent.get(str(MOST)) is None
