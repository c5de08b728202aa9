"""Providers by name: three protocols through the same adapter, what is missing is named, and nothing shows a key."""

from __future__ import annotations

import importlib.util
import json
import logging
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from byline.errors import ChatModelError, ModelError
from byline.models.chat import Budget, LangChainChatModel
from byline.models.provider import ChatChoice, install_command, installed_providers, open_provider
from byline.protocols import ChatMessage, ModelDelta
from byline.settings import read_settings
from byline.wiring import chat_model
from tests.faulty_model import Reply, failing, faulty_model, streamed

KEY = "sk-planted-4f9a1c7e"
ASKED = [ChatMessage("system", "Answer."), ChatMessage("user", "What was agreed?")]


def named_event(name: str, **data: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()


def line(words: str, **more: Any) -> bytes:
    said = {"model": "m", "created_at": "2026-01-12T09:00:00Z", "message": {"role": "assistant", "content": words}}
    return json.dumps({**said, "done": False, **more}).encode() + b"\n"


ANTHROPIC = Reply(
    (
        named_event("message_start", message={
            "id": "m", "type": "message", "role": "assistant", "content": [], "model": "m", "stop_reason": None,
            "stop_sequence": None, "usage": {"input_tokens": 7, "output_tokens": 1}}),
        named_event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        named_event("content_block_delta", index=0, delta={"type": "text_delta", "text": "One "}),
        named_event("content_block_delta", index=0, delta={"type": "text_delta", "text": "two"}),
        named_event("content_block_stop", index=0),
        named_event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None},
                    usage={"input_tokens": 7, "output_tokens": 2}),
        named_event("message_stop"),
    )
)  # fmt: skip
OLLAMA = Reply(
    (line("One "), line("two"), line("", done=True, done_reason="stop", prompt_eval_count=7, eval_count=2)),
    content_type="application/x-ndjson",
)
ANSWERS: Mapping[str, Reply] = {"openai": streamed("One ", "two"), "anthropic": ANTHROPIC, "ollama": OLLAMA}


@pytest.fixture(params=list(ANSWERS))
def provider(request: pytest.FixtureRequest) -> str:
    if importlib.util.find_spec(f"langchain_{request.param}") is None:
        pytest.skip(f"langchain-{request.param} is not installed")
    return str(request.param)


def model_of(provider: str, url: str) -> LangChainChatModel:
    url = url if provider == "openai" else url.removesuffix("/v1")
    options = {"temperature": 0}
    return LangChainChatModel(
        ChatChoice.named(f"{provider}:m", url=url, key=SecretStr(KEY), options=options), Budget(20)
    )


def test_every_provider_is_asked_the_same_way(provider: str) -> None:
    with faulty_model(ANSWERS[provider]) as server:
        pieces = list(model_of(provider, server.url).stream(ASKED, 33))
    assert pieces == [ModelDelta("One "), ModelDelta("two"), ModelDelta("", 7, 2)]
    (asked,) = server.requests
    assert asked["model"] == "m"
    assert asked["stream"]
    assert "33" in json.dumps(asked), "the most tokens are asked for by whatever name"
    assert "temperature" in json.dumps(asked)


@pytest.mark.parametrize(
    ("status", "fault"), [(401, "unauthorized"), (404, "unknown_model"), (429, "rate_limited"), (500, "unavailable")]
)
def test_every_provider_fails_the_same_way(
    provider: str, status: int, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with (
        faulty_model(failing(status, says=f"for {KEY}", Retry_After="60")) as server,
        pytest.raises(ChatModelError) as raised,
    ):
        list(model_of(provider, server.url).stream(ASKED, 9))
    assert raised.value.fault == fault
    assert KEY not in repr(raised.value) + caplog.text


def test_a_package_that_is_missing_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        ModelError, match=r"openrouter:m needs the package langchain-openrouter.*pip install langchain-o"
    ):
        open_provider(ChatChoice.named("openrouter:m"))
    monkeypatch.setitem(sys.modules, "langchain_openai", None)
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()  # it keeps what it has imported
    with pytest.raises(
        ModelError, match=r"openai:m needs the package langchain-openai.*pip install \"byline\[openai\]\""
    ):
        open_provider(ChatChoice.named("openai:m", key=SecretStr(KEY)))


@pytest.mark.parametrize("extra", ["anthropic", "ollama", "openai"])
def test_what_the_commands_install_is_an_extra_of_this_package(extra: str) -> None:

    extras = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    assert any(wanted.startswith(f"langchain-{extra}") for wanted in extras[extra])
    assert install_command(f"langchain-{extra}") == f'pip install "byline[{extra}]"'


def test_an_unknown_provider_is_named_with_those_there_are() -> None:
    with pytest.raises(ModelError, match=r"no provider 'opneai'.*openai"):
        open_provider(ChatChoice.named("opneai:m"))


def test_a_missing_key_is_said_and_a_server_of_ones_own_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ChatModelError, match=r"needs a key.*BYLINE_MODEL_KEY") as raised:
        open_provider(ChatChoice.named("openai:m"))
    assert raised.value.fault == "unauthorized"
    with faulty_model(streamed("Hello")) as server:
        model = LangChainChatModel(ChatChoice.named("openai:m", url=server.url), Budget(5))
        assert next(model.stream(ASKED, 9)).text == "Hello"


def test_a_providers_own_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with faulty_model(streamed("Hello")) as server:
        next(LangChainChatModel(ChatChoice.named("openai:m", url=server.url), Budget(5)).stream(ASKED, 9))
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


def test_an_option_that_is_not_valid_is_not_repeated() -> None:
    choice = ChatChoice.named("openai:m", key=SecretStr(KEY), options={"temperature": KEY})
    with pytest.raises(ModelError, match=r"cannot be set up.*BYLINE_MODEL_OPTIONS") as raised:
        open_provider(choice)
    assert raised.value.__context__ is None
    assert KEY not in repr(raised.value) + repr(choice)


def test_settings_make_a_model_and_none_make_none() -> None:
    assert chat_model(read_settings({})) is None
    settings = read_settings({}, model="openai:a:b", model_key=KEY, model_url="http://127.0.0.1:1/v1")
    model = chat_model(settings)
    assert model is not None
    assert model.name == "openai:a:b"
    assert KEY not in repr(settings) + repr(model) + str(settings.model_dump())


def test_installed_packages_are_found_without_importing_them() -> None:
    found = installed_providers()
    assert "langchain-openai" in found
    assert "langchain-core" not in found
    code = (
        "import sys, byline.wiring, byline.cli; from byline.models.provider import installed_providers; "
        "assert installed_providers(); "
        "print([m for m in sys.modules if m.startswith(('langchain', 'openai', 'langsmith'))])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
