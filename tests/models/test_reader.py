from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.errors import ModelError
from byline.models.answer_spans import MAX_ANSWER, likeliest
from byline.models.bundled import bundled_folder, file_sha256
from byline.models.reader import CARD, WEIGHTS, load_reader, word_pieces
from byline.models.reader_input import MAX_TOKENS, ReaderInput, padded, reader_input

WORDS = "The harbour opened in 1904."


def read_of(tokens: int) -> ReaderInput:
    """Three tokens in front, one behind; every token is two code points of the window."""
    size = tokens + 4
    return ReaderInput(
        np.zeros(size, np.int64), np.zeros(size, np.int64), 3, [(2 * n, 2 * n + 2) for n in range(tokens)]
    )


@given(st.integers(1, 50), st.integers(0, 2**32))
def test_the_likeliest_words_are_what_trying_all_finds(tokens: int, seed: int) -> None:
    numbers = np.random.default_rng(seed)
    begins, ends = numbers.normal(size=(2, tokens + 4)).astype(np.float32)
    read = read_of(tokens)
    best = max(
        (float(begins[3 + a]) + float(ends[3 + b]), -a, -b)
        for a in range(tokens)
        for b in range(a, min(tokens, a + MAX_ANSWER))
    )
    found = likeliest(begins, ends, read)
    assert (found.answer.start, found.answer.end) == (-2 * best[1], -2 * best[2] + 2)
    assert found.score == pytest.approx(best[0])
    assert found.margin == pytest.approx(best[0] - float(begins[0]) - float(ends[0]))


def test_question_header_and_window_stand_in_order_and_the_window_is_cut() -> None:
    pieces = word_pieces(bundled_folder())
    read = reader_input(pieces, "When?", "Lyngdal", WORDS)
    assert [pieces.id_to_token(int(one)) for one in read.ids] == [
        *("[CLS]", "when", "?", "[SEP]", "l", "##yn", "##g", "##dal", "[SEP]"),
        *("the", "harbour", "opened", "in", "1904", ".", "[SEP]"),
    ]
    assert list(read.types) == [0] * 4 + [1] * 12
    assert [WORDS[a:b] for a, b in read.offsets] == ["The", "harbour", "opened", "in", "1904", "."]
    assert int(read.ids[read.first]) == pieces.token_to_id("the")
    long = reader_input(pieces, "why " * 500, "title " * 100, "word " * 500)
    assert long.tokens == MAX_TOKENS
    assert len(long.offsets) == MAX_TOKENS - long.first - 1 > 90


def test_shorter_inputs_are_padded_and_masked() -> None:
    pieces = word_pieces(bundled_folder())
    ids, mask, types = padded([reader_input(pieces, "When?", "", text) for text in (WORDS, "In 1904.")])
    assert ids.shape == mask.shape == types.shape
    assert list(mask.sum(1)) == [12, 9]
    assert not ids[1][mask[1] == 0].any()


def test_without_its_file_there_is_no_reader(tmp_path: Path) -> None:
    assert load_reader(tmp_path) is None


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (None, "the card of the reader beside it, cannot be read"),
        ("{}", "cannot be read"),
        ('{"sha256": "abc"}', "is not the file its card names"),
    ],
)
def test_a_file_that_is_not_what_its_card_says_is_not_run(tmp_path: Path, card: str | None, said: str) -> None:
    (tmp_path / WEIGHTS).write_bytes(b"not a network")
    if card is not None:
        (tmp_path / CARD).write_text(card)
    with pytest.raises(ModelError, match=said):
        load_reader(tmp_path)


def test_a_file_that_is_no_network_is_named(tmp_path: Path) -> None:
    (tmp_path / WEIGHTS).write_bytes(b"not a network")
    (tmp_path / CARD).write_text(json.dumps({"sha256": file_sha256(tmp_path / WEIGHTS)}))
    with pytest.raises(ModelError, match=r"reader\.onnx cannot be run"):
        load_reader(tmp_path)
