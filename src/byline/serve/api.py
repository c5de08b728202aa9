"""The HTTP application: health, readiness, and the chat page behind its guard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from byline import __version__
from byline.serve.engine import Engine
from byline.serve.guard import Guard, OnlyThePage
from byline.serve.health import health_of


def create_app(engine: Engine, *, chat: bool = True) -> FastAPI:
    """`chat=False` leaves the page out, and Gradio unimported: an API-only server starts in a second."""
    page = _page(engine) if chat else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if page is not None:  # a mounted application's own lifespan does not run by itself
                await stack.enter_async_context(page.router.lifespan_context(page))
            yield

    app = FastAPI(title="Byline", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_middleware(Guard)

    @app.get("/healthz")
    def health() -> JSONResponse:
        told, well = health_of(engine)
        return JSONResponse({**told, "version": __version__}, status_code=200 if well else 503)

    @app.get("/readyz")
    def ready() -> JSONResponse:
        if engine.ready:
            freshness = engine.freshness()
            newest = freshness.newest.isoformat() if freshness.newest else None
            return JSONResponse({"ready": True, "articles": freshness.articles, "newest": newest})
        # what failed may name a path; it is in the log
        reason = "The articles could not be opened." if engine.failure else "Models and articles are being loaded."
        return JSONResponse({"ready": False, "reason": reason}, status_code=503)

    if page is not None:
        app.mount("/", OnlyThePage(page))  # last: it answers every path that is left
    return app


def _page(engine: Engine) -> FastAPI:
    from byline.serve.chat import mount_chat  # Gradio costs seconds and 130 MB; only a server with a page pays

    return mount_chat(FastAPI(docs_url=None, redoc_url=None, openapi_url=None), engine)
