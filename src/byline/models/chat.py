"""A language model of any provider behind `ChatModel`: budget, retries and circuit around what LangChain streams."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any, cast

from byline.errors import ChatModelError
from byline.models.chat_faults import Failure, failure_of, finish_of, finished_badly, worded
from byline.models.circuit import Circuit
from byline.models.provider import ChatChoice, limited, open_provider
from byline.models.retry import pause_before_retry
from byline.models.writing import Writing
from byline.protocols import ChatMessage, ModelDelta

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

logger = logging.getLogger(__name__)

FIRST_SHARE, BETWEEN_SHARE = 0.75, 0.25
"""Of the budget: until the first words, and between two pieces. A model that is silent for longer will not be done."""
MOST_CHARACTERS_PER_TOKEN = 32
"""Past this a server does not keep to the most tokens it was given."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds for a whole written answer, its retries included."""

    whole_s: float

    @property
    def first_s(self) -> float:
        return self.whole_s * FIRST_SHARE

    @property
    def between_s(self) -> float:
        return self.whole_s * BETWEEN_SHARE


class LangChainChatModel:
    """Raises ModelError when it is made: a missing package, a missing key. Nothing is sent before a piece is wanted."""

    def __init__(
        self, choice: ChatChoice, budget: Budget, *, circuit: Circuit | None = None, random: Random | None = None
    ) -> None:
        self._name = str(choice)
        self._budget = budget
        self._vendor = open_provider(choice)
        self._circuit = circuit or Circuit(time.monotonic)
        self._random = random or Random()

    @property
    def name(self) -> str:
        return self._name

    def stream(self, messages: Sequence[ChatMessage], max_tokens: int) -> Writing:
        asked = tuple(messages)
        return Writing(lambda: self._answer(asked, max_tokens))

    async def _answer(self, messages: Sequence[ChatMessage], max_tokens: int) -> AsyncGenerator[ModelDelta]:
        rest_s = self._circuit.enter()
        if rest_s is not None:
            said = f"The model {self._name} failed {self._circuit.failed} times in a row and is left alone for now."
            raise ChatModelError("unavailable", said, f"It is asked again in {rest_s:.0f} s.")
        answered: bool | None = None
        try:
            async with aclosing(self._tries(messages, max_tokens)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Failure):
                        answered = piece.fault == "declined"  # it is alive
                        raise worded(piece, self._name)
                    yield piece
            answered = True
        finally:
            if self._circuit.leave(answered):
                logger.warning("The model %s failed %d times in a row; it rests.", self._name, self._circuit.failed)

    async def _tries(self, messages: Sequence[ChatMessage], max_tokens: int) -> AsyncGenerator[ModelDelta | Failure]:
        """Tries again until something was written; a failure comes last."""
        vendor, end = limited(self._vendor, max_tokens), time.monotonic() + self._budget.whole_s
        retries = 0
        while True:
            wrote, failure = False, None
            async with aclosing(_Request(vendor, self._budget, end, max_tokens).pieces(messages)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Failure):
                        failure = piece
                        break
                    wrote = wrote or bool(piece.text)
                    yield piece
            if failure is None:
                return
            left_s = end - time.monotonic()
            pause_s = None if wrote else pause_before_retry(failure, retries, left_s, self._random)
            again = f"asked again in {pause_s:.2f} s" if pause_s is not None else "not asked again"
            level = logging.WARNING if pause_s is None else logging.INFO  # one line for each answer that fails
            logger.log(level, "The model %s %s (%s); %s.", self._name, failure.what, failure.fault, again)
            if pause_s is None:
                yield failure
                return
            await asyncio.sleep(pause_s)
            retries += 1


class _Request:
    """One request: pieces, and a `Failure` last where it did not end well. Raises nothing of a vendor's."""

    def __init__(self, vendor: BaseChatModel, budget: Budget, end: float, max_tokens: int) -> None:
        self._vendor, self._budget, self._end = vendor, budget, end
        self._most_characters = max_tokens * MOST_CHARACTERS_PER_TOKEN
        self._first_by = time.monotonic() + budget.first_s
        self._characters = 0

    async def pieces(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[ModelDelta | Failure]:
        from langsmith import tracing_context

        finish, failure, used, space = None, None, _Used(), ""
        # LangSmith's variables would send every question and answer away
        with tracing_context(enabled=False, parent=False):
            chunks = cast(AsyncGenerator[Any], self._vendor.astream(_vendor_messages(messages)))
            async with aclosing(chunks) as stream:
                while failure is None:
                    chunk, failure = await self._next(stream)
                    if chunk is None:
                        break
                    finish = finish_of(chunk.response_metadata) or finish
                    used.add(chunk.usage_metadata)
                    space += str(chunk.text)
                    if not self._characters and not space.strip() and len(space) < self._most_characters:
                        continue  # white space alone is no answer
                    text, space = space, ""
                    self._characters += len(text)
                    if self._characters > self._most_characters:
                        failure = Failure("garbled", "wrote far more than it was asked for")
                    elif text:
                        yield ModelDelta(text)
        failure = failure or finished_badly(finish, self._characters > 0)
        if failure:
            yield failure
        elif used.prompt or used.completion:
            yield ModelDelta(prompt_tokens=used.prompt or None, completion_tokens=used.completion or None)

    async def _next(self, stream: AsyncGenerator[Any]) -> tuple[Any | None, Failure | None]:
        now = time.monotonic()
        late = [
            (self._end, f"was not done within {self._budget.whole_s:g} s"),
            (now + self._budget.between_s, f"stopped writing for {self._budget.between_s:g} s")
            if self._characters
            else (self._first_by, f"did not begin within {self._budget.first_s:g} s"),
        ]
        by, what = min(late)
        try:
            async with asyncio.timeout(by - now):
                return await anext(stream, None), None
        except TimeoutError as error:
            if time.monotonic() >= by:
                return None, Failure("timeout", what)
            return None, failure_of(error, writing=self._characters > 0, now=datetime.now(UTC))
        except Exception as error:  # any package raises its own; what it says stays here
            return None, failure_of(error, writing=self._characters > 0, now=datetime.now(UTC))


class _Used:
    """The provider's count, summed: some give it in parts."""

    def __init__(self) -> None:
        self.prompt, self.completion = 0, 0

    def add(self, usage: Any) -> None:
        if usage:
            self.prompt += usage.get("input_tokens") or 0
            self.completion += usage.get("output_tokens") or 0


def _vendor_messages(messages: Sequence[ChatMessage]) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in messages]
