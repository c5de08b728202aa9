"""The adapter against a server that fails on demand: each fault is named, in time, and what is said holds no secret."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from typing import Any

import pytest
from pydantic import SecretStr

from byline.errors import ChatModelError, ModelError
from byline.models.chat import Budget, LangChainChatModel
from byline.models.circuit import Circuit
from byline.models.provider import ChatChoice
from byline.protocols import ChatMessage
from tests.faulty_model import FaultyModel, Reply, chunk, event, failing, faulty_model, malformed, streamed

KEY = "sk-planted-4f9a1c7e"
READER = "Wo wohnt Frau Lindqvist?"
ASKED = [ChatMessage("system", "Answer."), ChatMessage("user", READER)]
ROLE = chunk({"role": "assistant", "content": ""})
PING = event({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": []})


def model_at(url: str, seconds: float = 20, *, key: str | None = KEY, **options: Any) -> LangChainChatModel:
    choice = ChatChoice.named("openai:test", url=url, key=SecretStr(key) if key else None, options=options)
    return LangChainChatModel(choice, Budget(seconds), random=Random(0))


@contextmanager
def modelled(*replies: Reply, seconds: float = 20) -> Iterator[tuple[LangChainChatModel, FaultyModel]]:
    with faulty_model(*replies) as faulty:
        yield model_at(faulty.url, seconds), faulty


def written(model: LangChainChatModel, max_tokens: int = 50) -> str:
    return "".join(piece.text for piece in model.stream(ASKED, max_tokens))


def fault_of(model: LangChainChatModel) -> tuple[ChatModelError, str, float]:
    """The error, what was written before it, and how long that took."""
    began, words = time.monotonic(), ""
    try:
        for piece in model.stream(ASKED, 50):
            words += piece.text
    except ChatModelError as error:
        return error, words, time.monotonic() - began
    raise AssertionError(f"it did not fail, it wrote {words!r}")


ANSWERED_WITH_A_FAULT = {
    "500": (failing(500, "server_error"), "unavailable"),
    "502": (failing(502), "unavailable"),
    "503": (failing(503), "unavailable"),
    "429": (failing(429, "rate_limit_exceeded"), "rate_limited"),
    "429 for longer than there is": (failing(429, Retry_After="600"), "rate_limited"),
    "401": (failing(401, "invalid_api_key", f"Incorrect API key provided: {KEY}"), "unauthorized"),
    "402": (failing(402), "unauthorized"),
    "403": (failing(403), "unauthorized"),
    "404": (failing(404, "model_not_found"), "unknown_model"),
    "408": (failing(408), "timeout"),
    "a prompt that is too long": (failing(400, "context_length_exceeded"), "declined"),
    "a filter before it writes": (failing(400, "content_filter", READER), "declined"),
    "a filter while it writes": (streamed("One ", "two ", finish="content_filter"), "declined"),
    # LangChain passes the words of a refusal on in no field of a streamed answer
    "a refusal": (Reply((ROLE, chunk({"refusal": "No."}), chunk({}, "stop"), event(b"[DONE]"))), "empty"),
    "an empty answer": (streamed(), "empty"),
    "only white space": (streamed(" ", "\n"), "empty"),
    "no end": (streamed("One ", "two ", finish=None), "garbled"),
    "a cut": (Reply((ROLE, chunk({"content": "One "})), cut=True), "garbled"),
    "an error while it writes": (
        Reply((ROLE, chunk({"content": "One "}), event({"error": {"message": KEY, "code": 500}}))),
        "unavailable",
    ),
    "more than was asked for": (streamed(*["many words " * 20] * 50), "garbled"),
    **{name: (reply, "garbled") for name, reply in malformed().items()},
}


@pytest.mark.parametrize("name", ANSWERED_WITH_A_FAULT)
def test_each_fault_is_named_and_says_nothing_secret(name: str, caplog: pytest.LogCaptureFixture) -> None:
    reply, fault = ANSWERED_WITH_A_FAULT[name]
    caplog.set_level(logging.DEBUG)
    with modelled(reply, seconds=8) as (model, faulty):
        error, _, took_s = fault_of(model)
        assert error.fault == fault
        assert model.name in error.message
        assert took_s < 9
        assert [record.levelname for record in caplog.records if record.name == "byline.models.chat"][-1] == "WARNING"
        said = "\n".join([repr(error), str(error), *traceback.format_exception(error), repr(model), repr(vars(model)),
                          *everything(error), *(record.getMessage() for record in caplog.records)])  # fmt: skip
        own = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("byline"))
    assert KEY not in said
    assert READER not in own + str(error)
    assert all(headers["authorization"] == f"Bearer {KEY}" for headers in faulty.headers)


def everything(error: BaseException) -> list[str]:
    """All that can be reached from an exception: what caused it, and what stood around."""
    found, seen, todo = [], set(), [error]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        found += [repr(one), repr(vars(one))]
        todo += [other for other in (one.__cause__, one.__context__) if other]
        frame = one.__traceback__
        while frame:
            if frame.tb_frame.f_globals["__name__"].startswith("byline"):
                found.append(repr(frame.tb_frame.f_locals))
            frame = frame.tb_next
    return found


def test_nobody_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        error, _, took_s = fault_of(model_at(f"http://127.0.0.1:{probe.getsockname()[1]}/v1"))
    assert error.fault == "unavailable"
    assert "BYLINE_MODEL_URL" in error.next_step
    assert took_s < 6


def test_a_name_that_does_not_resolve() -> None:
    assert fault_of(model_at("http://no-such-host.invalid/v1", 8))[0].fault == "unavailable"


@pytest.mark.alone
def test_a_server_that_accepts_no_connection() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with suppress(OSError), socket.create_connection(full.getsockname(), 1):  # its queue holds this one alone
            error, _, took_s = fault_of(model_at(f"http://127.0.0.1:{full.getsockname()[1]}/v1", 2))
    assert error.fault == "timeout"
    assert took_s < 3


@pytest.mark.alone
@pytest.mark.parametrize(
    ("reply", "words", "says"),
    [
        (streamed("late", first_s=30), "", "did not begin within 1.5 s"),
        (Reply((ROLE, PING), pace_s=0.1, forever=True), "", "did not begin within 1.5 s"),
        (Reply((ROLE + chunk({"content": "One "}), PING), pace_s=5), "One ", "stopped writing for 0.5 s"),
        (Reply((ROLE, chunk({"content": "a"})), pace_s=0.2, forever=True), "aaaaa", "was not done within 2 s"),
    ],
    ids=["no headers", "no words", "silence between words", "a drip that does not end"],
)
def test_time_is_up(reply: Reply, words: str, says: str) -> None:
    with modelled(reply, seconds=2) as (model, faulty):
        error, wrote, took_s = fault_of(model)
        assert faulty.gone.wait(2), "the request is ended too"
    assert error.fault == "timeout"
    assert says in error.message
    assert wrote.startswith(words)
    assert took_s < 3
    assert len(faulty.requests) == 1, "a slow model is not asked again"


def test_it_is_asked_again_until_it_answers() -> None:
    with modelled(failing(503), failing(429), malformed()["a page"], streamed("Hello")) as (model, faulty):
        assert written(model) == "Hello"
        assert len(faulty.requests) == 4
        assert faulty.requests[0] == faulty.requests[3]


@pytest.mark.alone
def test_retry_after_is_waited_for() -> None:
    with modelled(failing(429, Retry_After="1"), streamed("Hello")) as (model, _):
        began = time.monotonic()
        assert written(model) == "Hello"
        assert 1 <= time.monotonic() - began < 3


@pytest.mark.parametrize("reply", [failing(429, Retry_After="600"), failing(401), failing(400), streamed()])
def test_what_does_not_help_is_not_tried(reply: Reply) -> None:
    with modelled(reply) as (model, faulty):
        assert fault_of(model)[2] < 2
        assert len(faulty.requests) == 1


def test_what_was_begun_is_not_asked_again() -> None:
    with modelled(streamed("One ", finish=None), streamed("Another")) as (model, faulty):
        assert fault_of(model)[1] == "One "
        assert len(faulty.requests) == 1


def test_a_dead_model_is_left_alone_for_a_while() -> None:
    now = [0.0]
    with faulty_model(*[failing(401)] * 5, streamed("Hello")) as faulty:
        choice = ChatChoice.named("openai:test", url=faulty.url, key=SecretStr(KEY))
        model = LangChainChatModel(choice, Budget(5), circuit=Circuit(lambda: now[0], rest_s=30))
        for _ in range(5):
            assert fault_of(model)[0].fault == "unauthorized"
        error, _, took_s = fault_of(model)
        assert (error.fault, len(faulty.requests)) == ("unavailable", 5)
        assert "30 s" in error.next_step
        assert took_s < 0.5
        now[0] = 31
        assert written(model) == "Hello"
        assert written(model) == "Hello"


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")  # the openai package knows no lists there
def test_content_of_any_shape_is_read() -> None:
    parts = Reply(
        (
            chunk({"role": "assistant", "content": None}),
            chunk({"content": [{"type": "text", "text": "One "}]}),
            chunk({"content": ""}),
            chunk({"content": "two"}),
            chunk({}, "length"),
            event(b"[DONE]"),
        )
    )
    with modelled(parts) as (model, _):
        assert written(model) == "One two"


def test_it_asks_for_what_it_was_told(caplog: pytest.LogCaptureFixture) -> None:
    with faulty_model(streamed("Hello")) as faulty:
        model = model_at(faulty.url, temperature=0.5)
        written(model, 33)
        written(model, 44)
    first, second = faulty.requests
    assert first["model"] == "test"
    assert first["temperature"] == 0.5
    assert first["stream"]
    assert first["stream_options"] == {"include_usage": True}
    assert first["messages"] == [{"role": m.role, "content": m.content} for m in ASKED]
    assert [asked.get("max_completion_tokens", asked.get("max_tokens")) for asked in (first, second)] == [33, 44]


@pytest.mark.alone
@pytest.mark.parametrize("when", ["before anything came", "between words"])
def test_closing_ends_the_request_within_a_second(when: str) -> None:
    reply = streamed("late", first_s=30) if when == "before anything came" else streamed("One ", "two ", pace_s=0.3)
    with modelled(reply) as (model, faulty):
        stream = model.stream(ASKED, 50)
        reader = threading.Thread(target=list, args=(stream,))
        reader.start()
        assert faulty.writing.wait(10)
        time.sleep(0.5)
        closed = time.monotonic()
        stream.close()
        assert time.monotonic() - closed < 0.1
        assert faulty.gone.wait(1)
        assert faulty.gone_at - closed < 1
        reader.join(1)
        assert not reader.is_alive()


@pytest.mark.alone
def test_a_stream_nobody_holds_is_closed() -> None:
    with modelled(streamed("One ", "two ", "three", pace_s=0.3)) as (model, faulty):
        next(model.stream(ASKED, 50))
        assert faulty.gone.wait(1)


ASK_IN_A_NEW_PROCESS = """
import sys, time
from tests.models.test_chat import model_at, written
assert written(model_at(sys.argv[1])) == "Hello"
time.sleep(1)
"""


def test_nothing_is_traced() -> None:
    # a process of its own: LangSmith reads its variables once
    with faulty_model(failing(500)) as langsmith, faulty_model(streamed("Hello")) as faulty:
        named = {"TRACING": "true", "TRACING_V2": "true", "ENDPOINT": langsmith.url, "API_KEY": KEY}
        traced = {f"{vendor}_{name}": value for vendor in ("LANGSMITH", "LANGCHAIN") for name, value in named.items()}
        del traced["LANGCHAIN_TRACING"]
        command = [sys.executable, "-c", ASK_IN_A_NEW_PROCESS, faulty.url]
        subprocess.run(command, env=os.environ | traced, check=True, timeout=120)
        assert faulty.connected == 1
        assert langsmith.connected == 0


def test_langsmiths_gateway_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    with pytest.raises(ModelError, match=r"LANGSMITH_GATEWAY.*BYLINE_MODEL_URL"):
        LangChainChatModel(ChatChoice.named("openai:test", key=SecretStr(KEY)), Budget(1))


def test_a_variable_that_langchain_fails_with_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGCHAIN_TRACING", "true")
    with pytest.raises(ModelError, match=r"LANGCHAIN_TRACING is set.*Unset it"):
        model_at("http://127.0.0.1:9/v1")
