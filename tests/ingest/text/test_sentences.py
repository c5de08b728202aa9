from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.ingest.text.sentences import sentence_spans

PROSE = st.one_of(
    st.text(alphabet=st.characters(codec=None)),
    st.lists(
        st.sampled_from(
            ["He said no. ", "Sales rose. ", "“", "”", '"', "U.S. ", "1. ", "p.m. ", "ET ", "\n", "😀 ", "é", "'"]
        )
    ).map("".join),
)


@settings(max_examples=300, deadline=None)
@given(PROSE)
def test_spans_cover_every_visible_character_once_in_order(text: str) -> None:
    spans = sentence_spans(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert "".join("".join(span.within(text).split()) for span in spans) == "".join(text.split())
    assert all(span.within(text) == span.within(text).strip() != "" for span in spans)
    assert all("\n" not in span.within(text) for span in spans)


@pytest.mark.parametrize(
    "sentences",
    [
        ["Dr. Smith met J. K. Rowling in the U.S. on Monday.", "He paid Rs. 500, e.g. for No. 5."],
        ["The U.S. said no.", "Sales rose."],
        ["He said “No. I will not.”", "She left."],
        ["“I went home. I slept,” he said.", "Then he left."],
        ["1. Blake Shelton is top.", "2. Dan stuns."],
        ["It starts at 9:08 p.m. ET.", "Then it ends."],
        ["No. 10 Downing Street is a house.", "See Vol. 2 for more."],
        ["Smt. Sonia Gandhi came.", "e.g. That."],
        ["Hi 😀é there.", "Next 𝔘 one 😀.", "Third."],
        ["They're here.", "'Tis done."],
    ],
)
def test_news_as_it_is_written(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [span.within(text) for span in sentence_spans(text)] == sentences


def test_other_languages() -> None:
    hindi = "यह पहला है। यह दूसरा है।"
    assert len(sentence_spans(hindi, "hi")) == 2
    assert len(sentence_spans("これは文です。次の文です。", "ja")) == 2


def test_a_sentence_longer_than_a_window_is_not_cut_by_it() -> None:
    long = "word " * 3000 + "end."
    text = f"First. {long} Last."
    assert [span.within(text) for span in sentence_spans(text)] == ["First.", long, "Last."]
