from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.ingest.text.decode import decode

CODECS = {
    "Big5": "big5", "EUC-JP": "euc_jp", "EUC-KR": "cp949", "KOI8-R": "koi8_r", "SHIFT_JIS": "shift_jis",
    "windows-1251-russian": "cp1251", "windows-1255-hebrew": "cp1255", "windows-1250-czech": "cp1250",
    "windows-1250-slovak": "cp1250", "iso-8859-7-greek": "iso8859_7", "IBM866": "cp866", "UTF-16BE": "utf_16_be",
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode(encoding: str) -> None:
    text = "“Prime Minister” Modi – कखग 😀"
    found = decode(text.encode(encoding))
    assert found is not None
    assert found.text == text
    assert (found.note is None) == encoding.startswith("utf-8")


@pytest.mark.parametrize(
    "text", ["He said “hello” – it’s £5.", "Der Präsident sagte am Montag, dass die Größe wächst und bleibt."]
)
def test_western_text_with_few_accents(text: str) -> None:
    found = decode(("Plain words come first in this letter. " * 3 + text).encode("cp1252"))
    assert found is not None
    assert found.text.endswith(text)
    assert found.note is not None


def test_damaged_utf8_stays_utf8() -> None:
    data = ("“Strategic” — partnership’s " * 20).encode()
    found = decode(data[:100] + b"\xff" + data[100:])
    assert found is not None
    assert found.text.count("\ufffd") <= 2
    assert "damaged" in (found.note or "")


@pytest.mark.parametrize(
    "data", [bytes(1000), random.Random(0).randbytes(50_000), b"\x7fELF" + bytes(range(256)) * 9, b"\xff\xfe\x00"]
)
def test_binary_is_no_text(data: bytes) -> None:
    assert decode(data) is None


def test_real_files_in_odd_encodings(shared: Path) -> None:
    tried = right = 0
    for file in sorted((shared / "bench/messy/encodings").iterdir()):
        codec = CODECS.get(file.name.split("__")[0])
        if codec is None:
            continue
        tried += 1
        found = decode(file.read_bytes())
        right += found is not None and found.text == file.read_bytes().decode(codec)
    assert tried > 20
    assert right >= 0.9 * tried


@given(st.binary())
def test_never_raises(data: bytes) -> None:
    decode(data)
