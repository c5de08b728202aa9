"""The chat page in a real browser: reading, citations, conversations, stopping, refusals, hostile articles."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Dialog, expect

from byline.errors import StorageError
from byline.library.freshness import Freshness, SourceState
from byline.serve.warm import Loaded, WarmEngine
from byline.testing import ScriptedAnswerer, demo_answers
from tests.browser.browsing import Served, Visit
from tests.browser.desk import BUSY, ENDLESS, HOSTILE_QUESTION, QUESTION, TOO_LONG, UNKNOWN, Desk, answered, ask
from tests.scripted import CORRECTED, DIFFERS, PREMISE, RELATED, SPOKEN

# Gradio counts its own queue in a way that pandas has deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]


def test_a_reader_asks_reads_and_opens_the_words_behind_a_sentence(host: str, visit: Callable[..., Visit]) -> None:
    seen = visit(host)
    page = seen.page
    expect(page.locator("#fresh")).to_have_text("18 articles up to 12 January 2026")
    expect(page.locator("#fresh")).to_have_attribute("role", "status")
    answered(page)
    expect(page.locator(".said")).to_have_count(3)
    expect(page.locator("#examples")).not_to_be_visible()
    page.click("a.cite >> nth=1")
    expect(page.locator("#s1-1")).to_be_focused()
    expect(page.locator("mark.picked")).to_have_count(1)
    expect(page.locator("mark.picked")).to_have_text("Its deck had been closed since April, when inspectors found "
                                                     "cracks in two of the main bearings.")  # fmt: skip
    expect(page.locator("mark.picked")).to_be_in_viewport()
    assert "#:~:text=" in (page.get_attribute("#s1-1 a.headline", "href") or "")
    assert seen.foreign == []
    assert seen.complaints == []


def test_what_the_articles_do_not_say_looks_like_no_answer(host: str, visit: Callable[..., Visit]) -> None:
    page = visit(host).page
    page.click(f"text={UNKNOWN}")
    expect(page.locator(".state.silent strong")).to_have_text("Nothing in the articles is about this.")
    expect(page.locator(".state.silent li a")).to_have_count(2)
    expect(page.locator("a.cite")).to_have_count(0)


def test_related_reporting_is_shown_with_its_words_and_not_as_an_answer(host: str, visit: Callable[..., Visit]) -> None:
    page = visit(host).page
    ask(page, RELATED)
    expect(page.locator(".state.silent strong")).to_have_text(
        "The articles report on this, but do not answer the question."
    )
    expect(page.locator(".said")).to_have_count(0)
    expect(page.locator(".nearest .byline")).to_contain_text("Opinionby Ines Okafor")
    page.click(".nearest a.cite")
    expect(page.locator("mark.picked")).to_have_text("The council has not said who will pay the difference.")


def test_what_differs_stands_side_by_side_and_opens_its_words(host: str, visit: Callable[..., Visit]) -> None:
    seen = visit(host)
    page = seen.page
    ask(page, DIFFERS)
    values = page.locator(".differ .value")
    expect(values).to_have_text(["34 people", "41 people"])
    left, right = (values.nth(n).bounding_box() for n in range(2))
    assert left
    assert right
    assert left["y"] == right["y"]
    assert left["x"] < right["x"]
    page.click(".differ a.cite >> nth=1")
    expect(page.locator("#s1-2")).to_be_focused()
    expect(page.locator("mark.picked")).to_have_text("Rescue workers say that 41 people were killed in the mine.")
    assert seen.complaints == []


def test_a_correction_a_premise_and_a_speaker_are_seen(host: str, visit: Callable[..., Visit]) -> None:
    page = visit(host).page
    ask(page, CORRECTED)
    expect(page.locator(".correction strong")).to_have_text("Corrected on 5 March 2026.")
    ask(page, PREMISE)
    expect(page.locator(".premise")).to_contain_text("the articles have “41 million crowns”")
    ask(page, SPOKEN)
    expect(page.locator(".speaker")).to_have_text("— Mayor Ada Lindqvist")
    lead, said = (
        page.evaluate("s => getComputedStyle(document.querySelector(s)).color", name) for name in (".lead", ".said")
    )
    assert lead != said


def test_an_older_citation_brings_its_own_sources_back(host: str, visit: Callable[..., Visit]) -> None:
    page = visit(host).page
    answered(page)
    ask(page, UNKNOWN)
    expect(page.locator(".state.silent")).to_be_visible()
    expect(page.locator("#sources-1")).not_to_be_visible()
    page.click("a.cite >> nth=0")
    expect(page.locator("#s1-1")).to_be_focused()
    expect(page.locator("#sources-2")).not_to_be_visible()


def test_a_citation_is_an_anchor_that_works_without_the_script(host: str, visit: Callable[..., Visit]) -> None:
    page = visit(host).page
    answered(page)
    ask(page, UNKNOWN)
    expect(page.locator(".state.silent")).to_be_visible()
    page.evaluate("location.hash = 's1-2'")
    expect(page.locator("#s1-2")).to_be_visible()
    expect(page.locator("#sources-2")).not_to_be_visible()


def test_a_follow_up_carries_the_conversation_in_plain_words(
    desk: Desk, host: str, visit: Callable[..., Visit]
) -> None:
    page = visit(host).page
    answered(page)
    ask(page, UNKNOWN)
    expect(page.locator(".state.silent")).to_be_visible()
    history = desk.answerer.asked[-1].history
    assert [turn.role for turn in history] == ["user", "assistant"]
    assert history[1].content.startswith("The repairs cost 41 million crowns")
    page.click("text=New conversation")
    expect(page.locator(".asked")).to_have_count(0)
    expect(page.locator("#examples")).to_be_visible()
    answered(page)
    assert desk.answerer.asked[-1].history == ()


def test_stop_ends_the_answer_and_gives_the_box_back(desk: Desk, host: str, visit: Callable[..., Visit]) -> None:
    page = visit(host).page
    expect(page.locator("#box .stop-button")).to_have_count(0)
    ask(page, ENDLESS)
    page.click("#box .stop-button")
    expect(page.locator(".state.stopped")).to_be_visible()
    assert desk.answerer.closed.wait(10)
    expect(page.locator("#box .submit-button")).to_be_visible()
    answered(page)


def test_a_new_conversation_ends_the_answer_that_runs(host: str, visit: Callable[..., Visit]) -> None:
    page = visit(host).page
    ask(page, ENDLESS)
    expect(page.locator("#log .working")).to_be_visible()
    page.click("text=New conversation")
    expect(page.locator(".asked")).to_have_count(0)
    expect(page.locator("#examples")).to_be_visible()
    answered(page)
    expect(page.locator(".asked")).to_have_count(1)


@pytest.mark.parametrize(("question", "words"), [(TOO_LONG, "Ask in fewer words."), (BUSY, "ask again in a moment")])
def test_a_failure_is_said_in_the_page_and_the_question_is_kept(
    question: str, words: str, host: str, visit: Callable[..., Visit]
) -> None:
    page = visit(host).page
    ask(page, question)
    expect(page.locator(".state.broken")).to_contain_text(words)
    expect(page.locator(".state.broken")).not_to_contain_text("secret")
    expect(page.locator("#box textarea")).to_have_value(question)


def test_hostile_articles_run_nothing_and_fetch_nothing(host: str, visit: Callable[..., Visit]) -> None:
    seen = visit(host)
    page = seen.page
    dialogs: list[str] = []

    def seen_dialog(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", seen_dialog)
    scripts = page.locator("script").count()
    ask(page, HOSTILE_QUESTION)
    expect(page.locator("button.copy")).to_be_visible()
    page.click(".said a.cite")
    page.wait_for_timeout(500)
    assert dialogs == []
    assert seen.foreign == []
    assert page.locator("script").count() == scripts
    acting = ".prose :is(img, style, form, script, .katex)"
    assert page.evaluate("s => [...document.querySelectorAll(s)].map(e => e.outerHTML)", acting) == []
    assert page.locator("#sources a[target], #log a[target]").count() == 0
    expect(page.locator(".said")).to_contain_text("<script>alert(1)</script>")
    for beside in (".lead", ".speaker", ".correction", ".premise", ".differ", ".newer"):
        expect(page.locator(beside)).to_contain_text("<script>alert(1)</script>")
    expect(page.locator(".asked")).to_have_text(HOSTILE_QUESTION)


def test_copying_takes_the_words_their_numbers_and_their_sources(host: str, visit: Callable[..., Visit]) -> None:
    page = visit(host).page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answered(page)
    page.click("button.copy")
    expect(page.locator("button.copy")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(
        "The repairs cost 41 million crowns, 9 million more than the council had set aside. [1] Its"
    )
    assert "[2] The bridge is open. The bill is not settled, " in copied
    assert "https://northline.example/local/harbour-bridge-reopens" in copied


def test_a_question_asked_before_the_articles_are_there_waits_for_them(
    serve: Callable[[WarmEngine], Served], visit: Callable[..., Visit]
) -> None:
    go = threading.Event()

    def build() -> Loaded:
        go.wait(60)
        return Loaded(ScriptedAnswerer(), lambda: Freshness(1))

    engine = WarmEngine(build)
    engine.start()
    page = visit(serve(engine).host).page
    expect(page.locator("#fresh")).to_contain_text("Preparing the articles")
    ask(page, QUESTION)
    expect(page.locator("#log .working")).to_contain_text("Preparing the articles")
    go.set()
    expect(page.locator("#fresh")).to_have_text("1 article")
    expect(page.locator("button.copy")).to_be_visible()


def test_a_page_says_when_its_articles_are_behind_and_an_answer_about_now_does_too(
    serve: Callable[[WarmEngine], Served], visit: Callable[..., Visit]
) -> None:
    now = datetime(2026, 1, 15, 12, tzinfo=UTC)
    checks = [timedelta(minutes=5), timedelta(days=3)]

    def freshness() -> Freshness:
        when = now - checks[0]
        source = SourceState("/secret/articles", when, when, articles=18)
        return Freshness(18, datetime(2026, 1, 12), (source,), timedelta(days=1), now)

    answer = replace(demo_answers()[QUESTION], warning="These articles were last checked 3 days ago.")
    engine = WarmEngine(lambda: Loaded(ScriptedAnswerer({QUESTION: answer}), freshness))
    engine.start()
    seen = visit(serve(engine).host)
    page = seen.page
    expect(page.locator("#fresh")).to_have_text("18 articles up to 12 January 2026; checked 5 minutes ago")
    expect(page.locator("#fresh .late")).to_have_count(0)
    del checks[0]
    page.reload()
    expect(page.locator("#fresh .late")).to_contain_text("checked 3 days ago. They may be out of date")
    answered(page)
    expect(page.locator(".warning")).to_have_text("These articles were last checked 3 days ago.")
    assert "secret" not in page.content()
    assert seen.complaints == []


def test_a_library_that_cannot_be_opened_is_said_and_closes_the_box(
    serve: Callable[[WarmEngine], Served], visit: Callable[..., Visit]
) -> None:
    def build() -> Loaded:
        raise StorageError("/secret/index is on a disk that is full.")

    engine = WarmEngine(build)
    engine.start()
    page = visit(serve(engine).host).page
    expect(page.locator("#fresh")).to_contain_text("could not be opened")
    expect(page.locator("#fresh")).not_to_contain_text("secret")
    expect(page.locator("#box textarea")).to_be_disabled()
