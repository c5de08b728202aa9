"""Real files of the kinds that newsrooms have: the whole of `../shared/bench/messy`."""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from byline.ingest.formats.feed import Feed, articles_of, is_feed
from byline.ingest.limited.sandbox import Sandbox
from byline.ingest.read import read_source
from byline.ingest.text.clean import clean_text
from byline.ingest.text.decode import decode
from byline.types import Article, Rejected
from tests.ingest.messy_pages import PAGES

# Encrypted: 6. The other six hold pictures of text, or nothing at all.
UNREADABLE_PDFS = {
    "encrypted-file.pdf": "encrypted", "r2-user-password.pdf": "encrypted", "r4-aes-user-password.pdf": "encrypted",
    "r4-user-password.pdf": "encrypted", "r6-both-passwords.pdf": "encrypted",
    "encrypted_doc_no_id.pdf": "no text", "git.pdf": "no text", "two-different-pages.pdf": "no text",
    "imagemagick-CCITTFaxDecode.pdf": "no text", "imagemagick-images.pdf": "no text",
    "imagemagick-lzw.pdf": "no text",
}  # fmt: skip
if find_spec("cryptography") is None:  # with it, which other packages bring, pypdf opens this one without its password
    UNREADABLE_PDFS["r5-user-password.pdf"] = "encrypted"
CODECS = {
    "iso-8859-1": "cp1252", "MacCyrillic": "mac_cyrillic", "IBM855": "cp855", "IBM866": "cp866", "EUC-KR": "cp949",
    "SHIFT_JIS": "cp932", "EUC-JP": "euc_jp", "GB2312": "gb18030", "Big5": "big5", "UTF-16BE": "utf-16-be",
    "UTF-32BE": "utf-32-be", "UTF-32": "utf-32", "KOI8-R": "koi8-r", "utf-8": "utf-8",
}  # fmt: skip


@pytest.fixture(scope="module")
def messy(shared: Path) -> Path:
    return shared / "bench" / "messy"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def is_named(rejected: Rejected, origin: str) -> bool:
    return rejected.origin.startswith(origin) and len(rejected.reason) > 5 and len(rejected.next_step) > 5


def same(title: str, stated: str) -> bool:
    return " ".join(unicodedata.normalize("NFKC", title).split()) == unicodedata.normalize("NFKC", stated)


def test_pages_state_their_title_and_date(messy: Path, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Of all pages, articles or not: every one of them states a title and a date somewhere."""
    titles = dates = 0
    wrong = []
    files = sorted((messy / "html").iterdir())
    for file in files:
        data = file.read_bytes()
        stated = PAGES[hashlib.sha256(data).hexdigest()[:12]]
        found = sandbox.read_page(data, file.name)
        assert isinstance(found, Article), found
        right = any(same(found.ref.title, title) for title in stated.titles)
        day = found.ref.published.date().isoformat() if found.ref.published else None
        titles += right
        dates += day in stated.days
        if not right or day not in stated.days:
            wrong.append(
                f"  {file.name[:24]}: {found.ref.title!r}, {day}; states {stated.titles[0]!r}, {stated.days[0]}"
            )
    assert len(files) == len(PAGES)
    with capsys.disabled():
        print(f"\npages: title right {titles}/{len(files)}, date right {dates}/{len(files)}", *wrong, sep="\n")  # noqa: T201
    assert titles >= 0.9 * len(files)
    assert dates >= 0.85 * len(files)


def test_pages_are_read_as_canonical_text(messy: Path, sandbox: Sandbox) -> None:
    for file in sorted((messy / "html").iterdir()):
        found = sandbox.read_page(file.read_bytes(), file.name)
        assert isinstance(found, Article)
        assert len(found.text) > 500
        assert clean_text(found.text) == found.text
        assert "\n\n" in found.text


def test_pdfs_are_read_or_refused_by_name(messy: Path, sandbox: Sandbox) -> None:
    refused = {}
    for file in sorted((messy / "pdf").iterdir()):
        found = sandbox.read_pdf(file.read_bytes(), file.name)
        if isinstance(found, Rejected):
            assert is_named(found, file.name)
            refused[file.name] = found.reason
        else:
            assert clean_text(found.text) == found.text
    assert refused.keys() == UNREADABLE_PDFS.keys()
    assert all(UNREADABLE_PDFS[name] in reason for name, reason in refused.items())


def test_feeds_are_read(messy: Path, sandbox: Sandbox) -> None:
    entries = 0
    for file in [*sorted((messy / "feeds").iterdir()), *sorted((messy / "encodings").glob("*.xml"))]:
        data = file.read_bytes()
        assert is_feed(data)
        feed = sandbox.read_feed(data, file.name)
        assert isinstance(feed, Feed), feed
        for item in articles_of(feed, file.name):
            entries += 1
            assert isinstance(item, Article) or is_named(item, f"{file.name}:")
            assert not isinstance(item, Article) or clean_text(item.text) == item.text
    assert entries > 500


@pytest.mark.parametrize(("named", "least"), [(True, 1.0), (False, 0.95)])
def test_encodings(messy: Path, capsys: pytest.CaptureFixture[str], named: bool, least: float) -> None:
    """As they are, and with what they say about their own encoding taken out."""
    right, wrong = 0, []
    files = [file for file in sorted((messy / "encodings").iterdir()) if "__" in file.name]
    for file in files:
        data = file.read_bytes()
        if not named:
            data = re.sub(rb"<\?xml[^>]*\?>", b"", re.sub(rb"(charset)=([\"']?)[\w-]+", rb"\1=\2", data))
        name = file.name.split("__")[0]
        truth = data.decode(CODECS.get(name) or re.match(r"windows-\d+|iso-8859-\d+", name)[0], "replace")  # type: ignore[index]
        found = decode(data)
        same_text = found is not None and found.text.lstrip("\ufeff") == truth.lstrip("\ufeff")
        right += same_text
        if not same_text:
            wrong.append(f"  {file.name}: {found and found.note}")
    with capsys.disabled():
        print(f"\nencodings, {'named' if named else 'not named'}: {right}/{len(files)} right", *wrong, sep="\n")  # noqa: T201
    assert right >= least * len(files)


def test_all_of_it_as_one_folder(messy: Path, tmp_path: Path) -> None:
    for file in messy.rglob("*.*"):
        shutil.copy(file, tmp_path / file.name)
    files = {file.name for file in tmp_path.iterdir()} - {"README.txt"}
    items = list(read_source(tmp_path))
    origins = {re.sub(r":\d+$", "", item.origin) for item in items}
    assert origins == files
    rejected = [item for item in items if isinstance(item, Rejected)]
    assert all(is_named(item, re.sub(r":\d+$", "", item.origin)) for item in rejected)
    whole = {item.origin: item.reason for item in rejected if ":" not in item.origin}
    unread = {name: reason for name, reason in whole.items() if reason != "is a feed without entries"}
    assert unread.keys() - UNREADABLE_PDFS.keys() == {"UTF-32__bom-utf-32-le.srt"}  # subtitles are not a kind it reads
    assert len([item for item in items if isinstance(item, Article)]) > 150
