"""What `/healthz` and `/readyz` tell a monitor: no paths, no errors."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from byline import __version__
from byline.errors import BylineError
from byline.library.freshness import Freshness, SourceState
from byline.serve.described import described
from byline.serve.engine import Engine
from byline.serve.problems import Problem
from byline.serve.ready import loaded_of

logger = logging.getLogger(__name__)


def health_router(engine: Engine) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz", responses={503: {"description": "The articles are not as fresh as they should be."}})
    def health() -> JSONResponse:
        """Does it run, and are the articles as fresh as they should be."""
        told, well = health_of(engine)
        return JSONResponse({**told, "version": __version__}, status_code=200 if well else 503)

    @router.get("/readyz", responses=described(503))
    def ready() -> JSONResponse:
        """Can it answer."""
        try:
            freshness = loaded_of(engine).freshness()
        except Problem as problem:
            return problem.response({"ready": False, "reason": problem.detail})
        newest = freshness.newest.isoformat() if freshness.newest else None
        return JSONResponse({"ready": True, "articles": freshness.articles, "newest": newest})

    return router


def health_of(engine: Engine) -> tuple[dict[str, Any], bool]:
    """What is told, and whether all is well; a process that still loads, or never will, runs all the same."""
    if not engine.ready:
        return {"status": "ok", "fresh": None}, True
    try:
        freshness = engine.freshness()
    except BylineError as error:
        logger.error("The library cannot be looked at: %s", error)
        return {"status": "broken", "fresh": None}, False
    status = "stale" if freshness.stale else "failing" if freshness.failing else "ok"
    return {
        "status": status,
        "fresh": not freshness.stale,
        "articles": freshness.articles,
        "newest": _text(freshness.newest),
        "checked": _text(freshness.checked),
        "max_lag_s": freshness.max_lag.total_seconds() if freshness.max_lag else None,
        "sources": [_source(source, freshness) for source in freshness.sources],
    }, status == "ok"


def _source(source: SourceState, freshness: Freshness) -> dict[str, Any]:
    lag = (freshness.at - source.in_step_at).total_seconds() if source.in_step_at else None
    return {
        "source": source.label,
        "articles": source.articles,
        "newest": _text(source.newest),
        "in_step": _text(source.in_step_at),
        "lag_s": None if lag is None else round(max(0.0, lag)),
        "failed": source.error is not None,
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
