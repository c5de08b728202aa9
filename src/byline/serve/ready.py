"""Before the models and articles are loaded nothing can be answered, and who asks is told when to come back."""

from __future__ import annotations

from byline.library.database import Library
from byline.retrieve.search import Searches
from byline.serve.engine import Engine, Loaded
from byline.serve.problems import Problem

LOADING_S = 2


def loaded_of(engine: Engine) -> Loaded:
    """Raises Problem. What failed may name a path; it is in the log."""
    if engine.failure:
        raise Problem(503, "unavailable", "The articles could not be opened, so no question can be answered now.")
    if not engine.ready:
        raise Problem(503, "loading", "Models and articles are being loaded.", LOADING_S)
    return engine.loaded()


def searcher_of(engine: Engine) -> Searches:
    """Raises Problem."""
    if (searcher := loaded_of(engine).searcher) is None:
        raise Problem(503, "unavailable", "This server only answers; it has no search.")
    return searcher


def library_of(engine: Engine) -> Library:
    """Raises Problem."""
    if (library := loaded_of(engine).library) is None:
        raise Problem(503, "unavailable", "This server only answers; it has no library.")
    return library
