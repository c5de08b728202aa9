"""The chat page for everyone: axe, the keyboard alone, a screen reader, a phone, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.browser.browsing import Visit
from tests.browser.desk import BUSY, QUESTION, UNKNOWN, answered, ask
from tests.scripted import scripted_answers

# Gradio counts its own queue in a way that pandas has deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def test_the_keyboard_alone_is_enough(host: str, visit: Callable[..., Visit]) -> None:
    page = visit(host).page
    for _ in range(10):
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
        page.keyboard.press("Tab")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("button.copy")).to_be_visible()
    for _ in range(10):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.classList.contains('cite')"):
            break
    chip = page.evaluate("document.activeElement.hash")
    page.keyboard.press("Enter")
    expect(page.locator(f"{chip}")).to_be_focused()
    page.keyboard.press("Tab")
    page.locator(f"{chip} a.back").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.hash") == chip


def test_a_phone_shows_the_sources_below_and_leads_to_them(host: str, visit: Callable[..., Visit]) -> None:
    page = visit(host, width=360).page
    answered(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    box, sources = page.locator("#ask").bounding_box(), page.locator("#sources").bounding_box()
    assert box
    assert sources
    assert sources["y"] >= box["y"] + box["height"]
    page.click("a.to-sources")
    expect(page.locator("#s1-1")).to_be_in_viewport()
    page.click("#s1-1 a.back")
    expect(page.locator("#c1-1")).to_be_focused()
    for chip in page.locator("a.cite").all():
        size = chip.bounding_box()
        assert size
        assert min(size["width"], size["height"]) >= 24


def test_no_screen_reader_is_given_raw_markup(host: str, visit: Callable[..., Visit]) -> None:
    page = visit(host).page
    answered(page)
    labels = page.evaluate("[...document.querySelectorAll('[aria-label]')].map(e => e.getAttribute('aria-label'))")
    assert not [label for label in labels if "<" in label]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_serious(width: int, dark: bool, host: str, visit: Callable[..., Visit]) -> None:
    page = visit(host, width=width, dark=dark).page
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (int(background.split("(")[1].split(",")[0]) < 128) == dark
    found = {"empty": axe(page)}
    answered(page)
    page.click("a.cite >> nth=0")
    found["answered"] = axe(page)
    ask(page, UNKNOWN)
    expect(page.locator(".state.silent")).to_be_visible()
    found["not answered"] = axe(page)
    for question in scripted_answers():
        ask(page, question)
        expect(page.locator(".asked").last).to_have_text(question)
        expect(page.locator("#box .submit-button")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    found["what stands beside an answer"] = axe(page)
    ask(page, BUSY)
    expect(page.locator(".state.broken")).to_be_visible()
    found["failed"] = axe(page)
    assert not any(found.values()), found


def axe(page: Page) -> list[str]:
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    violations = Axe().run(page, options=options).response["violations"]
    return [f"{v['impact']}: {v['id']} {[n['html'][:120] for n in v['nodes'][:3]]}" for v in violations]
