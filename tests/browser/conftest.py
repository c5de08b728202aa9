"""A real server on a free loopback port and a real browser, both ended by the test that started them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from byline.library.database import Library
from byline.serve.engine import Engine
from tests.browser.browsing import SLOW_S, Served, Visit
from tests.browser.desk import QUESTION, UNKNOWN, Desk
from tests.browser.site import TAG, Reader, Site, SiteDesk, read

CHROMIUM = Path("/usr/bin/chromium")
# Headless Debian Chromium in a container, with nothing that looks for Google by itself.
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
# Read at import: tests/conftest.py clears BYLINE_* before each test.
REQUIRE_ALL = "1" in (os.environ.get("BYLINE_REQUIRE_ALL"), os.environ.get("REQUIRE_ALL_TESTS"))


@pytest.fixture(scope="session")
def require() -> Callable[[str], None]:
    def missing(reason: str) -> None:
        if REQUIRE_ALL:
            pytest.fail(f"everything is required here, and {reason}")
        pytest.skip(reason)

    return missing


@pytest.fixture(scope="module")  # not session: while Playwright runs, no other test can use asyncio.run
def chromium(require: Callable[[str], None]) -> Iterator[Browser]:
    if not CHROMIUM.exists():
        require(f"{CHROMIUM} is absent")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[Engine], Served]]:
    started: list[Served] = []

    def start(engine: Engine) -> Served:
        started.append(Served(engine))
        return started[-1]

    yield start
    for served in started:
        served.stop()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    contexts: list[BrowserContext] = []

    def start(host: str, *, width: int = 1280, dark: bool = False) -> Visit:
        size = {"width": width, "height": 800 if width > 700 else 740}
        context = chromium.new_context(viewport=size, color_scheme="dark" if dark else "light")  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(SLOW_S * 1000)
        page = context.new_page()
        opened = Visit(page, host)
        page.on("request", lambda request: opened.requests.append(request.url))
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.on("console", lambda m: opened.complaints.append(m.text) if m.type == "error" else None)
        page.goto(host)
        page.wait_for_selector("#fresh .fresh, #fresh .state")
        return opened

    yield start
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="module")
def host(desk: Desk, serve: Callable[[Engine], Served]) -> str:
    return serve(desk.engine).host


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The widget floats on `/`, stands in the page on `/inline`, and is given a hard time on `/hostile`."""
    library = Library.open(tmp_path_factory.mktemp("site") / "library.db")
    site = Site(SiteDesk(library))
    asking = f'suggestions="{QUESTION}|{UNKNOWN}"'
    site.put("/", TAG)
    site.put("/inline", f'<ask-articles mode="inline" heading="Ask us" {asking}></ask-articles>{TAG}')
    site.put("/hostile", TAG + TAG, head='<link rel="stylesheet" href="/hostile.css">')
    yield site
    site.stop()
    library.close()


@pytest.fixture
def reading(chromium: Browser, site: Site) -> Iterator[Callable[..., Reader]]:
    readers: list[Reader] = []

    def start(path: str = "/", **how: Any) -> Reader:
        readers.append(read(chromium, site.origin + path, **how))
        return readers[-1]

    yield start
    for reader in readers:
        reader.context.close()
