"""Loads models and library behind a page that is already up, so that a restart is a pause and not an outage."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from byline.errors import BylineError
from byline.library.freshness import Freshness
from byline.protocols import AnswersQuestions
from byline.serve.engine import Loaded as Loaded

logger = logging.getLogger(__name__)


class WarmEngine:
    """An `Engine` whose `build` runs once, in a daemon thread, after `start`."""

    def __init__(self, build: Callable[[], Loaded], examples: tuple[str, ...] = ()) -> None:
        self._build = build
        self._examples = examples
        self._loaded: Loaded | None = None
        self._failure: str | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starting twice is the same as starting once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._load, name="byline-warm", daemon=True)
            self._thread.start()

    def wait(self, timeout_s: float | None = None) -> bool:
        """True once loading has ended, well or badly."""
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self.ready or self.failure is not None

    @property
    def ready(self) -> bool:
        return self._loaded is not None

    @property
    def failure(self) -> str | None:
        return self._failure

    @property
    def examples(self) -> tuple[str, ...]:
        return self._examples

    def answerer(self) -> AnswersQuestions:
        return self.loaded().answerer

    def freshness(self) -> Freshness:
        return self.loaded().freshness()

    def loaded(self) -> Loaded:
        if self._loaded is None:
            raise RuntimeError("The engine was asked before it was ready.")
        return self._loaded

    def _load(self) -> None:
        try:
            self._loaded = self._build()
        except BylineError as error:
            logger.error("Byline could not start: %s", error)
            self._failure = str(error)
        except Exception as error:
            # Whatever it is, the page must say that it will not get better, instead of waiting for ever.
            logger.exception("Byline could not start")
            self._failure = f"Unexpected {type(error).__name__}; the server's log has the details."
