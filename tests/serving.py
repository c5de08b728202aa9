"""The real engine over the demo corpus, and servers in front of it, for the tests of every interface."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from byline.build import Desk
from byline.library.freshness import Freshness
from byline.serve.engine import Engine, Loaded
from byline.serve.warm import WarmEngine
from tests.browser.browsing import Served

TARGET = "What trade target did India and Russia set for 2030?"
NOBODY = "Who won the 1998 football world cup final?"


def engine_of(desk: Desk) -> WarmEngine:
    loaded = Loaded(desk.answerer, lambda: Freshness(18), desk.searcher, desk.library)
    return ready(loaded)


def ready(loaded: Loaded) -> WarmEngine:
    engine = WarmEngine(lambda: loaded, ("What was agreed?",))
    engine.start()
    engine.wait()
    return engine


@contextmanager
def serving(engine: Engine) -> Iterator[str]:
    """Its address, without the chat page."""
    served = Served(engine, chat=False)
    try:
        yield served.host
    finally:
        served.stop()
