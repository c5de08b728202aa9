"""A LangChain chat model by `provider:name`: the one place that knows LangChain's names."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import distributions
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from byline.errors import ChatModelError, ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

EXTRAS = ("anthropic", "ollama", "openai")
_NOT_PROVIDERS = {"core", "classic", "protocol", "tests", "text-splitters"}
_MOST_TOKENS = ("max_tokens", "num_predict", "max_output_tokens", "max_new_tokens", "max_tokens_to_sample")
"""What providers call the most tokens to write; `max_tokens` is LangChain's own name for it."""
_NO_KEY = "none"


@dataclass(frozen=True, slots=True)
class ChatChoice:
    """`options` go to the provider's package as they are. Neither they nor the key are in a repr."""

    provider: str
    name: str
    url: str | None = None
    key: SecretStr | None = None
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @classmethod
    def named(cls, model: str, **more: Any) -> ChatChoice:
        """Of `provider:name`; a name may have colons of its own."""
        provider, _, name = model.partition(":")
        return cls(provider, name, **more)

    def __str__(self) -> str:
        return f"{self.provider}:{self.name}"


def install_command(package: str) -> str:
    """`package`: the provider's, such as langchain-openai."""
    provider = package.removeprefix("langchain-")
    return f'pip install "byline[{provider}]"' if provider in EXTRAS else f"pip install {package}"


def installed_providers() -> dict[str, str]:
    """Provider packages of LangChain that are there, name → version, without importing one."""
    found = {}
    for distribution in distributions():
        name = (distribution.metadata["Name"] or "").lower().replace("_", "-")
        provider = name.removeprefix("langchain-")
        if provider != name and provider not in _NOT_PROVIDERS:
            found[name] = distribution.version
    return dict(sorted(found.items()))


def open_provider(choice: ChatChoice) -> BaseChatModel:
    """Reaches nothing yet. Raises ModelError naming the command that installs what is missing, ChatModelError without a
    key. Its own retries are off: ours know the budget.
    """
    _refuse_detour(choice)
    given: dict[str, Any] = {"max_retries": 0, **choice.options}
    if choice.url:
        given["base_url"] = choice.url
    if choice.key:
        given["api_key"] = choice.key
    model = _opened(choice, given)
    if isinstance(model, ChatModelError) and choice.url:  # a server of one's own may want no key where the package does
        model = _opened(choice, {**given, "api_key": SecretStr(_NO_KEY)})
    if isinstance(model, ModelError):
        raise model
    # asked for by most providers' packages only when they speak to the provider itself
    return model.model_copy(update={"stream_usage": True}) if "stream_usage" in type(model).model_fields else model


def limited(model: BaseChatModel, max_tokens: int) -> BaseChatModel:
    """The same that writes at most so many tokens; as it is, where its package has no name for that."""
    name = next((name for name in _MOST_TOKENS if name in type(model).model_fields), None)
    return model.model_copy(update={name: max_tokens}) if name else model


def _opened(choice: ChatChoice, given: dict[str, Any]) -> BaseChatModel | ModelError:
    """What a package raises is not passed on: it can hold what it was given."""
    from langchain.chat_models import init_chat_model

    try:
        model: BaseChatModel = init_chat_model(choice.name, model_provider=choice.provider, **given)
    except ImportError as error:
        named = re.search(r"pip install ([\w-]+)", str(error))
        package = named[1] if named else f"langchain-{choice.provider.replace('_', '-')}"
        return ModelError(f"BYLINE_MODEL={choice} needs the package {package}.", f"Run `{install_command(package)}`.")
    except Exception as error:
        kind, said = type(error).__name__, str(error)
    else:
        return model
    if known := re.search(r"Supported model providers are: ([\w, ]+)", said):
        return ModelError(f"There is no provider {choice.provider!r}.", f"Known: {known[1]}.")
    if not choice.key and "api_key" in said:
        step = "Set BYLINE_MODEL_KEY, or the provider's own variable."
        return ChatModelError("unauthorized", f"The model {choice} needs a key.", step)
    step = "Check BYLINE_MODEL and BYLINE_MODEL_OPTIONS against the provider's page in LangChain's documentation."
    return ModelError(f"The model {choice} cannot be set up ({kind}).", step)


def _refuse_detour(choice: ChatChoice) -> None:
    """Variables, possibly of another program, that send requests over LangSmith or that LangChain fails with."""
    if os.environ.get("LANGSMITH_GATEWAY", "").lower() not in ("", "0", "no", "false") and not choice.url:
        raise ModelError(
            "LANGSMITH_GATEWAY is set: readers' questions would go through LangSmith.",
            "Unset it for Byline, or name the address in BYLINE_MODEL_URL.",
        )
    for name in ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER"):
        if os.environ.get(name):
            raise ModelError(f"{name} is set, with which LangChain asks no model.", "Unset it for Byline.")
