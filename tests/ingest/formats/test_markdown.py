from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.ingest.formats.markdown import looks_wrapped, unwrap
from byline.ingest.text.clean import clean_text


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        ("hard wrapped\ntext here", ["hard wrapped text here"]),
        ("hard break  \nnext", ["hard break", "next"]),
        ("Title\n=====\n\nSub\n---\nbody", ["# Title", "## Sub", "body"]),
        ("# Title\nbody\ngoes on", ["# Title", "body goes on"]),
        ("> quoted\n> words", ["quoted words"]),
        ("- one\n  more\n- two\n3. three", ["- one more", "- two", "3. three"]),
        ("```py\n# note\nx = 1\n```\nafter", ["note", "x = 1", "after"]),
        ("see [this][1] and [that][]\n\n[1]: http://a.b 'c'\n[that]: http://d.e", ["see this and that"]),
        (r"5 \* 3, no\_link", ["5 * 3, no_link"]),
        ("| a | b |\n| c | d |", ["| a | b |", "| c | d |"]),
    ],
)
def test_unwrap(raw: str, lines: list[str]) -> None:
    assert [line for line in unwrap(raw).split("\n") if line] == lines


@given(st.lists(st.from_regex(r"[A-Za-z0-9]{1,9}", fullmatch=True), min_size=1), st.integers(1, 60))
def test_wrapping_is_undone(words: list[str], every: int) -> None:
    wrapped = "\n".join(" ".join(words[at : at + every]) for at in range(0, len(words), every))
    assert clean_text(unwrap(wrapped)) == " ".join(words)


def test_only_lines_broken_in_mid_sentence_look_wrapped() -> None:
    wrapped = (
        "The minister told reporters on Monday that the talks had\n"
        "been long and that they would be resumed in\nthe new year, he said.\n"
    )
    assert looks_wrapped(wrapped)
    assert not looks_wrapped("One sentence that is long enough to be counted here.\nAnother paragraph\nand a third.\n")
    assert not looks_wrapped("apples\npears\nplums\n")
