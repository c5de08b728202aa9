"""A PDF → its article. pypdf gives the lines; `pdf_text.py` makes paragraphs of them.

Foreign bytes: `sandbox.py` runs this in a child process.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pypdf
from pypdf.errors import DependencyError, PyPdfError

from byline.ingest.formats.dates import parse_date
from byline.ingest.formats.parsed import Parsed, Unreadable, article_of
from byline.ingest.formats.pdf_text import paragraphs
from byline.types import Article, Rejected

_PAGES = 500
_TEXT = 5_000_000
_WORDS_PER_PAGE = 3
_TITLE_LENGTH = range(4, 300)
# What programs write into the title when nobody else does.
_NO_TITLE = re.compile(
    r"untitled|microsoft word|title|document\d*|slide \d+|powerpoint"
    r"|\S+\.(?:docx?|indd|odt|pdf|pptx?|qxd|rtf|tex|xlsx?)\Z|\W*\Z|[\d\W]+\Z",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(r"(?:user|admin|administrator|owner|author|anonymous|unknown|root|\W*)\Z", re.IGNORECASE)

logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read_pdf(data: bytes, origin: str, *, url: str | None = None, fallback_id: str | None = None) -> Article | Rejected:
    """In this process, without limits; `Sandbox.read_pdf` is the same with them."""
    try:
        parsed = parse_pdf(data, url=url)
    except Unreadable as error:
        return error.rejected(origin)
    return article_of(parsed, origin, fallback_id or url or origin, dated_by_text=True)


def parse_pdf(data: bytes, *, url: str | None = None) -> Parsed:
    """Raises Unreadable when no words can be had from it."""
    if not data.strip():
        raise Unreadable("is empty", "remove it, or save the PDF again")
    if b"%PDF-" not in data[:4096]:
        raise Unreadable("is not a PDF, whatever its name says", "correct its ending, or save the PDF again")
    try:
        return _parse(data, url)
    except DependencyError:
        raise Unreadable("is encrypted", "save a copy without a password") from None
    except MemoryError:
        raise
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OSError,
            AssertionError, ArithmeticError, NotImplementedError, LookupError) as error:  # fmt: skip
        # pypdf lets all of these out of a broken file.
        what = " ".join(str(error).split())[:120] or type(error).__name__
        raise Unreadable(f"is a broken PDF: {what}", "open it in a PDF viewer and save it again") from None


def _parse(data: bytes, url: str | None) -> Parsed:
    reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
    notes: tuple[str, ...] = ()
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("is encrypted", "save a copy without a password")
    count = len(reader.pages)
    if count > _PAGES:
        notes = (f"only the first {_PAGES} of {count} pages were read",)
    pages, broken = _page_texts(reader, min(count, _PAGES))
    if broken:
        notes += (f"page {', '.join(map(str, broken[:10]))} could not be read and is left out",)
    lines = paragraphs(pages)
    words = sum(len(line.split()) for line in lines)
    if not any(any(map(str.isalpha, line)) for line in lines):
        if broken and len(broken) == len(pages):
            raise Unreadable(
                "is a broken PDF: none of its pages can be read", "open it in a PDF viewer and save it again"
            )
        raise Unreadable(
            "has pages but no text, as scanned paper has", "put it through text recognition (OCR) and save it again"
        )
    if words < _WORDS_PER_PAGE * len(pages):
        notes += ("there is hardly any text on its pages; they may be scans",)
    return Parsed({**_fields(reader), **({"url": url} if url else {})}, "\n".join(lines), notes)


def _page_texts(reader: Any, count: int) -> tuple[list[str], list[int]]:
    texts: list[str] = []
    broken: list[int] = []
    for number in range(count):
        try:
            texts.append(reader.pages[number].extract_text() or "")
        except MemoryError:
            raise
        except Exception:  # one bad page of a hundred is no reason to lose the others
            texts.append("")
            broken.append(number + 1)
        if sum(map(len, texts)) > _TEXT:
            break
    return texts, broken


def _fields(reader: Any) -> dict[str, Any]:
    """Of the document's information, what somebody seems to have written there on purpose."""
    try:
        info = dict(_information(reader.metadata or {}))
    except MemoryError:
        raise
    except Exception:  # the text is there; its label is broken
        return {}
    title, author = info.get("/Title", ""), info.get("/Author", "")
    fields: dict[str, Any] = {}
    if len(title) in _TITLE_LENGTH and " " in title and not _NO_TITLE.match(title):
        fields["title"] = title
    if author and len(author) < 200 and not _NO_AUTHOR.match(author) and "@" not in author:
        fields["authors"] = author
    for name, key in (("published", "/CreationDate"), ("modified", "/ModDate")):
        if (date := _date(info.get(key, ""))) is not None:
            fields[name] = date
    if fields.get("modified") == fields.get("published"):
        fields.pop("modified", None)
    return fields


def _information(info: Any) -> Iterator[tuple[str, str]]:
    for key in ("/Title", "/Author", "/CreationDate", "/ModDate"):
        value = info.get(key)
        if isinstance(value, str):
            yield key, " ".join(value.replace("\x00", "").split())


def _date(value: str) -> str | None:
    """`D:20201128110000+01'00'` → ISO. A day is enough; what follows a broken part is dropped."""
    found = re.match(r"(?:D:)?\s*(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?\s*(?:(Z)|([+-])(\d\d)'?(\d\d)?)?", value)
    if not found:
        return None
    year, month, day, hour, minute, second, _, sign, zone_hours, zone_minutes = found.groups()
    text = f"{year}-{month}-{day}"
    if hour:
        zone = f"{sign}{zone_hours}:{zone_minutes or '00'}" if sign else "Z"
        text += f"T{hour}:{minute}:{second or '00'}{zone}"
    moment = parse_date(text)
    return text if moment is not None and moment.year >= 1980 else None
