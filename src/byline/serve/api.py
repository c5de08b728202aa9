"""The HTTP application: the interface under `/v1`, health, readiness, and the chat page, behind one guard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from byline import __version__
from byline.serve.answers import answers_router
from byline.serve.articles import articles_router
from byline.serve.ask import ask_router
from byline.serve.body import JsonBodies
from byline.serve.described import openapi_of
from byline.serve.engine import Engine
from byline.serve.guard import App, Guard, OnlyThePage, Receive, Scope, Send
from byline.serve.health import health_router
from byline.serve.pages import pages_router
from byline.serve.problems import not_found, tell_problems
from byline.serve.recent import RecentAnswers


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
    recent = RecentAnswers()
    for router in (
        ask_router(engine, recent),
        answers_router(engine, recent),
        articles_router(engine),
        health_router(engine),
        pages_router(engine),
    ):
        app.include_router(router)
    app.openapi = openapi_of(app)  # type: ignore[method-assign]  # as FastAPI's documentation has it
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


def _page(engine: Engine) -> FastAPI:
    from byline.serve.chat import mount_chat  # Gradio costs seconds and 130 MB; only a server with a page pays

    return mount_chat(FastAPI(docs_url=None, redoc_url=None, openapi_url=None), engine)
