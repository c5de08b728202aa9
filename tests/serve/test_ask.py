"""`POST /v1/ask` over the real engine: JSON and events say the same, and every offset is exact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from byline.build import Desk, open_desk
from byline.library.freshness import Freshness
from byline.serve.warm import Loaded, WarmEngine
from byline.settings import read_settings
from tests.browser.browsing import Served
from tests.serve.streamed import Told, names, told

TARGET = "What trade target did India and Russia set for 2030?"
NOBODY = "Who won the 1998 football world cup final?"
EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture(scope="module")
def desk(demo_index: Path) -> Iterator[Desk]:
    with open_desk(read_settings({}, index=demo_index)) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(desk: Desk) -> Iterator[httpx.Client]:
    engine = WarmEngine(lambda: Loaded(desk.answerer, lambda: Freshness(18)))
    engine.start()
    engine.wait()
    served = Served(engine, chat=False)
    with httpx.Client(base_url=served.host, timeout=60) as opened:
        yield opened
    served.stop()


def streamed(client: httpx.Client, **asked: Any) -> list[Told]:
    answer = client.post("/v1/ask", json=asked, headers=EVENTS)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-accel-buffering"] == "no"
    return told(answer.text)


def test_the_json_has_the_answer_with_its_places(client: httpx.Client, desk: Desk) -> None:
    response = client.post("/v1/ask", json={"question": TARGET})
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    answer = response.json()
    assert (answer["answered"], answer["reason"], answer["message"]) == (True, None, None)
    assert "$100 billion" in answer["answer"]
    texts = desk.library.article_texts([citation["article_id"] for citation in answer["citations"]])
    for citation in answer["citations"]:
        assert texts[citation["article_id"]][citation["start"] : citation["end"]] == citation["quote"]
        sentence = answer["sentences"][citation["sentence"]]["text"]
        assert answer["answer"][citation["answer_start"] : citation["answer_end"]] == sentence
        assert f"[{citation['n']}]" in answer["answer"][citation["answer_end"] : citation["answer_end"] + 12]
        [source] = [source for source in answer["sources"] if source["n"] == citation["n"]]
        assert source["article_id"] == citation["article_id"]
    numbers = [source["n"] for source in answer["sources"] if source["n"]]
    assert numbers == list(range(1, len(numbers) + 1))


def test_events_come_in_order_and_end_with_the_same_answer(client: httpx.Client) -> None:
    events = streamed(client, question=TARGET)
    assert [event.id for event in events] == list(range(len(events)))
    order = names(events)
    assert order[0] == "meta"
    assert order[-1] == "done"
    assert order.index("sources") < order.index("delta") < order.index("citation")
    done, once = events[-1].data, client.post("/v1/ask", json={"question": TARGET, "stream": False}).json()
    assert done["id"] == events[0].data["id"] != once["id"]
    changing = ("id", "timing_ms")
    assert {k: v for k, v in done.items() if k not in changing} == {k: v for k, v in once.items() if k not in changing}


def test_what_was_streamed_is_the_answer_and_markers_come_whole(client: httpx.Client) -> None:
    events = streamed(client, question=TARGET)
    deltas = [event.data["text"] for event in events if event.name == "delta"]
    assert "".join(deltas) == events[-1].data["answer"]
    for delta in deltas:
        assert delta.count("[") == delta.count("]")
    cited = [event.data for event in events if event.name == "citation"]
    for citation in cited:
        assert citation["source"]["n"] == citation["n"]
        assert citation["source"]["title"]
        del citation["source"]
    assert cited == events[-1].data["citations"]


def test_a_question_that_is_not_answered(client: httpx.Client) -> None:
    events = streamed(client, question=NOBODY)
    assert {"delta", "citation"}.isdisjoint(names(events))
    done = events[-1].data
    assert (done["answered"], done["answer"], done["citations"]) == (False, "", [])
    assert done["message"] == "Nothing in the articles is about this."


def test_a_follow_up_and_filters(client: httpx.Client) -> None:
    history = [{"role": "user", "content": TARGET}, {"role": "assistant", "content": "$100 billion."}]
    after = client.post("/v1/ask", json={"question": "And why?", "history": history}).json()
    assert after["standalone"] != "And why?"
    assert after["answered"]
    cited = client.post("/v1/ask", json={"question": TARGET}).json()["sources"][0]
    others = client.post("/v1/ask", json={"question": TARGET, "filters": {"date_to": "1999-12-31"}}).json()
    assert not others["answered"]
    same = {"publisher": [cited["publisher"]], "date_from": cited["published"][:10], "date_to": cited["published"][:10]}
    assert client.post("/v1/ask", json={"question": TARGET, "filters": same}).json()["answered"]
