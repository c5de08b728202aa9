"""The HTTP application: the interface under `/v1`, health, readiness, and the chat page, behind one guard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from starlette.applications import Starlette

from byline import __version__
from byline.serve.answers import answers_router
from byline.serve.articles import articles_router
from byline.serve.ask import ask_router
from byline.serve.body import JsonBodies
from byline.serve.completions import completions_router
from byline.serve.described import openapi_of
from byline.serve.engine import Engine
from byline.serve.gate import Gate
from byline.serve.guard import INTERFACE, App, Guard, OnlyThePage, Receive, Scope, Send
from byline.serve.health import health_router
from byline.serve.limits import Limits, Quotas
from byline.serve.metrics import Counted, Metrics, metrics_router
from byline.serve.observed import ObservedEngine
from byline.serve.origins import NOBODY, AllowedOrigins
from byline.serve.pages import pages_router
from byline.serve.problems import not_found, tell_problems
from byline.serve.recent import RecentAnswers
from byline.serve.traces import traces_of
from byline.serve.widget import widget_router

AGENTS_PATH = "/mcp"


def create_app(
    engine: Engine,
    *,
    chat: bool = True,
    hosts: Sequence[str] = (),
    allowed: AllowedOrigins = NOBODY,
    quotas: Quotas | None = None,
) -> FastAPI:
    """`chat=False` leaves the page out, and Gradio unimported: an API-only server starts in a second.

    `hosts`: names that agents may call it by, beside those of this machine. `allowed`: sites whose pages may ask.
    Without `quotas` everybody may ask as often as they like.
    """
    metrics, traces = Metrics(engine), traces_of()
    gate = Gate(quotas.at_once, quotas.waiting) if quotas else None
    engine = ObservedEngine(engine, metrics, traces, gate)
    page = _page(engine) if chat else None
    rest = _Rest(OnlyThePage(page) if page is not None else None)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if traces is not None:
                stack.callback(traces.close)
            # made anew at each start: it can be started once. The lifespan of what is inside does not run by itself
            rest.agents = agents = _agents(engine, hosts)
            for inner in (page, agents):
                if inner is not None:
                    await stack.enter_async_context(inner.router.lifespan_context(inner))
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
    if quotas and gate:
        app.add_middleware(Limits, quotas=quotas, gate=gate)
    app.add_middleware(Guard, allowed=allowed)
    app.add_middleware(Counted, metrics=metrics)
    tell_problems(app)
    recent = RecentAnswers()
    for router in (
        ask_router(engine, recent),
        answers_router(engine, recent),
        articles_router(engine),
        completions_router(engine, recent),
        health_router(engine),
        pages_router(engine),
        metrics_router(metrics),
        widget_router(engine),
    ):
        app.include_router(router)
    app.openapi = openapi_of(app)  # type: ignore[method-assign]  # as FastAPI's documentation has it
    app.router.default = rest
    return app


class _Rest:
    """Every path that no route has: of the page, for agents, or nothing. A mount would hide that a method is wrong."""

    def __init__(self, page: App | None) -> None:
        self._page = page
        self.agents: App | None = None  # while the server runs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if self.agents is not None and path == AGENTS_PATH and scope["type"] == "http":
            await self.agents(scope, receive, send)
        elif self._page is not None and not path.startswith(INTERFACE):
            await self._page(scope, receive, send)
        elif scope["type"] == "http":
            await not_found(path).response()(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})


def _agents(engine: Engine, hosts: Sequence[str]) -> Starlette | None:
    """Where the package for it is installed."""
    try:
        from byline.integrations.mcp import http_app, mcp_server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        return None
    agents: Starlette = http_app(mcp_server(lambda: engine.loaded() if engine.ready else None), hosts)
    return agents


def _page(engine: Engine) -> FastAPI:
    from byline.serve.chat import mount_chat  # Gradio costs seconds and 130 MB; only a server with a page pays

    return mount_chat(FastAPI(docs_url=None, redoc_url=None, openapi_url=None), engine)
