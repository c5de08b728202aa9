"""What every ChatModel promises, over the adapter with a real llama.cpp server and the double. Never what is said."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from byline.errors import ChatModelError
from byline.protocols import ChatMessage, ChatModel, ModelDelta
from byline.settings import read_settings
from byline.testing import ScriptedChatModel
from byline.wiring import chat_model
from tests.faulty_model import faulty_model, streamed
from tests.model_server import ModelServer

ASKED = [ChatMessage("system", "Answer in English."), ChatMessage("user", "Count from one to one hundred.")]
COUNT = " ".join(str(number) for number in range(100))


def adapter(url: str, seconds: float = 60) -> ChatModel:
    model = chat_model(read_settings({}, model="openai:test", model_url=url, model_timeout_s=seconds))
    assert model is not None
    return model


@pytest.fixture(params=["llama.cpp", "double"])
def model(request: pytest.FixtureRequest) -> ChatModel:
    if request.param == "double":
        return ScriptedChatModel(COUNT, pace_s=0.005)
    server: ModelServer = request.getfixturevalue("llama")
    return adapter(server.url)


@pytest.fixture(params=["adapter", "double"])
def empty_model(request: pytest.FixtureRequest) -> Iterator[ChatModel]:
    if request.param == "double":
        yield ScriptedChatModel("")
        return
    with faulty_model(streamed()) as faulty:
        yield adapter(faulty.url)


def test_it_has_a_name_of_provider_and_model(model: ChatModel) -> None:
    provider, _, name = model.name.partition(":")
    assert provider
    assert name


def test_it_streams_and_ends_and_counts_the_tokens_last(model: ChatModel) -> None:
    pieces = list(model.stream(ASKED, max_tokens=12))
    words = [piece for piece in pieces if piece.text]
    assert len(words) > 1
    assert all(piece.prompt_tokens is None for piece in pieces[:-1])
    assert pieces[-1].prompt_tokens
    assert pieces[-1].completion_tokens
    assert len(words) <= 12
    assert pieces[-1].completion_tokens <= 12


def test_a_stream_that_ended_stays_ended(model: ChatModel) -> None:
    stream = model.stream(ASKED, max_tokens=4)
    assert list(stream)
    assert list(stream) == []
    stream.close()
    with pytest.raises(StopIteration):
        next(stream)


def test_closing_ends_it(model: ChatModel) -> None:
    stream = model.stream(ASKED, max_tokens=60)
    next(stream)
    stream.close()
    stream.close()
    assert list(stream) == []


def test_closing_before_the_first_piece_ends_it(model: ChatModel) -> None:
    stream = model.stream(ASKED, max_tokens=60)
    stream.close()
    assert list(stream) == []


def test_another_thread_may_close_it_while_it_is_read(model: ChatModel) -> None:
    read: list[ModelDelta] = []
    stream = model.stream(ASKED, max_tokens=80)
    began = threading.Event()

    def reading() -> None:
        for piece in stream:
            read.append(piece)
            began.set()

    reader = threading.Thread(target=reading)
    reader.start()
    assert began.wait(60)
    stream.close()
    reader.join(1)
    assert not reader.is_alive()
    assert sum(bool(piece.text) for piece in read) < 80


def test_it_can_be_asked_again_and_by_several_at_once(model: ChatModel) -> None:
    ends: list[int | None] = []

    def ask() -> None:
        with closing(model.stream(ASKED, max_tokens=4)) as stream:
            ends.append(list(stream)[-1].completion_tokens)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(ends) == 4
    assert all(ends)


def test_an_empty_answer_is_an_error(empty_model: ChatModel) -> None:
    with pytest.raises(ChatModelError) as raised:
        list(empty_model.stream(ASKED, max_tokens=8))
    assert raised.value.fault == "empty"
    assert empty_model.name in raised.value.message


@pytest.mark.parametrize("make", [adapter, lambda url: ScriptedChatModel(COUNT)])
def test_nothing_is_asked_before_the_first_piece_is_wanted(make: Callable[[str], ChatModel]) -> None:
    with faulty_model(streamed("Hello")) as faulty:
        stream = make(faulty.url).stream(ASKED, max_tokens=8)
        time.sleep(0.1)
        assert faulty.requests == []
        assert next(stream).text
        stream.close()
