"""The widget on a publisher's page, in a real browser: asking, citations, what is not answered, and hostile pages."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, expect

from tests.browser.desk import BUSY, ENDLESS, QUESTION, UNKNOWN
from tests.browser.site import KEPT, STRUCK, TAG, WRITTEN, Reader, Site, read
from tests.scripted import CORRECTED, DIFFERS, OPINION, PREMISE, RELATED, SPOKEN

LIMITED = {"title": "Too Many Requests", "status": 429, "detail": "Slow down.", "retry_after": 1}


def test_nothing_is_asked_for_or_kept_before_the_first_question(site: Site, reading: Callable[..., Reader]) -> None:
    reader = reading()
    reader.open()
    expect(reader.widget.locator("textarea")).to_be_focused()
    assert reader.requests == [f"{site.origin}/", f"{site.host}/widget/v1/ask.js"]
    assert reader.page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]
    reader.answered()
    asked = reader.requests[2:]
    assert sorted(asked) == [f"{site.host}/v1/ask", f"{site.host}/widget/v1/words/en.json"]
    assert reader.page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [1, 0, ""]
    assert reader.context.cookies() == []
    assert reader.complaints == []


def test_a_hostile_page_that_includes_it_twice_changes_nothing(reading: Callable[..., Reader]) -> None:
    looks, buttons = [], []
    for path in ("/", "/hostile"):
        reader = reading(path)
        expect(reader.widget).to_have_count(1)
        buttons.append(reader.widget.locator(".launcher").bounding_box())
        reader.open()
        reader.answered()
        reader.widget.locator(".chip").first.click()
        expect(reader.widget.locator("mark")).to_be_visible()
        looks.append(reader.widget.locator(".panel").screenshot())
        assert reader.complaints == []
    assert buttons[0] == buttons[1]
    assert looks[0] == looks[1]


def test_a_chip_opens_the_quoted_words_and_leads_to_them(reading: Callable[..., Reader]) -> None:
    reader = reading()
    reader.open()
    reader.answered()
    chip = reader.widget.locator(".chip").nth(1)
    expect(chip).to_have_attribute("aria-label", "Source 1: Harbour bridge reopens after nine months of repairs")
    chip.click()
    expect(chip).to_have_attribute("aria-expanded", "true")
    quote = reader.widget.locator(".quote")
    expect(quote.locator("mark")).to_have_text(
        "Its deck had been closed since April, when inspectors found cracks in two of the main bearings."
    )
    expect(quote).to_contain_text("opened to traffic again")
    expect(quote).to_contain_text("Thomas Ashby, Elena Sokolova · Northline Wire · January 12, 2026")
    address = quote.locator("a").get_attribute("href") or ""
    assert address.startswith("https://northline.example/local/harbour-bridge-reopens#:~:text=Its%20deck%20had")
    expect(quote.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    for each in reader.widget.locator("button:visible, a:visible").all():
        size = each.bounding_box()
        assert size
        assert min(size["width"], size["height"]) >= 24, each.text_content()
    chip.click()
    expect(quote).to_have_count(0)
    expect(reader.widget.locator(".sources li")).to_have_count(2)


def test_words_wait_until_they_are_checked_and_struck_ones_go(site: Site, reading: Callable[..., Reader]) -> None:
    reader = reading()
    reader.open()
    reader.ask(WRITTEN)
    pending, answer = reader.widget.locator(".pending"), reader.widget.locator(".answer")
    expect(pending.first).to_have_text(KEPT)
    site.desk.answerer.go.release()
    expect(pending).to_contain_text([STRUCK])
    expect(answer).to_contain_text(KEPT)
    site.desk.answerer.go.release()
    expect(answer).not_to_contain_text(STRUCK)
    site.desk.answerer.go.release()
    reader.widget.locator(".foot").wait_for()
    expect(reader.widget.locator(".said p").first).to_contain_text(KEPT)
    expect(reader.widget.locator(".chip")).to_have_count(1)


def test_one_announcement_for_an_answer(reading: Callable[..., Reader]) -> None:
    reader = reading()
    reader.open()
    reader.page.evaluate(
        """() => { const status = document.querySelector('ask-articles').shadowRoot.querySelector('[role=status]');
        window.told = [];
        new MutationObserver(() => told.push(status.textContent)).observe(status, {childList: true}) }"""
    )
    reader.answered()
    assert reader.page.evaluate("told") == ["Answer ready. Sources: 2."]
    reader.answered(UNKNOWN)
    assert reader.page.evaluate("told").pop() == "Nothing in the articles is about this."
    assert len(reader.page.evaluate("told")) == 2


def test_what_is_not_answered_looks_like_no_answer(reading: Callable[..., Reader]) -> None:
    reader = reading("/inline")
    reader.widget.get_by_text(UNKNOWN).click()
    none = reader.widget.locator(".none")
    expect(none.locator("strong")).to_have_text("Nothing in the articles is about this.")
    expect(none.locator(".list a")).to_have_count(2)
    reader.answered(RELATED)
    last = reader.widget.locator(".none").last
    expect(last.locator("blockquote")).to_contain_text("The council has not said who will pay the difference.")
    expect(last.locator(".kind")).to_have_text("Opinion")
    expect(reader.widget.locator(".answer")).to_have_count(0)


def test_what_stands_beside_an_answer_is_told(reading: Callable[..., Reader]) -> None:
    reader = reading("/inline")
    reader.answered(DIFFERS)
    values = reader.widget.locator(".sides b")
    expect(values).to_have_text(["34 people", "41 people"])
    reader.widget.locator(".sides .chip").nth(1).click()
    expect(reader.widget.locator("mark")).to_have_text("Rescue workers say that 41 people were killed in the mine.")
    reader.answered(CORRECTED)
    expect(reader.widget.locator(".note strong").last).to_have_text("Corrected on March 5, 2026")
    reader.answered(PREMISE)
    expect(reader.widget.locator(".amber p")).to_contain_text("the articles say “41 million crowns” instead.")
    reader.answered(SPOKEN)
    expect(reader.widget.locator(".lead").last).to_have_text("— Mayor Ada Lindqvist ")
    expect(reader.widget.locator(".note .list a").last).to_have_text("The bridge is open. The bill is not settled")
    reader.answered(OPINION)
    expect(reader.widget.locator(".said .kind").last).to_have_text("Opinion")
    assert reader.complaints == []


def test_stop_ends_the_answer_on_the_server_too(site: Site, reading: Callable[..., Reader]) -> None:
    reader = reading()
    reader.open()
    site.desk.answerer.closed.clear()
    reader.ask(ENDLESS)
    reader.widget.get_by_role("button", name="Stop").click()
    expect(reader.widget.locator(".note")).to_have_text("Stopped.")
    expect(reader.widget.locator("textarea")).to_be_focused()
    assert site.desk.answerer.closed.wait(10)
    reader.answered()


def test_feedback_is_sent_and_thanked_for(site: Site, reading: Callable[..., Reader]) -> None:
    reader = reading()
    reader.open()
    reader.answered()
    with reader.page.expect_response("**/v1/feedback") as told:
        reader.widget.get_by_role("button", name="Yes", exact=True).click()
    assert (told.value.request.post_data_json or {})["rating"] == 1
    assert told.value.ok
    expect(reader.widget.get_by_role("button", name="Yes", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(reader.widget.locator(".feedback [role=status]")).to_have_text("Thank you.")


def test_limits_and_faults_say_when_to_ask_again(reading: Callable[..., Reader]) -> None:
    reader = reading()
    reader.open()
    reader.ask(BUSY)
    expect(reader.widget.locator(".red")).to_contain_text("Please try again in 5 s.")
    cors = {"access-control-allow-origin": "*", "access-control-expose-headers": "Retry-After", "retry-after": "1"}
    reader.page.route("**/v1/ask", lambda route: route.fulfill(status=429, json=LIMITED, headers=cors))
    reader.ask(QUESTION)
    again = reader.widget.get_by_role("button", name="Try again").last
    expect(again).to_be_disabled()
    expect(reader.widget.locator(".red").last).to_contain_text("Many questions are being asked just now.")
    reader.page.unroute("**/v1/ask")
    expect(again).to_be_enabled()
    again.click()
    reader.widget.locator(".foot").wait_for()
    expect(reader.widget.locator(".red")).to_have_count(1)


def test_a_server_out_of_reach_is_told_and_the_question_is_kept(reading: Callable[..., Reader]) -> None:
    reader = reading()
    reader.open()
    reader.context.set_offline(True)
    reader.ask(QUESTION)
    expect(reader.widget.locator(".red")).to_contain_text("Offline?")
    reader.context.set_offline(False)
    reader.widget.locator(".red").get_by_role("button", name="Ask").click()
    reader.widget.locator(".foot").wait_for()
    expect(reader.widget.locator(".question")).to_have_text([QUESTION])


def test_a_site_that_is_not_allowed_gets_no_answer(site: Site, chromium: Browser) -> None:
    elsewhere = Site(site.desk)
    elsewhere.pages["/"] = ("text/html", f"<h1>x</h1>{TAG.replace('{host}', site.host)}", "")
    reader = read(chromium, f"{elsewhere.origin}/")
    reader.open()
    asked = len(site.desk.answerer.asked)
    reader.ask(QUESTION)
    reader.widget.locator(".red").wait_for()
    assert len(site.desk.answerer.asked) == asked
    reader.context.close()
    elsewhere.stop()


def test_the_next_page_of_the_visit_has_the_conversation(site: Site, reading: Callable[..., Reader]) -> None:
    reader = reading()
    reader.open()
    reader.answered()
    reader.page.goto(site.put("/next", TAG))
    expect(reader.widget.locator(".panel")).not_to_be_visible()
    reader.open()
    expect(reader.widget.locator(".question")).to_have_text([QUESTION])
    expect(reader.widget.locator(".foot")).to_contain_text("Did this help?")
    reader.answered(UNKNOWN)
    assert [turn.role for turn in site.desk.answerer.asked[-1].history] == ["user", "assistant"]
    reader.widget.get_by_role("button", name="New conversation").click()
    expect(reader.widget.locator(".turn")).to_have_count(0)
    assert reader.page.evaluate("sessionStorage.length") == 0
    site.put("/none", TAG.replace("async", 'async data-memory="none"'))
    reader.page.goto(f"{site.origin}/none")
    reader.open()
    reader.answered()
    assert reader.page.evaluate("sessionStorage.length") == 0


def test_the_page_may_drive_it_and_is_told_what_happens(site: Site, reading: Callable[..., Reader]) -> None:
    reader = reading()
    told = reader.page.evaluate(
        """async (question) => {
        const element = document.querySelector('ask-articles'), told = [];
        for (const name of ['open', 'close', 'question', 'answer', 'cite', 'error']) {
          addEventListener('ask-' + name, ({detail}) => told.push([name, detail.question ?? detail.number ?? null])); }
        addEventListener('ask-question', (event) => event.detail.question === 'No' && event.preventDefault());
        element.toggle(); element.close(); element.toggle();
        told.push(await element.ask('No'));
        const answer = await element.ask(question);
        element.shadowRoot.querySelector('.chip').click();
        element.reset(); element.removeAttribute('open');
        return [...told, answer.answered, element.shadowRoot.querySelectorAll('.turn').length]; }""",
        QUESTION,
    )
    assert told == [
        ["open", None], ["close", None], ["open", None], ["question", "No"], None, ["question", QUESTION],
        ["answer", QUESTION], ["cite", 1], ["close", None], True, 0,
    ]  # fmt: skip


def test_it_lives_through_what_single_page_applications_do(site: Site, reading: Callable[..., Reader]) -> None:
    reader = reading("/inline")
    reader.answered()
    page, turns = reader.page, reader.widget.locator(".turn")
    page.evaluate("document.body.append(document.querySelector('ask-articles'))")
    expect(turns).to_have_count(1)
    site.desk.answerer.closed.clear()
    reader.ask(ENDLESS)
    page.evaluate("document.querySelector('main').append(document.querySelector('ask-articles'))")
    expect(reader.widget.get_by_role("button", name="Stop")).to_be_visible()
    page.evaluate("window.kept = document.querySelector('ask-articles'); kept.remove()")
    assert site.desk.answerer.closed.wait(10)
    page.evaluate("document.body.append(kept)")
    reader.answered(UNKNOWN)
    floats = reading()
    floats.open()
    floats.page.evaluate("document.body.replaceWith(document.createElement('body'))")
    floats.answered()
    floats.page.evaluate("document.documentElement.append(document.querySelector('ask-articles'))")
    expect(floats.widget.locator(".panel")).to_be_visible()
    floats.page.keyboard.press("Escape")
    expect(floats.widget.locator(".launcher")).to_be_visible()
    assert floats.complaints == reader.complaints == []


def test_it_comes_back_from_the_cache_of_pages(site: Site, chromium: Browser) -> None:
    site.put("/other", "")
    cached = chromium.browser_type.launch(
        executable_path="/usr/bin/chromium", ignore_default_args=["--disable-back-forward-cache"],
        args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"],
    )  # fmt: skip
    reader = read(cached, f"{site.origin}/")
    reader.page.evaluate("addEventListener('pageshow', (event) => { window.back = event.persisted })")
    reader.open()
    reader.answered()
    reader.ask(ENDLESS)
    expect(reader.widget.get_by_role("button", name="Stop")).to_be_visible()
    reader.page.goto(f"{site.origin}/other")
    reader.page.go_back(wait_until="commit")
    assert reader.page.evaluate("window.back") is True
    expect(reader.widget.locator(".turn")).to_have_count(2)
    expect(reader.widget.locator(".note")).to_have_text("Stopped.")
    reader.answered(UNKNOWN)
    cached.close()
