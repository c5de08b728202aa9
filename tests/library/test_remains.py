"""The search must find what is there: a proof by a search that finds nothing ever would be none."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.library import remains
from byline.library.remains import ByteSearch, byte_patterns, vector_patterns, word_patterns


@pytest.mark.parametrize("code", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("written", ["Kudankulam", "kudankulam", "rupee–rouble settlement by circular of"])
def test_words_are_found_in_any_encoding(code: str, written: str, tmp_path: Path) -> None:
    patterns = word_patterns(["Kudankulam", "rupee–rouble settlement by circular of"])
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "file").write_bytes(b"\x00\x01" + written.encode(code) + b"\xff")
    searched = ByteSearch(dict.fromkeys(patterns, "words")).below(tmp_path)
    assert {found.file for found in searched.found} == {"below/file"}
    assert (searched.files, searched.size_bytes) == (1, len(written.encode(code)) + 3)


def test_words_are_found_as_json_escapes_them_and_in_names(tmp_path: Path) -> None:
    search = ByteSearch(dict.fromkeys(word_patterns(["Zürich–Basel", "kudankulam"]), "words"))
    (tmp_path / "answer").write_text(r'{"text": "Z\u00fcrich\u2013Basel"}')
    (tmp_path / "kudankulam.md").write_text("")
    assert {found.file for found in search.below(tmp_path).found} == {"answer", "kudankulam.md"}


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(random.Random(1).randbytes(3_000_000))
    (tmp_path / "words").write_text("kudankula m Kudan kulam " * 1000)
    searched = ByteSearch(dict.fromkeys(word_patterns(["Kudankulam", "vostro account"]), "words")).below(tmp_path)
    assert searched.found == ()


def test_vectors_are_found_in_part_and_scaled_again(tmp_path: Path) -> None:
    vector = np.random.default_rng(1).normal(size=384).astype("<f4")
    vector /= np.linalg.norm(vector)
    search = ByteSearch(dict.fromkeys(vector_patterns([vector.tobytes()]), "vectors"))
    again = vector / (np.sqrt(np.sum(vector * vector, dtype=np.float32)) + np.float32(1e-30))
    for name, data in {"whole": vector, "half": vector[100:300], "again": again.astype("<f4")}.items():
        (tmp_path / name).write_bytes(b"abc" + data.tobytes())
    (tmp_path / "other").write_bytes(np.random.default_rng(2).normal(size=3840).astype("<f4").tobytes())
    assert {found.file for found in search.below(tmp_path).found} == {"whole", "half", "again"}


def test_bytes_of_sentence_vectors(tmp_path: Path) -> None:
    stored = np.random.default_rng(3).integers(-127, 127, 768).astype(np.int8).tobytes()
    patterns = byte_patterns([stored, bytes(768)])
    (tmp_path / "stored").write_bytes(stored)
    (tmp_path / "zeros").write_bytes(bytes(768))
    assert {f.file for f in ByteSearch(dict.fromkeys(patterns, "v")).below(tmp_path).found} == {"stored"}


@given(st.binary(max_size=60), st.lists(st.binary(min_size=6, max_size=9), min_size=1, max_size=4, unique=True))
def test_counts_are_those_of_a_plain_search(noise: bytes, patterns: list[bytes]) -> None:
    data = noise + patterns[0] + noise + patterns[-1]
    search = ByteSearch(dict.fromkeys(patterns, "p"))
    wanted = sorted(p for p in patterns for at in range(len(data)) if data.startswith(p, at))
    assert sorted(search._in_bytes(data)) == wanted


def test_a_pattern_across_the_border_of_two_reads_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remains, "_CHUNK", 64)
    data = bytearray(random.Random(2).randbytes(1000))
    for at in range(0, 990, 33):
        data[at : at + 10] = b"kudankulam"
    (tmp_path / "file").write_bytes(data)
    [found] = ByteSearch({b"kudankulam": "words"}).below(tmp_path).found
    assert found.count == data.count(b"kudankulam") == 30


def test_short_patterns_are_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 6"):
        ByteSearch({b"short": "words"})
