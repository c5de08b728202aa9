"""What a surface asks of the running Byline: is it ready, who answers, and how fresh are the articles."""

from __future__ import annotations

from typing import Protocol

from byline.library.freshness import Freshness
from byline.protocols import AnswersQuestions


class Engine(Protocol):
    """`answerer` and `freshness` may be called once `ready`; `failure` says why it never will be."""

    @property
    def ready(self) -> bool: ...
    @property
    def failure(self) -> str | None: ...
    @property
    def examples(self) -> tuple[str, ...]: ...
    def answerer(self) -> AnswersQuestions: ...
    def freshness(self) -> Freshness: ...
