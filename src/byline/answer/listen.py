"""Reads what a model writes, for as long as its budget and the reader last."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import suppress

from byline.errors import ChatModelError
from byline.protocols import ModelDelta, ModelStream

GRACE_S = 0.5
"""A model that keeps to the budget by itself says better than we can what has happened."""


class Listening:
    """`close` ends it from any thread, also while it waits for a word."""

    def __init__(self, stream: ModelStream, budget_s: float) -> None:
        self._stream = stream
        self._budget_s = budget_s
        self._late = False
        self.closed = False

    def pieces(self) -> Generator[ModelDelta]:
        """Raises ChatModelError, also when the budget has passed. Ends without a word when it was closed."""
        clock = threading.Timer(self._budget_s + GRACE_S, self._end_late)
        clock.daemon = True
        clock.start()
        try:
            for piece in self._stream:
                if self._late or self.closed:
                    break
                yield piece
        except ChatModelError:
            if not (self._late or self.closed):
                raise
        except Exception as error:  # a model of somebody's own: the reader still gets an answer
            if not (self._late or self.closed):
                raise ChatModelError("garbled", f"The model raised {type(error).__name__}.") from error
        finally:
            clock.cancel()
            self._close_stream()
        if self._late and not self.closed:
            raise ChatModelError("timeout", f"The model was not done within {self._budget_s:g} s.")

    def close(self) -> None:
        self.closed = True
        self._close_stream()

    def _end_late(self) -> None:
        self._late = True
        self._close_stream()

    def _close_stream(self) -> None:
        with suppress(ValueError):  # a plain generator that is at work ends by itself at its next word
            self._stream.close()
