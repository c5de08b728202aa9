"""The real thing, end to end: the demo articles, `byline serve` as its own process, a reader in a real browser."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.browsing import SLOW_S, Visit
from tests.browser.desk import ask

EXAMPLES = ("What did Modi propose at the Business Forum?", "Who was the first Indian in space?")
PROPOSED = "virtual trade corridor"
UNKNOWN = "Who won the 2024 US election?"


@pytest.fixture(scope="module")
def real_host(demo_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a `byline serve` that can answer; the process is ended by its id."""
    log = tmp_path_factory.mktemp("serve") / "stderr.txt"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    command = [sys.executable, "-m", "byline.cli", "serve", "--port", "0", "--index", str(demo_index)]
    with log.open("w") as stderr:
        server = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env={**environment, "BYLINE_EXAMPLES": json.dumps(EXAMPLES)},
        )
        try:
            assert server.stdout
            printed = re.search(r"http://[\w.:]+", server.stdout.readline())  # or the end, when the server ends
            assert printed, log.read_text()
            wait_until_ready(f"{printed[0]}/readyz", server)
            yield printed[0]
        finally:
            server.terminate()
            try:
                server.wait(SLOW_S)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
            if server.stdout:
                server.stdout.close()


def wait_until_ready(url: str, server: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 2 * SLOW_S
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended before it was ready"
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                assert json.load(response)["articles"] == 18
                return
        except urllib.error.HTTPError as error:  # 503 while it loads
            error.close()
        except OSError:  # not listening yet
            pass
        time.sleep(0.1)
    raise AssertionError("the server did not get ready")


def test_a_reader_gets_the_articles_own_words_and_no_others(real_host: str, visit: Callable[..., Visit]) -> None:
    seen = visit(real_host)
    page = seen.page
    expect(page.locator("#fresh")).to_have_text(re.compile(r"18\sarticles up to 19\sJanuary\s2026; checked .*ago"))
    expect(page.locator("#examples .example")).to_have_text(list(EXAMPLES))

    page.click(f"text={EXAMPLES[0]}")
    expect(page.locator("button.copy")).to_be_visible()
    expect(page.locator(".masthead")).to_be_in_viewport()
    said = page.locator(".said", has_text=PROPOSED).first
    sentence = said.evaluate("e => [...e.childNodes].map(words).join('');"
                             "function words(n) { return n.nodeName === 'A' ? '' :"
                             " n.nodeType === 3 ? n.data : [...n.childNodes].map(words).join('') }")  # fmt: skip
    cite = said.locator("a.cite").first
    card = page.locator(cite.get_attribute("href") or "")
    cite.click()
    expect(card).to_be_focused()
    expect(card.locator("mark.picked")).to_have_text(sentence)
    expect(card.locator("mark.picked")).to_be_in_viewport()
    assert PROPOSED in sentence
    expect(card.locator("a.headline")).to_have_attribute("href", re.compile(r"^https://[\w.]+\.example/.*#:~:text="))

    ask(page, UNKNOWN)
    expect(page.locator(".state.silent strong")).to_have_text("Nothing in the articles is about this.")
    expect(page.locator(".state.silent li a")).to_have_count(3)
    expect(page.locator(".asked")).to_have_count(2)

    page.reload()
    page.wait_for_selector("#fresh .fresh")
    expect(page.locator("#examples .example")).to_have_count(len(EXAMPLES))
    expect(page.locator(".asked")).to_have_count(0)
    assert seen.foreign == []
    assert seen.complaints == []
