"""What `models` and `doctor` look at: the models that are configured, and whether the one that writes answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from byline.errors import ModelError
from byline.models.provider import EXTRAS, install_command, installed_providers
from byline.models.tokens import count_tokens
from byline.protocols import ChatMessage, ChatModel
from byline.settings import Settings
from byline.wiring import chat_model

TRIED = [ChatMessage("system", "You are being tested."), ChatMessage("user", "Count from one to ten, in words.")]


@dataclass(frozen=True, slots=True)
class Timing:
    """Of one tiny request: seconds until the first words, tokens written, and tokens a second after the first words."""

    first_s: float
    tokens: int
    tokens_per_s: float | None


def configured(settings: Settings) -> dict[str, Any]:
    """No key, only whether there is one."""
    return {
        "model": settings.model,
        "model_url": settings.model_url,
        "model_key": "set" if settings.model_key else "not set",
        "model_timeout_s": settings.model_timeout_s,
        "model_tokens": settings.model_tokens,
        "embedder": settings.embedder,
        "providers": installed_providers(),
    }


def try_model(model: ChatModel, max_tokens: int, clock: Callable[[], float] = time.monotonic) -> Timing:
    """Asks it something small. Raises ChatModelError."""
    began, first, text, counted = clock(), None, "", None
    with closing(model.stream(TRIED, max_tokens)) as pieces:
        for piece in pieces:
            first = clock() if first is None else first
            text += piece.text
            counted = piece.completion_tokens or counted
    ended, tokens = clock(), counted or count_tokens(text)
    first = ended if first is None else first
    return Timing(first - began, tokens, tokens / (ended - first) if ended > first and tokens > 1 else None)


def chat_detail(settings: Settings) -> str:
    """One line for `doctor`. Raises ModelError."""
    model = chat_model(settings)
    if model is None:
        return "none is configured: answers are the articles' own sentences"
    return f"{model.name} {timed(try_model(model, settings.model_tokens))}"


def timed(timing: Timing) -> str:
    speed = f", then {timing.tokens_per_s:.0f} tokens/s" if timing.tokens_per_s else ""
    return f"answers: first words after {timing.first_s:.2f} s{speed}"


def not_installed() -> list[str]:
    """Commands that install the providers with an extra that are not there."""
    there = installed_providers()
    return [install_command(f"langchain-{extra}") for extra in EXTRAS if f"langchain-{extra}" not in there]


def answers(settings: Settings) -> tuple[Timing | None, ModelError | None]:
    """Neither where no model is configured."""
    try:
        model = chat_model(settings)
        return (try_model(model, settings.model_tokens), None) if model else (None, None)
    except ModelError as error:
        return None, error
