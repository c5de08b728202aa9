"""The adapter with a real llama.cpp server: what the server sees. Its words are never looked at."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from pydantic import SecretStr

from byline.errors import ChatModelError
from byline.models.chat import Budget, LangChainChatModel
from byline.models.provider import ChatChoice
from byline.protocols import ChatMessage
from tests.model_server import ModelServer

pytestmark = pytest.mark.alone

COUNT = [ChatMessage("user", "Count from one to one thousand, in words, and leave none out.")]
PASSAGE = "The harbour bridge opened to traffic again on Monday. Its deck had been closed since April. "


def model_of(server: ModelServer, seconds: float = 120) -> LangChainChatModel:
    """One that never says that it is done before it has written all that it may."""
    options = {"extra_body": {"ignore_eos": True}}
    choice = ChatChoice.named("openai:test", url=server.url, key=SecretStr("unused"), options=options)
    return LangChainChatModel(choice, Budget(seconds))


@pytest.fixture
def idle(llama: ModelServer) -> Iterator[ModelServer]:
    assert seconds_until_idle(llama) < 30
    yield llama
    assert seconds_until_idle(llama) < 30


def seconds_until_idle(server: ModelServer) -> float:
    began = time.monotonic()
    while server.busy() and time.monotonic() - began < 30:
        time.sleep(0.02)
    return time.monotonic() - began


def test_a_reader_who_leaves_stops_the_writing(idle: ModelServer) -> None:
    stream = model_of(idle).stream(COUNT, max_tokens=3000)
    for _ in range(5):
        next(stream)
    assert idle.busy()
    stream.close()
    assert seconds_until_idle(idle) < 1


def test_a_reader_who_leaves_while_the_question_is_read_is_not_written_to(idle: ModelServer) -> None:
    """llama.cpp reads on to the end of the question; it notices that nobody waits when it would write."""
    stream = model_of(idle).stream([ChatMessage("user", f"{time.time()} {PASSAGE * 12}")], max_tokens=3000)
    reader = threading.Thread(target=list, args=(stream,))
    reader.start()
    end = time.monotonic() + 20
    while not idle.busy() and time.monotonic() < end:
        time.sleep(0.02)
    assert idle.busy()
    stream.close()
    reader.join(1)
    assert not reader.is_alive()
    assert seconds_until_idle(idle) < 15, "three thousand tokens take a minute"


def test_what_waits_in_line_can_leave_it(idle: ModelServer) -> None:
    model = model_of(idle)
    with closing(model.stream(COUNT, max_tokens=3000)) as first:
        next(first)
        second = model.stream(COUNT, max_tokens=20)
        reader = threading.Thread(target=list, args=(second,))
        reader.start()
        time.sleep(0.3)
        second.close()
        reader.join(1)
        assert not reader.is_alive()
        assert next(first).text
    assert seconds_until_idle(idle) < 1


def test_several_at_once_all_end(idle: ModelServer) -> None:
    model, ended = model_of(idle), []

    def ask(number: int) -> None:
        pieces = list(model.stream([ChatMessage("user", f"Say {number}.")], max_tokens=5))
        ended.append(pieces[-1].completion_tokens)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert len(ended) == 6
    assert all(ended)


def test_a_second_question_finds_the_passages_read(idle: ModelServer) -> None:
    def about(question: str) -> list[ChatMessage]:
        return [ChatMessage("system", "Answer from the passages."), ChatMessage("user", PASSAGE * 8 + question)]

    def cached(messages: list[ChatMessage]) -> int:
        asked = {"messages": [{"role": m.role, "content": m.content} for m in messages], "max_tokens": 1}
        tokens = idle.post("/v1/chat/completions", asked)["usage"]["prompt_tokens_details"]["cached_tokens"]
        return int(tokens)

    written = list(model_of(idle).stream(about("What opened?"), max_tokens=2))
    prompt = written[-1].prompt_tokens
    assert prompt
    assert cached(about("When was it?")) > prompt - 20
    assert cached([ChatMessage("user", f"{time.time()} nothing of that")]) < 60  # what its template begins with


def test_the_budget_ends_the_writing_too(idle: ModelServer) -> None:
    began = time.monotonic()
    with pytest.raises(ChatModelError) as raised:
        list(model_of(idle, seconds=4).stream(COUNT, max_tokens=3000))
    assert raised.value.fault == "timeout"
    assert time.monotonic() - began < 5
    assert seconds_until_idle(idle) < 1


def test_a_question_that_is_too_long_is_declined(idle: ModelServer) -> None:
    with pytest.raises(ChatModelError) as raised:
        list(model_of(idle).stream([ChatMessage("user", PASSAGE * 400)], max_tokens=10))
    assert raised.value.fault == "declined"
    assert PASSAGE not in str(raised.value)
