"""The HTTP application: the interface under `/v1`, health, readiness, and the chat page, behind one guard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from byline import __version__
from byline.serve.ask import ask_router
from byline.serve.body import JsonBodies
from byline.serve.engine import Engine
from byline.serve.guard import App, Guard, OnlyThePage, Receive, Scope, Send
from byline.serve.health import health_of
from byline.serve.problems import not_found, tell_problems


def create_app(engine: Engine, *, chat: bool = True) -> FastAPI:
    """`chat=False` leaves the page out, and Gradio unimported: an API-only server starts in a second."""
    page = _page(engine) if chat else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if page is not None:  # a mounted application's own lifespan does not run by itself
                await stack.enter_async_context(page.router.lifespan_context(page))
            yield

    app = FastAPI(
        title="Byline",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.add_middleware(JsonBodies)
    app.add_middleware(Guard)
    tell_problems(app)
    app.include_router(ask_router(engine))
    _add_health(app, engine)
    app.router.default = _Rest(OnlyThePage(page) if page is not None else None)
    return app


class _Rest:
    """Every path that no route has: the page's, or nothing. A mount would hide that a method is wrong."""

    def __init__(self, page: App | None) -> None:
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if self._page is not None and not path.startswith("/v1/"):
            await self._page(scope, receive, send)
        elif scope["type"] == "http":
            await not_found(path).response()(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})


def _add_health(app: FastAPI, engine: Engine) -> None:
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


def _page(engine: Engine) -> FastAPI:
    from byline.serve.chat import mount_chat  # Gradio costs seconds and 130 MB; only a server with a page pays

    return mount_chat(FastAPI(docs_url=None, redoc_url=None, openapi_url=None), engine)
