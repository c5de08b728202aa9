"""Takes the pictures of the chat page in this folder: `python docs/screenshots.py`.

A scripted answerer over made-up articles, so that the pictures show the page and not the state of an index.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from byline.serve.api import create_app
from byline.serve.engine import Freshness
from byline.serve.warm import Loaded, WarmEngine
from byline.testing import ScriptedAnswerer, demo_answers

HERE = Path(__file__).parent
EXAMPLES = (*demo_answers(), "When may buses use the bridge?", "Who pays for the repairs?")
UNKNOWN = "Who won the regatta?"
SIZES = {1280: 800, 360: 740}


def main() -> None:
    engine = WarmEngine(
        lambda: Loaded(ScriptedAnswerer(), lambda: Freshness(18, datetime(2026, 1, 14, tzinfo=UTC))), EXAMPLES
    )
    engine.start()
    server = uvicorn.Server(
        uvicorn.Config(create_app(engine), host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.1)
        host = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
            )
            for width in SIZES:
                for scheme in ("light", "dark"):
                    take(browser, host, width, scheme)
            browser.close()
    finally:
        server.should_exit = True
        thread.join()


def take(browser: Browser, host: str, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(host)
    page.wait_for_selector("#fresh .fresh")

    def picture(state: str) -> None:
        page.wait_for_timeout(300)
        page.screenshot(path=HERE / f"chat-{state}-{width}-{scheme}.png", full_page=width < 700)

    picture("empty")
    page.click(f"text={EXAMPLES[0]}")
    page.wait_for_selector("button.copy")
    if width > 700:  # on a phone the click leaves the answer for the sources
        page.click("a.cite >> nth=0")
    picture("answered")
    page.click("text=New conversation")
    page.wait_for_selector("#examples")
    page.fill("#box textarea", UNKNOWN)
    page.press("#box textarea", "Enter")
    page.wait_for_selector(".state.silent")
    picture("not-answered")
    context.close()


if __name__ == "__main__":
    main()
