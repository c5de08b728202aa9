"""The many names and shapes of an article's fields → `ArticleRef`. Whatever cannot be used is noted, never guessed."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from byline.ingest.formats.dates import parse_date
from byline.ingest.text.characters import clean_characters
from byline.ingest.text.clean import clean_line
from byline.types import ArticleRef

Fields = Mapping[str, Any]

# Upper and lower case, `_`, `-` and blanks in a key do not count. The first name that has a value wins.
_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "title": ("title", "headline"),
    "text": ("text", "body", "content", "articlebody"),
    "url": ("url", "link", "canonicalurl", "permalink"),
    "published": (
        *("date", "published", "publishedat", "pubdate", "datepublished", "publisheddate", "publicationdate"),
        *("publishdate", "firstpublished", "publishedtime"),
    ),
    "modified": ("modified", "updated", "updatedat", "datemodified", "modifiedat", "lastmodified", "lastmod"),
    "authors": ("author", "authors", "byline"),
    "publisher": ("publisher", "source", "outlet"),
    "section": ("section", "category"),
    "kind": ("kind", "type"),
    "language": ("language", "lang", "inlanguage"),
    "status": ("status",),
    "embargo": ("embargo", "embargountil", "embargoeduntil"),
    "expires": ("expires", "expiry", "expirydate", "expirationdate", "expiresat"),
}
_KINDS = frozenset(("news", "analysis", "opinion", "explainer"))
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}\Z")
_TITLES = frozenset(("jr", "sr", "ii", "iii", "iv", "md", "phd", "dphil"))
_ID_LENGTH = 200
_LINE_LENGTH = 500
_URL_LENGTH = 2048


def field(fields: Fields, name: str) -> Any:
    """The first value given under one of the names people use for `name`; None if there is none."""
    found = {re.sub(r"[^a-z0-9]", "", str(key).lower()): value for key, value in reversed(list(fields.items()))}
    return next((found[key] for key in _NAMES[name] if found.get(key) not in (None, "", [], {})), None)


def text_field(fields: Fields) -> str | None:
    """An article's words: a string, or a list of paragraphs."""
    value = field(fields, "text")
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "\n\n".join(value)
    return value if isinstance(value, str) else None


def make_ref(
    fields: Fields, *, fallback_id: str, guess: Callable[[], tuple[str, str | None]]
) -> tuple[ArticleRef, tuple[str, ...]]:
    """An article's ref, and notes on what was left out or guessed. `guess` gives (title, note) if none is usable."""
    notes: list[str] = []

    def read(name: str, use: Callable[[Any], Any]) -> Any:
        value = field(fields, name)
        used = use(value) if value is not None else None
        if value is not None and not used:
            notes.append(f"{name} not understood and left out: {str(value)[:80]!r}")
        return used or None

    title = read("title", _line)
    if title is None:
        title, note = guess()
        notes.extend(filter(None, [note]))
    ref = ArticleRef(
        id=identifier(field(fields, "id")) or identifier(fallback_id) or "article",
        title=title,
        url=read("url", web_address),
        authors=read("authors", _authors) or (),
        publisher=read("publisher", _name),
        section=read("section", _name),
        kind=_kind(field(fields, "kind")),
        language=read("language", _language),
        published=_date(fields, "published", notes),
        modified=_date(fields, "modified", notes),
    )
    return ref, tuple(notes)


def _date(fields: Fields, name: str, notes: list[str]) -> datetime | None:
    value = field(fields, name)
    found = parse_date(value)
    if value is not None and found is None:
        notes.append(f"{name} date {str(value)[:80]!r} is impossible or ambiguous and left out; write it as 2025-12-31")
    return found


def identifier(value: Any) -> str | None:
    """As an id: one line, and a digest in place of what is too long."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = " ".join(clean_characters(unicodedata.normalize("NFC", str(value))).split())
    if len(text) <= _ID_LENGTH:
        return text
    return f"{text[: _ID_LENGTH - 17]}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _line(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = clean_line(str(value))
    return text if len(text) <= _LINE_LENGTH else text[: _LINE_LENGTH - 1].rstrip() + "…"


def _name(value: Any) -> str | None:
    if isinstance(value, Mapping):
        return _line(value.get("name"))
    if isinstance(value, list):
        return next((name for name in map(_name, value) if name), None)
    return _line(value)


def web_address(value: Any) -> str | None:
    """`value` if it is an absolute http(s) address, safe to show as a link; else None."""
    if not isinstance(value, str) or len(value) > _URL_LENGTH:
        return None
    text = value.strip()
    if re.search(r"[\s<>\"\\^`{|}]", text) or clean_characters(text) != text:
        return None
    try:
        parts = urlsplit(text)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return text if usable else None


def _authors(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        names = _split_names(_line(value) or "")
    elif isinstance(value, list):
        names = [name for name in map(_name, value) if name]
        if len(names) > 2 and names[0] == " ".join(names[1:]):
            # A common extractor lists a joint byline once as a whole and then name by name.
            names = names[1:]
    else:
        names = [_name(value) or ""]
    return tuple(dict.fromkeys(name for name in names if name))


def _split_names(text: str) -> list[str]:
    text = re.sub(r"^by[: ]\s*", "", text, flags=re.IGNORECASE)
    names: list[str] = []
    for part in re.split(r"\s*[,;|]\s*|\s+(?:and|&)\s+", text):
        part = re.sub(r"^(?:and|&)\s+", "", part)
        if names and re.sub(r"[^a-z]", "", part.lower()) in _TITLES:
            names[-1] += f", {part}"
        elif part:
            names.append(part)
    return names


def _kind(value: Any) -> str | None:
    kind = value.strip().lower() if isinstance(value, str) else None
    return kind if kind in _KINDS else None


def _language(value: Any) -> str | None:
    text = value.strip().replace("_", "-") if isinstance(value, str) else ""
    return text if _LANGUAGE.match(text) else None
