"""Loading behind the page: not ready, then ready or failed, and never both."""

from __future__ import annotations

import threading

import pytest

from byline.errors import LibraryBusyError
from byline.library.freshness import Freshness
from byline.serve.warm import Loaded, WarmEngine
from byline.testing import ScriptedAnswerer


def test_it_is_ready_once_built_and_builds_once() -> None:
    go, built = threading.Event(), []

    def build() -> Loaded:
        go.wait(5)
        built.append(1)
        return Loaded(ScriptedAnswerer(), lambda: Freshness(3))

    engine = WarmEngine(build, ("Who?",))
    engine.start()
    engine.start()
    assert (engine.ready, engine.failure) == (False, None)
    with pytest.raises(RuntimeError, match="before it was ready"):
        engine.answerer()
    go.set()
    assert engine.wait(5)
    assert (engine.ready, engine.failure) == (True, None)
    assert engine.freshness() == Freshness(3)
    assert engine.examples == ("Who?",)
    assert built == [1]


@pytest.mark.parametrize(
    ("error", "reason"), [(LibraryBusyError("In use.", "Stop it."), "In use. Stop it."), (KeyError("x"), "KeyError")]
)
def test_a_failure_is_kept_with_its_reason(error: Exception, reason: str) -> None:
    def build() -> Loaded:
        raise error

    engine = WarmEngine(build)
    engine.start()
    assert engine.wait(5)
    assert not engine.ready
    assert reason in (engine.failure or "")
