"""What a surface asks of the running Byline: is it ready, who answers, and how fresh are the articles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from byline.protocols import AnswersQuestions


@dataclass(frozen=True, slots=True)
class Freshness:
    """How many articles can be quoted, and the publication date of the newest."""

    articles: int
    newest: datetime | None = None


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
