"""One question, every surface: the same sentences with the same citations."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp.client.client import Client
from openai import OpenAI

from byline.build import Desk, open_desk
from byline.cli import main
from byline.integrations.langchain import answer_chain
from byline.serve.conversation import advance, ask, question_of
from byline.serve.follow import follow
from byline.settings import read_settings
from byline.testing import ScriptedChatModel
from byline.types import Question, Quote
from byline.wire import answer_json
from tests.serve.streamed import told
from tests.serving import NOBODY, TARGET, engine_of, serving
from tests.writing import written

WRITTEN = "India and Russia renewed their pledge to lift yearly trade to $100 billion by the end of the decade."
QUESTIONS = [TARGET, "What did the United States do about Russian oil?", NOBODY]

Place = tuple[str, int, int]
Said = list[tuple[str, list[Place]]]
"""Sentences in order, each with where its quotes stand."""
Surface = Callable[[str], Said]


@pytest.fixture(scope="module")
def index(demo_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of its own, so that a command can be given it when the desk is closed."""
    return shutil.copytree(demo_index, tmp_path_factory.mktemp("same") / "index")


@pytest.fixture(scope="module")
def printed(index: Path) -> dict[str, Said]:
    """By the command line, which owns the index for as long as it runs."""
    batch = index.parent / "questions.jsonl"
    batch.write_text("".join(json.dumps({"id": text, "question": text}) + "\n" for text in QUESTIONS))
    capture = pytest.MonkeyPatch()
    lines: list[str] = []
    with capture.context() as patched:
        patched.setattr("byline.cli.print_json", lambda value: lines.append(json.dumps(value)))
        try:
            main(["ask", "--batch", str(batch), "--index", str(index), "--json"])
        except SystemExit as ended:
            if ended.code:
                raise
    return {answer["id"]: of_json(answer) for answer in map(json.loads, lines)}


@pytest.fixture(scope="module")
def desk(index: Path, printed: dict[str, Said]) -> Iterator[Desk]:
    with open_desk(read_settings({}, index=index)) as opened:
        yield opened


@pytest.fixture(scope="module")
def host(desk: Desk) -> Iterator[str]:
    with serving(engine_of(desk)) as address:
        yield address


@pytest.fixture(scope="module")
def surfaces(desk: Desk, host: str) -> dict[str, Surface]:
    return {
        "conversation of the chat page": lambda question: conversation(desk, question),
        "JSON": lambda question: of_json(httpx.post(f"{host}/v1/ask", json={"question": question}, timeout=60).json()),
        "citations of the JSON": lambda question: citations(host, question),
        "done": lambda question: streamed(host, question)[0],
        "citation events": lambda question: streamed(host, question)[1],
        "saved": lambda question: saved(host, question),
        "OpenAI": lambda question: completion(host, question),
        "MCP": lambda question: asyncio.run(agent(host, question)),
        "LangChain": lambda question: chain(desk, question),
    }


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_surface_gives_the_same(question: str, printed: dict[str, Said], surfaces: dict[str, Surface]) -> None:
    expected = printed[question]
    assert bool(expected) == (question != NOBODY)
    assert {name: surface(question) for name, surface in surfaces.items()} == dict.fromkeys(surfaces, expected)


def test_every_surface_gives_the_same_written_answer(desk: Desk) -> None:
    """The same replies of a model each time; one of its sentences is struck on every surface."""
    model = ScriptedChatModel(*[f"{WRITTEN} [1] They also agreed on a lunar base worth $900 billion. [2]"] * 9)
    writing = replace(desk, answerer=written(desk, model))
    expected = of_json(answer_json(writing.answerer.answer(Question(TARGET, TARGET))))
    assert [text for text, _ in expected] == [WRITTEN]
    assert expected[0][1], "it stands on a quote"
    with serving(engine_of(writing)) as host:
        said = {
            "conversation of the chat page": conversation(writing, TARGET),
            "JSON": of_json(httpx.post(f"{host}/v1/ask", json={"question": TARGET}, timeout=60).json()),
            "citations of the JSON": citations(host, TARGET),
            "done": streamed(host, TARGET)[0],
            "citation events": streamed(host, TARGET)[1],
            "saved": saved(host, TARGET),
            "OpenAI": completion(host, TARGET),
            "MCP": asyncio.run(agent(host, TARGET)),
        }
    assert said == dict.fromkeys(said, expected)


