from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training.asked import AskedQuestion, CloseWindow, Sentence, about, read_asked, write_asked
from training.evaluate import read_all
from training.measure import Read, chosen, exact_words, first_sentences, of_windows, refused_at, refusing, word_f1
from training.windows import Window

from byline.answer.refuse import ANSWERING
from byline.protocols import Reading
from byline.testing import LongestWordReader
from byline.types import Span

TEXT = "The harbour opened in 1904. Its first master was Ola Berge."
OPENED, MASTER = Span(0, 27), Span(28, 59)


def asked(number: int, kind: str = "answerable") -> AskedQuestion:
    """The order without a reader has the wrong sentence first, by a little."""
    window = CloseWindow("p", "Lyngdal", 0, TEXT, (OPENED, MASTER))
    ranked = (Sentence("p", OPENED, TEXT[:27], 0.5), Sentence("p", MASTER, TEXT[28:], 0.45))
    signals = {name: (number * 7 % 11) / 11 for name in ANSWERING}
    return AskedQuestion(
        f"{kind}{number}", kind, f"t{number % 14}", "Who was first?", ("Ola Berge",), signals, (window,), ranked
    )


def read(number: int, margin: float, kind: str = "answerable") -> Read:
    return Read(asked(number, kind), (Reading(Span(49, 58), margin, 0.0),))


def test_words_are_compared_as_squad_does() -> None:
    assert word_f1("the Ola Berge.", ["Berge", "ola berge"]) == 1.0
    assert word_f1("Ola Berge", ["Berge"]) == pytest.approx(2 / 3)
    assert word_f1("nobody", ["Berge"]) == word_f1("", ["Berge"]) == 0.0


def test_a_margin_moves_the_sentence_in_which_the_answer_begins() -> None:
    assert chosen(read(1, 5.0), 1, 0.0) == (TEXT[:27], "")
    assert chosen(read(1, 5.0), 1, 0.2) == (TEXT[28:], "Ola Berge")
    assert chosen(read(1, -5.0), 1, 0.2) == (TEXT[:27], "")
    assert chosen(read(1, 5.0), 0, 0.2) == (TEXT[:27], "")


def test_a_reader_that_knows_is_worth_something_and_one_that_guesses_nothing() -> None:
    knows = [read(n, 4.0) for n in range(70)] + [read(n, -4.0, "near") for n in range(70)]
    without, with_reader, difference = first_sentences(knows, 1)
    assert (without[0], with_reader[0], difference[0]) == (0.0, 1.0, 1.0)
    assert exact_words(knows, 1)[0] == 1.0
    assert refusing(knows, 1, features=True, reader=True).auroc[0] == 1.0
    assert refusing(knows, 1, features=True, reader=False).auroc[0] == pytest.approx(0.5, abs=0.1)
    guesses = [read(n, 1.0, kind) for n in range(70) for kind in ("answerable", "near")]
    assert refusing(guesses, 1, features=False, reader=True).auroc[0] == pytest.approx(0.5, abs=0.1)


def test_near_misses_are_counted_where_one_of_twenty_answerable_is_refused() -> None:
    assert refused_at(np.arange(100.0), np.array([0.0, 4.0, 5.0, 50.0])) == 0.5


def test_figures_of_held_out_windows() -> None:
    windows = [
        Window("a", "Who?", "", TEXT, (Span(49, 58),), "answer"),
        Window("b", "Who?", "", TEXT, (), "near"),
    ]
    found = of_windows(windows, [Reading(Span(49, 58), 2.0, 0.0), Reading(Span(0, 3), -1.0, 0.0)])
    assert found == {"windows": 2, "auroc": 1.0, "f1": 1.0, "refused_at_5": 1.0}


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.data())
def test_a_close_window_is_whole_free_sentences_about_one(lengths: list[int], data: st.DataObject) -> None:
    ends = np.cumsum(lengths)
    spans = [Span(int(end) - length, int(end)) for end, length in zip(ends, lengths, strict=True)]
    chosen_one = data.draw(st.integers(0, len(spans) - 1))
    free = data.draw(st.lists(st.booleans(), min_size=len(spans), max_size=len(spans)))
    free[chosen_one] = True
    first, last = about(spans, free, chosen_one, 120)
    assert first <= chosen_one < last
    assert all(free[first:last])
    assert spans[last - 1].end - spans[first].start <= max(120, lengths[chosen_one])


def test_what_was_asked_is_kept_as_it_is_and_can_be_read(tmp_path: Path) -> None:
    write_asked(tmp_path / "a.jsonl", [asked(1), asked(2, "near")])
    kept = read_asked(tmp_path / "a.jsonl")
    assert kept == [asked(1), asked(2, "near")]
    assert [len(one.readings) for one in read_all(LongestWordReader(), kept, 3)] == [1, 1]
