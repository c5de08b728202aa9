from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.ingest.text.characters import clean_characters
from byline.ingest.text.clean import clean_line, clean_text

FRAGMENTS = (
    *(
        "<p>",
        "</p>",
        "<b>",
        "<",
        ">",
        "&amp;",
        "&lt;",
        "&#38;",
        "amp;",
        "&",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<h2>",
    ),
    *(
        "**",
        "*",
        "_",
        "__",
        "~~",
        "`",
        "[",
        "]",
        "](",
        "http://a.b/",
        ")",
        "![",
        "#",
        "##",
        "---",
        "-",
        "|",
        "\\",
        "<li>",
    ),
    *("a", "Ab.", "/x.png", "Advertisement", '"', "“", "”", "\n", "\n\n", " ", "\t", "क", "👨"),
    *("\u200d", "\u0301", "\u200b", "\ufe0f", "\ud800", "\ud83d", "\0"),
)
MESSY = st.one_of(st.text(), st.lists(st.sampled_from(FRAGMENTS)).map("".join))


@settings(max_examples=400, deadline=None)
@given(MESSY)
def test_cleaning_again_changes_nothing(raw: str) -> None:
    once = clean_text(raw)
    assert clean_text(once) == once


@settings(max_examples=300, deadline=None)
@given(MESSY)
def test_canonical_form(raw: str) -> None:
    text = clean_text(raw)
    assert unicodedata.is_normalized("NFC", text)
    assert "  " not in text
    assert "\n\n\n" not in text
    assert all(line == line.strip() and line for line in text.split("\n\n")) or not text
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in text.replace("\n", ""))
    assert not set(text) & set("\u200b\u202a\u202e\u2066\ufeff\u00ad\U000e0041")


@settings(max_examples=200)
@given(st.lists(st.from_regex(r"[A-Za-z]{1,8}", fullmatch=True), min_size=1, max_size=30))
def test_plain_words_all_stay(words: list[str]) -> None:
    prose = " ".join(words)
    assert clean_text(f"x {prose}.") == f"x {prose}."


@pytest.mark.parametrize(
    "prose",
    [
        "a < b and c > d, if 5 <b and c> d",
        "5 * 3 * 2 is 30 and 5*3*2 too",
        "call snake_case or some_other_name, @_handle_ and @_uncle_x",
        "f***ing S***” he said, f**k",
        "“***!” he said, “***!”",
        "“You're Not As _____ As You Think”",
        "It cost $5, £3 or €4 & AT&T's ?a=1&copy=2",
        "<jane@example.com> wrote [sic] (he meant it) and [sic](he meant)",
        "``old quotes'' and 'new' ones, “curly” «French» „German“",
        "#hashtag is not a heading",
        "For more than a decade, he said, they had news to follow.",
        "Follow the money, he said on Twitter.",
        "My family 👨\u200d👩\u200d👧 waved a 🏳️\u200d🌈",
        "क्\u200dष and می\u200cخواهم",
    ],
)
def test_prose_stays_as_it_is(prose: str) -> None:
    assert clean_text(prose) == prose


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\n\ntwo\n\nthree\n\nfour"),
        ("a\u200bb\u202ec\ufeffd\U000e0041e\x00f\u00adg\ud800h", "abcdefgh"),
        ("e\u0301", "é"),
        ("a \t\u00a0\u3000 b", "a b"),
        ("x\u200dy", "xy"),
        ("a\ufe0f\ufe0f\ufe01b\U000e0101", "a\ufe0fb"),
        (
            "**bold** and *soft* and __strong__ and _thin_ and ~~gone~~ and `code`",
            "bold and soft and strong and thin and gone and code",
        ),
        ("**a *b* c**", "a b c"),
        ("![alt (x)](/a b(1).png)text", "text"),
        ('[words](https://a.b/c_(d) "title") go', "words go"),
        ("[![alt](i.png)](http://x.y)", ""),
        ("<p>One &amp; two</p><p>Three<br/>four</p>", "One & two\n\nThree\n\nfour"),
        ('<h2 class="x">Head</h2><ul><li>item</li></ul>', "## Head\n\n- item"),
        ("<script>var a<b;</script>A<!-- hidden\nlines --> B", "A B"),
        ("&amp;lt;b&amp;gt;deep&nbsp;down&#x2019;s", "deep down’s"),
        ("# C# ##\n#\n* * *\n___", "# C#"),
        ("/news/media/2025/putin-02-34-24.png)\nText", "Text"),
        ("Text.\nAdvertisement\nMore text.", "Text.\n\nMore text."),
        ("Text.\nFor more such Stories, follow https://a.in and https://b.com/c, the platform.", "Text."),
        ("Text.\nFollow Jo Day on Twitter @joday.", "Text."),
    ],
)
def test_what_goes(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


def test_seeds_lose_only_the_image_path_and_the_promotion(shared: Path) -> None:
    for seed in sorted((shared / "seeds").glob("*.txt")):
        raw = seed.read_text("utf-8")
        lines = [line for line in raw.splitlines() if line.strip()]
        kept = clean_text(raw).split("\n\n")
        assert [line for line in lines if line not in kept] == [
            line for line in lines if ".png)" in line or line.startswith("For more such Stories")
        ]


def test_a_title_keeps_words_an_article_would_lose() -> None:
    assert clean_line("  **Advertisement**\n &amp; more ") == "Advertisement & more"


HOSTILE = {
    "open brackets": "[" * 100_000,
    "open tags": "<" * 100_000,
    "attributes": "<a" + " b='" * 25_000,
    "comments": "<!--" * 25_000,
    "scripts": "<script>" * 12_500,
    "ampersands": "&" + "amp;" * 25_000,
    "entities in entities": "&am" * 20_000 + "p;" * 20_000,
    "tags in tags": "<b<b>>" * 16_000,
    "stars": "**a " * 25_000,
    "underscores": "_a" * 50_000,
    "links": "[a](/b" * 16_000,
    "images": "![a](b(" * 14_000,
    "combining marks": "\u0301\u0316" * 50_000,
    "joiners": "क\u200d" * 50_000,
    "heading marks": "# " * 50_000,
    "blanks": "for more " + " " * 100_000 + "x",
    "promotion": "for more news follow " * 5_000,
    "image path": "/" + "a." * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_linear_time(name: str) -> None:
    # 50 ms on an idle core; the bound leaves room for a busy one, a quadratic pattern takes many seconds.
    started = time.process_time()
    clean_text(HOSTILE[name])
    assert time.process_time() - started < 0.5


@given(st.text(alphabet=st.characters(codec=None)))
def test_characters_survive_encoding(raw: str) -> None:
    clean_characters(raw).encode("utf-8")
