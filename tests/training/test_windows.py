from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from training.mixture import mixture
from training.rows import Row
from training.windows import answer_window, around, beside_window, wrong_window

from byline.ingest.text.sentences import sentence_spans
from byline.types import Span

HARBOUR = (
    "The harbour of Lyngdal opened in 1904. Its first master was Ola Berge, a former whaler. He raised the dues in "
    "1911. Fishermen from Farsund refused to pay them. The quarrel ended when the council of Lyngdal bought the quay."
)


def row(answer: str | None, question: str = "Who was the first master of the harbour?") -> Row:
    at = HARBOUR.index(answer) if answer else 0
    return Row("r", question, HARBOUR, (Span(at, at + len(answer)),) if answer else (), "some")


@pytest.mark.parametrize("seed", range(20))
def test_a_window_has_its_answer_and_whole_sentences(seed: int) -> None:
    rng = random.Random(seed)
    window = answer_window(row("Ola Berge"), "Lyngdal", rng.randint(40, 200), rng)
    assert window is not None
    assert [answer.within(window.text) for answer in window.answers] == ["Ola Berge"]
    start = HARBOUR.index(window.text)
    spans = sentence_spans(HARBOUR)
    assert start in {span.start for span in spans}
    assert start + len(window.text) in {span.end for span in spans}


def test_sentences_beside_the_answer_do_not_have_its_words() -> None:
    window = beside_window(row("Lyngdal", "Where did the harbour open?"), "", 400, random.Random(1))
    assert window is not None
    assert "Lyngdal" not in window.text
    assert window.answers == ()
    only = Row("r", "Who?", "Ola Berge did.", (Span(0, 9),), "some")
    assert beside_window(only, "", 400, random.Random(1)) is None


def test_a_passage_that_does_not_answer_is_read_where_it_is_likest() -> None:
    window = wrong_window(row(None, "Who paid fishermen in Farsund?"), "", 60, random.Random(0), "near")
    assert window is not None
    assert window.text == "Fishermen from Farsund refused to pay them."


@given(st.integers(0, 4), st.integers(0, 300), st.integers())
def test_sentences_about_one_are_in_a_row_and_fit(chosen: int, limit: int, seed: int) -> None:
    spans = sentence_spans(HARBOUR)
    first, last = around(spans, chosen, limit, random.Random(seed))
    assert first <= chosen < last
    assert last - first == 1 or spans[last - 1].end - spans[first].start <= limit
    if last - first < len(spans):  # nothing more would fit
        sides = [(first - 1, last), (first, last + 1)]
        assert all(a < 0 or b > len(spans) or spans[b - 1].end - spans[a].start > limit for a, b in sides)


def test_a_pass_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    rows = [row("Ola Berge"), row("1904", "When did the harbour of Lyngdal open?"), row(None, "Who sold the quay?")] * 9
    wrong = {"r": ["Trams ran along the quay. The first of them was pulled by horses."]}
    one, same, other = (list(mixture(rows, wrong, seed)) for seed in (1, 1, 2))
    assert one == same != other
    assert {window.kind for window in (*one, *other)} >= {"answer", "near", "altered", "wrong", "beside"}
    assert all(bool(window.answers) is (window.kind == "answer") for window in one)
