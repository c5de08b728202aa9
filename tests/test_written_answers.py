"""Answers that a model writes, from its server to every surface: the real adapter, checker, index and wire."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from functools import reduce
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from byline.answer.fallback import FALLBACKS
from byline.build import Desk, open_desk
from byline.cli import main
from byline.integrations.langchain import answer_chain
from byline.library.freshness import Freshness
from byline.protocols import ChatMessage, ModelDelta
from byline.serve.conversation import advance, ask
from byline.serve.follow import follow
from byline.serve.render import answer_text
from byline.serve.warm import Loaded, WarmEngine
from byline.settings import Settings, read_settings
from byline.testing import ScriptedChatModel
from byline.types import Answer, Question, SentenceChecked, TextDelta
from byline.wire import answer_json
from tests.browser.browsing import Served
from tests.faulty_model import FaultyModel, Reply, failing, faulty_model, malformed, streamed
from tests.model_server import ModelServer
from tests.serve.streamed import told
from tests.writing import written

TARGET = "What trade target did India and Russia set for 2030?"
RIGHT = "India and Russia renewed their pledge to lift yearly trade to $100 billion by the end of the decade."
ALSO = "Modi and Putin announced the plan at Hyderabad House on 5 December 2025."
WRONG = "They also agreed on a lunar base worth $900 billion by 2031."
KEY = "sk-planted-0123456789"
PIECES = [f"{word} " for word in f"{RIGHT} [1] {WRONG} [2] {ALSO} [1]".split()]


def settings(index: Path, url: str, timeout_s: float = 30.0) -> Settings:
    return read_settings({}, index=index, model="openai:m", model_url=url, model_key=KEY, model_timeout_s=timeout_s)


@contextmanager
def desk_of(index: Path, *replies: Reply, timeout_s: float = 30.0) -> Iterator[tuple[Desk, FaultyModel]]:
    with faulty_model(*replies) as model, open_desk(settings(index, model.url, timeout_s)) as desk:
        yield desk, model


def asked(text: str = TARGET) -> Question:
    return Question(text, text)


def places(quotes: Any) -> list[tuple[str, int, int]]:
    return sorted({(quote["article_id"], quote["start"], quote["end"]) for quote in quotes})


def test_the_same_sentences_and_citations_on_every_surface(
    demo_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """OpenAI's protocol and MCP are tried with the same question in `test_same_answer`."""
    found: dict[str, tuple[str, list[tuple[str, int, int]]]] = {}
    with desk_of(demo_index, streamed(*PIECES)) as (desk, model):
        answer = desk.answerer.answer(asked())
        assert (answer.model, answer.fallback, len(answer.struck)) == ("openai:m", None, 1)
        whole = answer_json(answer)
        expected = f"{RIGHT} {ALSO}", places(q for s in whole["sentences"] for q in s["quotes"])
        assert " ".join(sentence["text"] for sentence in whole["sentences"]) == expected[0]

        exchange = reduce(advance, desk.answerer.stream(asked()), ask((), TARGET, "Looking…"))
        found["page"] = exchange.said, places(
            {"article_id": q.passage.article.id, "start": q.start, "end": q.end}
            for s in exchange.sentences for q in s.quotes
        )  # fmt: skip
        assert "Written by openai&#58;m and checked against the quotes" in exchange.body
        assert "lunar" not in exchange.body + exchange.sources

        chained = answer_chain(desk.answerer).invoke({"question": TARGET})
        found["langchain"] = chained["answer"], places(document.metadata for document in chained["documents"])

        engine = WarmEngine(lambda: Loaded(desk.answerer, lambda: Freshness(18)))
        engine.start()
        engine.wait()
        served = Served(engine, chat=False)
        with httpx.Client(base_url=served.host, timeout=60) as client:
            made = client.post("/v1/ask", json={"question": TARGET}).json()
            events = told(client.post("/v1/ask", json={"question": TARGET, "stream": True}).text)
        served.stop()
        for name, one in (("json", made), ("events", events[-1].data)):
            words = " ".join(sentence["text"] for sentence in one["sentences"])
            found[name] = words, places(q for s in one["sentences"] for q in s["quotes"])
        struck = [event for event in events if event.name == "citation" and not event.data["supported"]]
        assert len(struck) == 1
        url = model.url
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with faulty_model(streamed(*PIECES)) as model:
        for name, value in {"MODEL": "openai:m", "MODEL_URL": model.url, "MODEL_KEY": KEY}.items():
            monkeypatch.setenv(f"BYLINE_{name}", value)
        with pytest.raises(SystemExit, match="0"):
            main(["ask", "--index", str(demo_index), "--json", TARGET])
    printed = json.loads(capsys.readouterr().out)
    words = " ".join(sentence["text"] for sentence in printed["sentences"])
    found["command line"] = words, places(q for s in printed["sentences"] for q in s["quotes"])
    assert url
    assert found == dict.fromkeys(found, expected)
    assert KEY not in json.dumps(printed) + json.dumps(made) + exchange.body


