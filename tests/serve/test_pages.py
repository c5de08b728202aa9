"""Pages without JavaScript, over the real application."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient as Client

from byline.answer.receipt import read_receipt, verify
from byline.build import open_desk
from byline.library.database import Library
from byline.library.freshness import Freshness
from byline.serve.api import create_app
from byline.serve.pages import POLICY
from byline.serve.warm import Loaded, WarmEngine
from byline.settings import read_settings
from byline.testing import ScriptedAnswerer, demo_answers
from tests.serve.test_share import Read

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*httpx:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*httpx:UserWarning"),
]
(QUESTION,) = demo_answers()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    library = Library.open(tmp_path / "library.db")
    engine = WarmEngine(lambda: Loaded(ScriptedAnswerer(), lambda: Freshness(18), library=library))
    engine.start()
    engine.wait()
    with Client(create_app(engine, chat=False)) as opened:
        yield opened
    library.close()


def shared(client: Client) -> str:
    answer_id = str(client.post("/v1/ask", json={"question": QUESTION}).json()["id"])
    assert client.put(f"/v1/answers/{answer_id}").status_code == 204
    return answer_id


def test_a_question_is_asked_by_a_plain_form(client: Client) -> None:
    told = client.get("/ask", params={"q": QUESTION})
    read = Read(told.text)
    assert told.status_code == 200
    for sentence in demo_answers()[QUESTION].sentences:
        assert sentence.text in read.text
    assert told.headers["content-security-policy"] == POLICY
    assert told.headers["cache-control"] == "no-store"
    form = client.get("/ask")
    assert (form.status_code, "<form" in form.text) == (200, True)


@pytest.fixture
def real(demo_index: Path, tmp_path: Path) -> Iterator[tuple[Client, Library]]:
    """Over the demo corpus; what readers share is kept in a copy of its index."""
    index = shutil.copytree(demo_index, tmp_path / "index")
    with open_desk(read_settings({}, index=index)) as desk:
        loaded = Loaded(desk.answerer, lambda: Freshness(18), desk.searcher, desk.library)
        engine = WarmEngine(lambda: loaded)
        engine.start()
        engine.wait()
        with Client(create_app(engine, chat=False)) as opened:
            yield opened, desk.library


def test_a_shared_answer_is_a_page_and_a_receipt(real: tuple[Client, Library]) -> None:
    client, library = real
    answer = client.post("/v1/ask", json={"question": "How large is India’s trade deficit with Russia?"}).json()
    address = f"/a/{answer['id']}"
    assert client.get(address).status_code == 404
    assert client.put(f"/v1/answers/{answer['id']}").status_code == 204
    told = client.get(address)
    assert told.headers["x-robots-tag"] == "noindex"
    assert all(sentence["text"] in Read(told.text).text for sentence in answer["sentences"])
    assert f'href="{address}/receipt.json"' in unescape(told.text)
    receipt = client.get(f"{address}/receipt.json")
    read = read_receipt(receipt.text)
    assert read.whole
    assert [found.match for found in verify(library, read, datetime.now(UTC))] == ["exact"] * len(read.quotes)
    withdrawn = answer["sentences"][0]
    library.withdraw(withdrawn["quotes"][0]["article_id"], "a wrong figure")
    later = Read(client.get(address).text).text
    assert withdrawn["text"] not in later
    assert "a wrong figure" in later
    assert client.get(f"{address}/receipt.json").status_code == 410


def test_a_receipt_is_not_had_for_words_that_readers_may_not_see(client: Client) -> None:
    """The scripted answer quotes articles that this library never had: to it they were removed."""
    told = client.get(f"/a/{shared(client)}/receipt.json")
    assert told.status_code == 410
    assert told.headers["content-type"] == "application/problem+json"


def test_what_nobody_shared_is_not_found_as_a_page(client: Client) -> None:
    for address in ("/a/aaaaaaaaaaaaaaaa", "/a/..%2f..%2fetc", "/a/%00"):
        told = client.get(address)
        assert told.status_code == 404, address
    assert "text/html" in client.get("/a/aaaaaaaaaaaaaaaa").headers["content-type"]


def test_a_question_that_cannot_be_asked_says_why(real: tuple[Client, Library]) -> None:
    client, _ = real
    told = client.get("/ask", params={"q": "x" * 3_000})
    assert told.status_code == 422
    assert "the limit is 2,000" in Read(told.text).text


def test_style(client: Client) -> None:
    assert client.get("/share.css").headers["content-type"].startswith("text/css")
