"""Outside text stays text, whatever it holds; only http(s) addresses become links."""

from __future__ import annotations

import html
import string
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from byline.serve.markup import escape, link, plain, safe_url, text_fragment, url_at

HOSTILE = (
    "<script>alert(1)</script>",
    "![](https://x)",
    "[a](b)",
    "$x$",
    "$$x$$",
    "`code`",
    "https://x.example",
    "a@b.c",
)


@given(st.text())
@example("\x1c\x85\u2028")
def test_escaped_text_reads_back_as_itself_on_one_line(text: str) -> None:
    assert html.unescape(escape(text)) == plain(text)
    assert "\n" not in escape(text)


@given(st.text(alphabet=string.printable) | st.sampled_from(HOSTILE))
def test_no_punctuation_but_entities_is_left_to_act_on(text: str) -> None:
    without_entities = "".join(part.split(";", 1)[-1] for part in ("#;" + escape(text)).split("&"))
    assert not set(without_entities) & set(string.punctuation)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
        "data:text/html,x",
        "//evil.example/x", "/local", "file:///etc/passwd", "https://", "http:evil", "https://[", "ftp://x.example/",
        "https://publisher.example@evil.example/", "https://x.example/a b", "https:\\\\x.example", "", None,
    ],
)  # fmt: skip
def test_what_is_not_plainly_a_web_address_is_no_link(url: str | None) -> None:
    assert safe_url(url) is None
    assert "href" not in link(url_at(url, "some words"), "title")


def test_a_quote_in_an_address_cannot_end_the_attribute() -> None:
    shown = link(safe_url('https://x.example/"onmouseover="alert(1)'), 'a" onclick="x')
    assert shown.count('"') == 6  # href, target, rel
    assert "onmouseover=" not in shown


def test_a_fragment_encodes_its_own_separators() -> None:
    assert text_fragment("co-op, A&B: 50%") == "text=co%2Dop%2C%20A%26B%3A%2050%25"


def test_a_long_quote_names_its_first_and_last_words() -> None:
    words = "The two sides agreed to settle more of their trade in their own money, officials said, " + "and so on " * 9
    start, end = text_fragment(words + "until the very last word.").removeprefix("text=").split(",")
    assert unquote(start) == "The two sides agreed to settle"
    assert unquote(end) == "on until the very last word."


def test_a_quote_over_two_paragraphs_is_a_range_because_an_exact_match_ends_at_a_block() -> None:
    assert text_fragment("It opened.\n\nIt closed.") == "text=It%20opened.,It%20closed."


def test_a_fragment_whose_ends_would_overlap_stays_exact() -> None:
    assert "," not in text_fragment("Donaudampfschifffahrtsgesellschaft " * 5)


@given(st.text(min_size=1))
def test_a_fragment_has_no_character_that_would_end_it(words: str) -> None:
    assert not set(text_fragment(words)) & set("&#<>\"' -")


def test_the_fragment_follows_an_existing_one() -> None:
    assert url_at("https://x.example/a", "It") == "https://x.example/a#:~:text=It"
    assert url_at("https://x.example/a#part", "It") == "https://x.example/a#part:~:text=It"
    assert url_at("https://x.example/a", " ") == "https://x.example/a"
