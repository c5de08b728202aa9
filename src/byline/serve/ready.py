"""Before the models and articles are loaded nothing can be answered, and who asks is told when to come back."""

from __future__ import annotations

from byline.protocols import AnswersQuestions
from byline.serve.engine import Engine
from byline.serve.problems import Problem

LOADING_S = 2


def ready_answerer(engine: Engine) -> AnswersQuestions:
    """Raises Problem."""
    require_ready(engine)
    return engine.answerer()


def require_ready(engine: Engine) -> None:
    """Raises Problem. What failed may name a path; it is in the log."""
    if engine.failure:
        raise Problem(503, "unavailable", "The articles could not be opened, so no question can be answered now.")
    if not engine.ready:
        raise Problem(503, "loading", "Models and articles are being loaded.", LOADING_S)
