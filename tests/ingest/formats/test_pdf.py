from __future__ import annotations

import io
from unicodedata import normalize

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from byline.ingest.formats.pdf import read_pdf
from byline.ingest.formats.pdf_text import paragraphs
from byline.types import Article, Rejected

PROSE = [
    "The harbour bridge opened on Monday after four years of work, and thou-",
    "sands of people walked across it before noon.",
    "It had cost six million.",
]


def pdf(*pages: list[str], password: str | None = None, **information: str) -> bytes:
    """One page per list of lines, in a font that every viewer has."""
    writer = pypdf.PdfWriter()
    named = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(key): NameObject(value) for key, value in named.items()})
    fonts = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F"): font})})
    for lines in pages:
        page = writer.add_blank_page(612, 792)
        stream = DecodedStreamObject()
        shown = "".join(f"({line}) Tj 0 -14 Td\n" for line in lines)
        stream.set_data(f"BT /F 11 Tf 72 720 Td\n{shown}ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = fonts
    if information:
        writer.add_metadata({f"/{name}": value for name, value in information.items()})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def article(data: bytes) -> Article:
    found = read_pdf(data, "paper.pdf", fallback_id="paper")
    assert isinstance(found, Article), found
    return found


def test_words_title_author_and_dates() -> None:
    data = pdf(
        PROSE, Title="The bridge opens", Author="A Bee and C Dee", CreationDate="D:20250304100000+01'00'",
        ModDate="D:20250305100000Z",
    )  # fmt: skip
    found = article(data)
    assert found.text == "\n\n".join([PROSE[0][:-1] + PROSE[1], PROSE[2]])
    assert (found.ref.title, found.ref.authors, found.ref.id) == ("The bridge opens", ("A Bee", "C Dee"), "paper")
    assert found.ref.published is not None
    assert found.ref.published.isoformat() == "2025-03-04T10:00:00+01:00"
    assert found.ref.modified is not None


@pytest.mark.parametrize("title", ["Microsoft Word - bridge.docx", "untitled", "bridge_final.indd", "Document1", "12"])
def test_titles_that_programs_write_are_not_used(title: str) -> None:
    found = article(pdf(["The bridge opens", *PROSE], Title=title, Author="admin", CreationDate="nonsense"))
    assert found.ref.title != title
    assert found.ref.authors == ()
    assert found.ref.published is None


def test_a_date_in_the_text_is_used_when_the_document_has_none() -> None:
    found = article(pdf(["The bridge opens", "4 March 2025", *PROSE]))
    assert found.ref.published is not None
    assert found.ref.published.date().isoformat() == "2025-03-04"


def test_running_lines_and_page_numbers_go() -> None:
    pages = [["The Paper, 4 March", *PROSE, f"This is said on page {n} alone.", f"Page {n}"] for n in ("1", "2", "3")]
    text = article(pdf(*pages)).text
    assert "The Paper" not in text
    assert "Page 1" not in text
    assert text.count("six million") == 3


def test_lines_become_paragraphs() -> None:
    lines = [
        "A heading",
        "",
        "The ﬁrst line of a paragraph that is as wide as the col-",
        "umn goes on here and then after some more words it ends",
        "with this.",
        "• One item",
        "• Another item",
        "",
        "The coun-",
        "try in the Mid-",
        "West",
    ]
    assert paragraphs(["\n".join(lines)]) == [
        "A heading",
        "The first line of a paragraph that is as wide as the column goes on here and then after some more words it "
        "ends with this.",
        "• One item",
        "• Another item",
        "The country in the Mid- West",
    ]


def test_encrypted_empty_and_broken_ones_are_refused_in_words() -> None:
    for data, says in (
        (pdf(PROSE, password="secret"), "encrypted"),
        (pdf([]), "no text"),
        (b"", "empty"),
        (b"PK\x03\x04", "not a PDF"),
        (b"%PDF-1.7\n" + b"garbage" * 1000, "broken"),
        (pdf(PROSE)[:300], "broken"),
    ):
        found = read_pdf(data, "paper.pdf")
        assert isinstance(found, Rejected), data[:40]
        assert says in found.reason
        assert found.next_step
    assert isinstance(read_pdf(pdf(PROSE, password="secret").replace(b"/O", b"/X"), "a.pdf"), Rejected)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=200), max_size=5))
def test_every_word_is_kept_but_at_the_edges_of_pages(pages: list[str]) -> None:
    joined = "".join(paragraphs(pages[:1])).replace("-", "")
    for shaped in pages[0].split() if pages else []:
        word = "".join(
            normalize("NFKC", c) if "\ufb00" <= c <= "\ufb06" else c for c in shaped
        )  # ligatures are spelled
        assert word.strip("-\u2010\xad") == "" or word.replace("-", "").rstrip("\u2010\xad") in joined


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_never_raises(tail: bytes) -> None:
    read_pdf(b"%PDF-1.7\n" + tail, "a.pdf")
