"""What the browser tests are given: a page that keeps a record, and a server in a thread."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import uvicorn
from playwright.sync_api import Page

from byline.serve.api import create_app
from byline.serve.engine import Engine
from byline.serve.origins import NOBODY, AllowedOrigins

SLOW_S = 30


@dataclass
class Visit:
    """One page in a fresh profile, with everything it asked for and complained about."""

    page: Page
    host: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def foreign(self) -> list[str]:
        return [url for url in self.requests if not url.startswith((f"{self.host}/", "data:", "blob:"))]


class Served:
    """Byline's application on a free port, run by uvicorn in a thread."""

    def __init__(self, engine: Engine, *, chat: bool = True, allowed: AllowedOrigins = NOBODY) -> None:
        # Open event streams would hold an orderly shutdown for ever.
        config = uvicorn.Config(
            lambda: create_app(engine, chat=chat, allowed=allowed), factory=True, host="127.0.0.1", port=0,
            log_level="warning", ws="none", timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + SLOW_S
        while not self._server.started:
            assert self._thread.is_alive(), "the server ended before it began"
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)
        self.host = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(SLOW_S)
