"""Takes the pictures of the chat page and the widget in this folder: `.venv/bin/python docs/screenshots.py`.

The demo articles through the real server, with the examples of `make run`; nothing in the pictures is made up.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
UNKNOWN = "Who won the 2024 US election?"
BESIDE = {
    "correction": "Which annual summit did the leaders hold in Hyderabad House?",
    "premise": "Why did India–Russia trade reach $90 billion in 2023-24?",
}
"""Pictures of what stands beside an answer, each by its question."""

SIZES = {1280: 800, 360: 740}
MODES = ("bubble", "inline", "panel")


def main() -> None:
    examples = examples_of(HERE.parent / "Makefile")
    with tempfile.TemporaryDirectory() as index, serving(index, examples) as host, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        for width in SIZES:
            for scheme in ("light", "dark"):
                take(browser, host, width, scheme, json.loads(examples)[0])
                for mode in MODES:
                    take_widget(browser, host, mode, width, scheme, json.loads(examples))
        browser.close()


def examples_of(makefile: Path) -> str:
    """The JSON list that `make run` hands to the page."""
    (found,) = re.findall(r"^EXAMPLES := (.+)$", makefile.read_text(encoding="utf-8"), re.MULTILINE)
    return str(found)


@contextmanager
def serving(index: str, examples: str) -> Iterator[str]:
    """The address of a `byline serve` over the demo articles; it ends with the block."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    environment |= {"BYLINE_INDEX": index, "BYLINE_PORT": "0", "BYLINE_EXAMPLES": examples}
    byline = [sys.executable, "-m", "byline.cli"]
    subprocess.run([*byline, "sync", str(HERE.parent / "corpus")], check=True, env=environment)
    with subprocess.Popen([*byline, "serve"], stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            (host,) = re.findall(r"http://[\w.:]+", line)
            yield host
        finally:
            server.terminate()


def take(browser: Browser, host: str, width: int, scheme: str, question: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(host)
    page.wait_for_selector("#fresh .fresh:not(:has(.pulse))")

    def picture(state: str) -> None:
        page.wait_for_timeout(300)
        page.screenshot(path=HERE / f"chat-{state}-{width}-{scheme}.png", full_page=width < 700)

    picture("empty")
    page.click(f"text={question}")
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
    for state, asked in BESIDE.items():
        page.click("text=New conversation")
        page.wait_for_selector("#examples")
        page.fill("#box textarea", asked)
        page.press("#box textarea", "Enter")
        page.wait_for_selector(f".{state}")
        picture(state)
    context.close()


def take_widget(browser: Browser, host: str, mode: str, width: int, scheme: str, questions: list[str]) -> None:
    """On the page that a publisher would put it on, which is served with the demo page's strict policy."""
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{host}/widget/demo")
    page.evaluate(
        """([mode, questions]) => {
        document.querySelector('ask-articles:not([mode])').remove();
        if (mode === 'inline') document.querySelector('ask-articles').remove();
        const made = document.createElement('ask-articles');
        made.id = 'shown';
        made.setAttribute('mode', mode);
        made.setAttribute('suggestions', questions.join('|'));
        made.setAttribute('intro', 'Each number in an answer opens the words behind it.');
        if (mode === 'inline') document.querySelector('h2').after(made);
        else document.body.append(made); }""",
        [mode, questions],
    )
    widget = page.locator("#shown")

    def picture(state: str) -> None:
        page.wait_for_timeout(200)
        page.screenshot(path=HERE / f"widget-{mode}-{state}-{width}-{scheme}.png")

    if mode != "inline":
        widget.locator(".launcher").click()
    if mode == "bubble":
        picture("open")
    widget.get_by_text(questions[0]).click()
    widget.locator(".foot").wait_for()
    widget.locator(".chip").first.click()
    picture("answered")
    if mode == "panel":
        widget.locator("textarea").fill(UNKNOWN)
        widget.locator("textarea").press("Enter")
        widget.locator(".none").wait_for()
        picture("not-answered")
    context.close()


if __name__ == "__main__":
    main()