def of_json(answer: dict[str, Any]) -> Said:
    return [
        (sentence["text"], [(quote["article_id"], quote["start"], quote["end"]) for quote in sentence["quotes"]])
        for sentence in answer["sentences"]
    ]


def of_citations(texts: list[str], found: list[dict[str, Any]]) -> Said:
    places = [[(c["article_id"], c["start"], c["end"]) for c in found if c["sentence"] == i] for i in range(len(texts))]
    return list(zip(texts, places, strict=True))


def conversation(desk: Desk, question: str) -> Said:
    async def talk() -> Said:
        exchange = ask((), question, "")
        async for event in follow(desk.answerer, question_of((), question)):
            exchange = advance(exchange, event)
        return [(sentence.text, [place(quote) for quote in sentence.quotes]) for sentence in exchange.sentences]

    return asyncio.run(talk())


def place(quote: Quote) -> Place:
    return quote.passage.article.id, quote.start, quote.end


def citations(host: str, question: str) -> Said:
    answer = httpx.post(f"{host}/v1/ask", json={"question": question}, timeout=60).json()
    spans = dict.fromkeys((c["answer_start"], c["answer_end"]) for c in answer["citations"])
    return of_citations([answer["answer"][start:end] for start, end in spans], answer["citations"])


def streamed(host: str, question: str) -> tuple[Said, Said]:
    """By the last event, and by all before it."""
    events = told(httpx.post(f"{host}/v1/ask", json={"question": question, "stream": True}, timeout=60).text)
    text = "".join(event.data["text"] for event in events if event.name == "delta")
    found = [event.data for event in events if event.name == "citation" and event.data["supported"]]
    spans = dict.fromkeys((c["answer_start"], c["answer_end"]) for c in found)
    return of_json(events[-1].data), of_citations([text[start:end] for start, end in spans], found)


def saved(host: str, question: str) -> Said:
    answer_id = httpx.post(f"{host}/v1/ask", json={"question": question}, timeout=60).json()["id"]
    httpx.put(f"{host}/v1/answers/{answer_id}").raise_for_status()
    return of_json(httpx.get(f"{host}/v1/answers/{answer_id}").json())


def completion(host: str, question: str) -> Said:
    """The sentences and sources as its text and annotations have them; the places from what is beside them."""
    with OpenAI(base_url=f"{host}/v1", api_key="none", timeout=60) as client:
        answered: Any = client.chat.completions.create(model="byline", messages=[{"role": "user", "content": question}])
    message, beside = answered.choices[0].message, answered.model_extra["x_byline"]
    said: Said = []
    at = 0
    for text, places in of_json(beside):
        start = message.content.index(text, at)
        assert message.content[at:start] in ("", " "), "nothing stands between sentences but their markers"
        at = start + len(text)
        named = []
        for annotation in message.annotations:
            if annotation.url_citation.start_index == at:
                at = annotation.url_citation.end_index
                named.append(annotation.url_citation.title)
        titles = {source["article_id"]: source["title"] for source in beside["sources"]}
        assert named == list(dict.fromkeys(titles[article] for article, _, _ in places))
        said.append((text, places))
    return said


async def agent(host: str, question: str) -> Said:
    async with Client(f"{host}/mcp") as client:
        result = await client.call_tool("ask_articles", {"question": question})
    assert result.structured_content
    text = str(getattr(result.content[0], "text", ""))
    said = of_json(result.structured_content)
    assert all(sentence in text for sentence, _ in said)
    return said


def chain(desk: Desk, question: str) -> Said:
    """It has no sentences: each document is a quote, in order, and here the words of a sentence of its own."""
    output = answer_chain(desk.answerer).invoke({"question": question})
    documents = output["documents"]
    found = [(d.page_content, [(d.metadata["article_id"], d.metadata["start"], d.metadata["end"])]) for d in documents]
    assert output["answer"] == " ".join(text for text, _ in found)
    return found
