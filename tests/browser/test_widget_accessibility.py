"""The widget for everyone: axe in every state, the keyboard alone, small and zoomed screens, right to left.

`WIDGET_AXE=1` tries every combination of scheme, width and direction; else each pair of them is tried once.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import product

import pytest
from playwright.sync_api import expect

from tests.browser.desk import BUSY, QUESTION, UNKNOWN
from tests.browser.site import TAG, WRITTEN, Reader, Site
from tests.browser.test_chat_accessibility import axe
from tests.browser.test_widget import LIMITED
from tests.scripted import CORRECTED, DIFFERS, PREMISE, RELATED

EVERY = list(product(("light", "dark"), (1280, 320), ("ltr", "rtl")))
# Each pair of values occurs in one of these.
PAIRS = [("light", 1280, "ltr"), ("light", 320, "rtl"), ("dark", 1280, "rtl"), ("dark", 320, "ltr")]
# What reaches out of the window, or has to be scrolled sideways.
WIDE = """[...document.querySelector('ask-articles').shadowRoot.querySelectorAll('.log, .turn, .turn *')]
  .filter((e) => e.getBoundingClientRect().right > innerWidth || (e.clientWidth && e.scrollWidth > e.clientWidth + 1))
  .map((e) => e.className || e.tagName)"""
CORS = {"access-control-allow-origin": "*", "access-control-expose-headers": "Retry-After", "retry-after": "9"}


@pytest.mark.parametrize(("scheme", "width", "direction"), EVERY if os.environ.get("WIDGET_AXE") else PAIRS)
def test_axe_finds_nothing_in_any_state(
    scheme: str, width: int, direction: str, site: Site, reading: Callable[..., Reader]
) -> None:
    path = f"/axe-{direction}"
    site.put(
        path, TAG.replace("async", f'async data-suggestions="{QUESTION}|{UNKNOWN}"'), direction=direction, policy=""
    )
    reader = reading(path, width=width, color_scheme=scheme)
    page, found = reader.page, {"closed": axe(reader.page)}
    expect(reader.widget.locator(".root")).to_have_class("root dark" if scheme == "dark" else "root")
    reader.open()
    found["open"] = axe(page)
    reader.ask(WRITTEN)
    expect(reader.widget.locator(".pending").first).to_be_visible()
    found["streaming"] = axe(page)
    for _ in range(3):
        site.desk.answerer.go.release()
    reader.widget.locator(".foot").wait_for()
    for question in (QUESTION, DIFFERS, CORRECTED, PREMISE):
        reader.answered(question)
        reader.widget.locator(".turn").last.locator(".chip").first.click()
    found["answered"] = axe(page)
    for question in (UNKNOWN, RELATED):
        reader.answered(question)
    found["not answered"] = axe(page)
    reader.ask(BUSY)
    expect(reader.widget.locator(".red")).to_have_count(1)
    found["error"] = axe(page)
    page.route("**/v1/ask", lambda route: route.fulfill(status=429, json=LIMITED, headers=CORS))
    reader.ask(QUESTION)
    expect(reader.widget.locator(".red")).to_have_count(2)
    found["limited"] = axe(page)
    assert len(found) == 7
    assert not any(found.values()), found
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_demo_page_is_clean_and_keeps_its_own_policy(site: Site, reading: Callable[..., Reader]) -> None:
    for scheme, width in (("light", 1280), ("dark", 320)):
        reader = reading("/", width=width, color_scheme=scheme)
        reader.complaints.clear()
        reader.page.goto(f"{site.host}/widget/demo")
        inline = reader.page.locator("ask-articles[mode=inline]")
        inline.locator("textarea").fill(QUESTION)
        reader.page.keyboard.press("Enter")
        inline.locator(".foot").wait_for()
        assert reader.complaints == []
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe(reader.page) == []


def test_a_whole_conversation_by_keyboard_alone(reading: Callable[..., Reader]) -> None:
    reader = reading()
    keys, widget = reader.page.keyboard, reader.widget
    keys.press("Tab")
    expect(widget.locator(".launcher")).to_be_focused()
    keys.press("Enter")
    expect(widget.locator("textarea")).to_be_focused()
    keys.type("How much did the bridge")
    keys.press("Shift+Enter")
    expect(widget.locator("textarea")).to_have_value("How much did the bridge\n")
    keys.press("Backspace")
    keys.type(" repairs cost?")
    keys.press("Enter")
    widget.locator(".foot").wait_for()
    expect(widget.locator("textarea")).to_be_focused()
    for _ in range(12):
        keys.press("Shift+Tab")
        if widget.locator(".chip:focus").count():
            break
    keys.press("Enter")
    expect(widget.locator(".chip:focus")).to_have_attribute("aria-expanded", "true")
    keys.press("Tab")
    expect(widget.locator(".quote a")).to_be_focused()
    keys.press("Escape")
    expect(widget.locator(".panel")).not_to_be_visible()
    expect(widget.locator(".launcher")).to_be_focused()
    keys.press("Enter")
    expect(widget.locator(".question")).to_have_count(1)
    keys.type(UNKNOWN)
    keys.press("Enter")
    widget.locator(".none").wait_for()


def test_a_phone_has_a_whole_page_that_keeps_the_focus(reading: Callable[..., Reader]) -> None:
    reader = reading(width=360, height=740)
    reader.open()
    assert reader.widget.locator(".panel").bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert reader.widget.locator("dialog:modal").count() == 1
    reader.answered()
    for _ in range(20):
        reader.page.keyboard.press("Tab")
        assert reader.page.evaluate("['ASK-ARTICLES', 'BODY'].includes(document.activeElement.tagName)")
    reader.page.keyboard.press("Escape")
    expect(reader.widget.locator(".launcher")).to_be_focused()


@pytest.mark.parametrize(("width", "height", "scale"), [(320, 568, 1), (320, 200, 4)], ids=["phone", "400 %"])
@pytest.mark.parametrize("path", ["/", "/inline"])
def test_small_and_zoomed_screens_scroll_one_way(
    path: str, width: int, height: int, scale: int, reading: Callable[..., Reader]
) -> None:
    reader = reading(path, width=width, height=height, device_scale_factor=scale)
    if path == "/":
        reader.open()
    for question in (QUESTION, DIFFERS, RELATED):
        reader.answered(question)
        reader.widget.locator(".turn").last.locator(".chip").first.click()
    assert reader.page.evaluate(WIDE) == []
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
    reader.widget.locator("textarea").scroll_into_view_if_needed()
    expect(reader.widget.locator("textarea")).to_be_in_viewport(ratio=1)


def test_right_to_left_is_mirrored_and_english_stays_english(site: Site, reading: Callable[..., Reader]) -> None:
    site.put("/ar", TAG, lang="ar", direction="rtl")
    reader = reading("/ar")
    launcher = reader.widget.locator(".launcher")
    expect(launcher).to_have_text("اسأل مقالاتنا")
    box = launcher.bounding_box()
    assert box
    assert box["x"] == 16
    reader.open()
    reader.answered()
    expect(reader.widget.locator(".sources h4")).to_have_text("المصادر")
    said = reader.widget.locator(".said p").first
    assert said.evaluate("e => getComputedStyle(e).unicodeBidi") == "plaintext"
    chip, close = reader.widget.locator(".chip").first.bounding_box(), reader.widget.locator(".close").bounding_box()
    panel = reader.widget.locator(".panel").bounding_box()
    assert chip
    assert close
    assert panel
    assert panel["x"] == 16
    assert close["x"] < panel["x"] + panel["width"] / 2


@pytest.mark.parametrize(
    ("language", "name", "sources"), [("de-CH", "Unsere Artikel fragen", "Quellen"), ("hi", "हमारे लेखों से पूछें", "स्रोत")]
)
def test_it_speaks_the_language_of_the_page(
    language: str, name: str, sources: str, site: Site, reading: Callable[..., Reader]
) -> None:
    site.put(f"/{language}", TAG, lang=language)
    reader = reading(f"/{language}")
    expect(reader.widget.locator(".launcher")).to_have_text(name)
    reader.open()
    reader.answered()
    expect(reader.widget.locator(".sources h4")).to_have_text(sources)
    assert reader.requests[-1].startswith(site.host)


def test_print_forced_colours_and_motion_are_respected(reading: Callable[..., Reader]) -> None:
    reader = reading(reduced_motion="no-preference")
    reader.open()
    reader.answered()
    moves = "e => getComputedStyle(e, '::before').animationName"
    reader.ask(WRITTEN)
    expect(reader.widget.locator(".pending").first).to_be_visible()
    working = reader.widget.locator(".working")
    assert working.evaluate(moves) == "pulse"
    reader.page.emulate_media(reduced_motion="reduce")
    assert working.evaluate(moves) == "none"
    reader.page.emulate_media(forced_colors="active")
    chip = reader.widget.locator(".chip").first
    assert chip.evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"
    reader.page.emulate_media(media="print")
    expect(reader.widget.locator(".panel")).not_to_be_visible()