FAILING = {
    "rate_limited": (failing(429, retry_after="60"), "rate_limited"),
    "server error": (failing(500), "unavailable"),
    "wrong key": (failing(401, "invalid_api_key", f"Incorrect API key provided: {KEY}"), "unauthorized"),
    "no such model": (failing(404, "model_not_found"), "unknown_model"),
    "filtered": (streamed("I ", finish="content_filter"), "declined"),
    "silent": (streamed("late", first_s=30), "timeout"),
    "too slow": (streamed(*PIECES, pace_s=0.4), "timeout"),
    "stops": (streamed(*PIECES[:40], finish=None), "garbled"),
    "stops at once": (streamed(finish=None), "garbled"),
    "empty": (streamed(), "empty"),
    **{name: (reply, "garbled") for name, reply in malformed().items()},
}
BUDGET_S = 2.0


# The provider's package leaves a generator of its own to the collector when what it reads is no JSON.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <async_generator object BoundAsyncStream:pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize("name", FAILING)
def test_every_fault_ends_in_the_articles_own_words_in_time(
    name: str, demo_index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reply, fault = FAILING[name]
    with caplog.at_level(logging.INFO), desk_of(demo_index, reply, timeout_s=BUDGET_S) as (desk, _):
        own = desk.extractive.answer(asked())
        begun = time.monotonic()
        answer = desk.answerer.answer(asked())
        took_s = time.monotonic() - begun
    assert took_s < BUDGET_S + 1
    assert answer.sentences == own.sentences
    assert answer.fallback in (FALLBACKS[fault], FALLBACKS["garbled"])  # type: ignore[index]
    assert answer.model is None
    assert any("openai:m gave no answer to show" in line for line in caplog.messages)
    assert KEY not in caplog.text + json.dumps(answer_json(answer)) + answer_text(answer)
    assert TARGET not in "".join(line for line in caplog.messages if "byline" in line or "model" in line)


@pytest.mark.parametrize("silent", [True, False])
def test_a_reader_who_leaves_ends_the_model(silent: bool, demo_index: Path) -> None:
    reply = streamed("late", first_s=20) if silent else streamed(*PIECES * 20, pace_s=0.05)

    async def leave(desk: Desk, model: FaultyModel) -> float:
        async with aclosing(follow(desk.answerer, asked())) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break
                if silent and await asyncio.to_thread(model.writing.wait, 20):
                    break
        return time.monotonic()

    with desk_of(demo_index, reply) as (desk, model):
        left_at = asyncio.run(leave(desk, model))
        assert model.gone.wait(5)
        assert model.gone_at - left_at < 1


def test_a_sentence_is_checked_at_once(demo_index: Path) -> None:
    """0.3 s after its last word; here in CPU time, which a busy machine does not change."""
    spoken: list[float] = []

    class Timed(ScriptedChatModel):
        def write(self, messages: tuple[ChatMessage, ...], most: int, closed: Event) -> Iterator[ModelDelta]:
            for piece in super().write(messages, most, closed):
                spoken.append(time.process_time())
                yield piece

    with open_desk(read_settings({}, index=demo_index)) as desk:
        answerer = written(desk, Timed("".join(PIECES)))
        answerer.answer(asked())  # loads what is loaded once
        waited = [
            time.process_time() - spoken[-1] for event in answerer.stream(asked()) if isinstance(event, SentenceChecked)
        ]
    assert len(waited) == 3
    assert max(waited) < 0.3


def test_the_real_server_writes_or_the_articles_do(llama: ModelServer, demo_index: Path) -> None:
    """SmolLM2-135M proves the protocol; what it says is checked like anybody's."""
    chosen = read_settings(
        {}, index=demo_index, model=f"openai:{llama.name}", model_url=llama.url, model_key=KEY, model_tokens=48
    )
    with open_desk(chosen) as desk:
        answers: list[Answer] = [desk.answerer.answer(asked()) for _ in range(2)]
    for answer in answers:
        assert answer.answered
        assert (answer.model is None) == (answer.fallback is not None)
        assert answer.usage is not None
        assert answer.usage.reported_prompt
        assert all(sentence.supported and sentence.quotes for sentence in answer.sentences)
