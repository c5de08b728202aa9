"""What a surface asks of the running Byline: is it ready, who answers, and how fresh are the articles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from byline.library.database import Library
from byline.library.freshness import Freshness
from byline.protocols import AnswersQuestions
from byline.retrieve.search import Searches


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a running Byline has. `freshness` is asked at each page load: a sync changes it while the server runs.

    Without a `searcher` and a `library` it only answers: there is no search, no article to open, no answer to keep.
    `full_text`: whether whole articles may be read through it, and not only what is quoted.
    """

    answerer: AnswersQuestions
    freshness: Callable[[], Freshness]
    searcher: Searches | None = None
    library: Library | None = None
    full_text: bool = False


class Engine(Protocol):
    """What is loaded may be asked for once `ready`; `failure` says why it never will be."""

    @property
    def ready(self) -> bool: ...
    @property
    def failure(self) -> str | None: ...
    @property
    def examples(self) -> tuple[str, ...]: ...
    def loaded(self) -> Loaded: ...
    def answerer(self) -> AnswersQuestions: ...
    def freshness(self) -> Freshness: ...
