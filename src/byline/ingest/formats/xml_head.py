"""The start of an XML document: which element it begins with, and whether it declares entities."""

from __future__ import annotations

import re

from byline.ingest.formats.parsed import Unreadable

_HEAD = 1 << 16
_SKIPPED = (("<?", "?>"), ("<!--", "-->"))
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_SILENT = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_DECLARES = re.compile(r"<!\s*ENTITY", re.IGNORECASE)


def root_name(data: bytes) -> str | None:
    """The local name of the first element, in lower case; None when something else stands there."""
    # Markup is ASCII in every encoding that articles come in, two or four bytes wide at most.
    text = data[:_HEAD].replace(b"\x00", b"").decode("latin-1").lstrip("\xef\xbb\xbf\xfe\xff \t\r\n")
    while text:
        for opening, closing in _SKIPPED:
            if text.startswith(opening):
                text = text.partition(closing)[2].lstrip()
                break
        else:
            if not text[:9].upper().startswith("<!DOCTYPE"):
                break
            text = _after_doctype(text).lstrip()
    found = _ROOT.match(text)
    return found[1].lower() if found else None


def _after_doctype(text: str) -> str:
    end, subset = text.find(">"), text.find("[")
    if 0 <= subset < end:
        end = text.find("]", subset)
        end = text.find(">", end) if end >= 0 else -1
    return text[end + 1 :] if end >= 0 else ""


def refuse_entities(text: str) -> None:
    """Raises Unreadable for a document that declares entities of its own: they name files, or grow without end.

    What a comment or CDATA section says about entities is text.
    """
    if _DECLARES.search(text) and _DECLARES.search(_SILENT.sub("", text)):
        raise Unreadable("declares entities of its own, which Byline does not read", "leave the <!ENTITY …> lines out")
