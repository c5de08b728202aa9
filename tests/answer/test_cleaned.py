"""What a model wrote becomes plain words, whatever it wrote."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.answer.cleaned import cleaned, domains

ZERO_WIDTH = "\u200b\u2060\ufeff\u202e\u2066\U000e0041"
PIECES = st.sampled_from(
    [
        "[1]", "[label](http://evil.example/x)", "![i](https://evil.example/p.png)", "![a][r]", "[r]: http://e.example",
        "<img src=x onerror=alert(1)>", "<script>", "</script>", "&lt;b&gt;", "&amp;lt;i&amp;gt;", "**bold**", "`code`",
        "# Head", "> said", "- item", "1. item", "http://", "www.evil.example", "//evil.example/a",
        "javascript:alert(1)", "data:text/html,x", "a@evil.example", "evil.example/path", "The", "price", "fell", "3.5",
        "<5", "> 7", "“Yes”", "\u200b", "\u202e", "|", "_", "__x__", "[", "]", "(", ")", "!", "<", ">", "\n", " ",
        "[^2]", "【3】", "~~no~~",
    ]
)  # fmt: skip
MARKUP = re.compile(r"[\[\]`*{}|~\\]|!\(|<\s*[A-Za-z/!?]|://|\bwww\.|\b(?:javascript|data|mailto):", re.IGNORECASE)


@given(st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join))
def test_no_link_image_or_markup_is_left(raw: str) -> None:
    made = cleaned(raw).text
    assert not MARKUP.search(made), made
    assert not set(made) & set(ZERO_WIDTH)
    assert "\n" not in made


@given(st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join))
def test_cleaning_what_is_clean_changes_nothing(raw: str) -> None:
    once = cleaned(raw).text
    assert cleaned(once).text == once


@pytest.mark.parametrize(
    ("raw", "text", "hints"),
    [
        ("Trade hit $68.7 billion [1].", "Trade hit $68.7 billion.", (1,)),
        ("It rose by 5% [2, 3][4].", "It rose by 5%.", (2, 3, 4)),
        ("It rose.【7】", "It rose.", (7,)),
        ("The **deal** was [signed](https://x.example) in `Delhi`.", "The deal was signed in Delhi.", ()),
        ("![track](https://x.example/p.png) The deal was signed.", "The deal was signed.", ()),
        ("- The rate is <5% and not > 7.", "The rate is <5% and not > 7.", ()),
        ("He said “no”, and left – at 9 a.m.", "He said “no”, and left – at 9 a.m.", ()),
        ("See www.evil.example/a?b=c now.", "See now.", ()),
        ("व्यापार 100 अरब डॉलर होगा। [1]", "व्यापार 100 अरब डॉलर होगा।", (1,)),
        ("It costs &lt;script&gt;alert(1)&lt;/script&gt; 5 crowns.", "It costs alert(1) 5 crowns.", ()),
    ],
)
def test_words_stay_and_markers_become_hints(raw: str, text: str, hints: tuple[int, ...]) -> None:
    made = cleaned(raw)
    assert (made.text, made.hints) == (text, hints)


def test_what_a_client_would_take_for_an_address_is_seen() -> None:
    assert domains("Ask at evil.example, not at 3.5 or the U.S. embassy.") == {"evil.example"}
