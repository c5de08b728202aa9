"""What every AnswerReader promises, over int8 ONNX (a network that has learned nothing) and the double."""

from __future__ import annotations

import json
import math

import pytest

from byline.models.bundled import file_sha256
from byline.models.reader import CARD, WEIGHTS, load_reader
from byline.protocols import AnswerReader, ReaderWindow
from byline.testing import LongestWordReader

QUESTION = "Who was the first master of the harbour?"
HARBOUR = ReaderWindow("Lyngdal — The Courier — 2 May 2019", "The harbour opened in 1904. Its first was Ola Berge.")
EMOJI = ReaderWindow("", "🛶 Øystein’s naïve café \u2028 reopened — “at last”, 東京 said 🛶🛶.")
WINDOWS = [HARBOUR, EMOJI, ReaderWindow("", "Yes."), ReaderWindow("A title", "word " * 400)]


@pytest.fixture(scope="module", params=["int8-onnx", "double"])
def reader(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AnswerReader:
    if request.param == "double":
        return LongestWordReader()
    from training.network import build
    from training.weights import export

    from tests.training.tiny import tiny_base

    folder = tmp_path_factory.mktemp("reader")
    export(build(tiny_base(folder / "base"), attention="eager"), folder / WEIGHTS)
    (folder / CARD).write_text(json.dumps({"sha256": file_sha256(folder / WEIGHTS)}))
    loaded = load_reader(folder)
    assert loaded is not None
    return loaded


def test_a_reading_for_each_window_in_order_none_depending_on_the_others(reader: AnswerReader) -> None:
    together = reader.read(QUESTION, WINDOWS)
    assert together == [reader.read(QUESTION, [window])[0] for window in WINDOWS]
    assert together[::-1] == reader.read(QUESTION, WINDOWS[::-1])
    assert reader.read(QUESTION, []) == []


def test_an_answer_is_words_of_its_window(reader: AnswerReader) -> None:
    for window, reading in zip(WINDOWS, reader.read(QUESTION, WINDOWS), strict=True):
        words = reading.answer.within(window.text)
        assert words
        assert words == words.strip()
        assert words in window.text
        assert reading.answer.end <= len(window.text)
        assert math.isfinite(reading.margin)


def test_where_there_are_no_words_there_is_no_answer(reader: AnswerReader) -> None:
    for text in ("", "  \n "):
        (reading,) = reader.read(QUESTION, [ReaderWindow("A title", text)])
        assert reading.answer.within(text) == ""
        assert reading.margin == -math.inf


def test_any_question_can_be_read(reader: AnswerReader) -> None:
    for question in ("", "?", "why " * 500, "🛶"):
        assert len(reader.read(question, [HARBOUR])) == 1


def test_it_has_a_name_that_stays(reader: AnswerReader) -> None:
    assert reader.fingerprint
    assert reader.fingerprint == reader.fingerprint
