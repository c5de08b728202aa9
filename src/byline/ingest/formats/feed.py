"""An RSS or Atom feed → its entries; those that carry their full text → articles.

Foreign bytes: `sandbox.py` runs `parse_feed` in a child process; the rest of this module imports no parser.
"""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from byline.ingest.formats.dates import parse_date
from byline.ingest.formats.fields import web_address
from byline.ingest.formats.parsed import Parsed, Unreadable, article_of
from byline.ingest.formats.sitemap import Sitemap, SitemapEntry, is_sitemap, read_sitemap, sitemap_from
from byline.ingest.formats.xml_head import refuse_entities, root_name
from byline.ingest.limited.gunzip import UNPACKED_LIMIT, gunzip, is_gzip
from byline.ingest.text.clean import clean_line
from byline.ingest.text.decode import decode
from byline.types import Article, Rejected

__all__ = [
    "Feed",
    "FeedEntry",
    "Sitemap",
    "SitemapEntry",
    "articles_of",
    "feed_from",
    "is_feed",
    "is_sitemap",
    "read_feed",
    "read_sitemap",
    "sitemap_from",
]

_ENTRIES = 5_000
_LONGEST = 3_000
_FULL = 600
"""Characters from which a description is taken for the whole text, when nothing says that it is not."""
_CUT = re.compile(
    r"(?:\[?(?:…|\.\.\.|&hellip;|&#8230;)\]?|(?:read|continue|find out)\s+(?:more|on|reading)\b.{0,80}"
    r"|the post .{1,200} appeared first on .{1,100})[\s.»→)]*\Z",
    re.IGNORECASE,
)
_APPEARED = re.compile(r"^the post .{1,300} appeared first on .{1,200}$", re.IGNORECASE | re.MULTILINE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """`content` is text, one line per paragraph; `full` says whether it is the whole article or a summary."""

    id: str | None
    link: str | None
    title: str | None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    content: str = ""
    full: bool = False
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    title: str | None
    language: str | None
    entries: tuple[FeedEntry, ...]


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """As it was found; dates as they were written."""

    title: str | None
    language: str | None
    entries: tuple[Mapping[str, Any], ...]


def is_feed(data: bytes) -> bool:
    """Whether `data` begins like an RSS or Atom feed."""
    name = root_name(data)
    return name in ("rss", "feed") or (name == "rdf" and b"purl.org/rss" in data[:65536].replace(b"\x00", b""))


def read_feed(data: bytes, origin: str, *, url: str | None = None, charset: str | None = None) -> Feed | Rejected:
    """In this process, without limits; `Sandbox.read_feed` is the same with them."""
    try:
        parsed = parse_feed(data, url=url, charset=charset)
        return feed_from({"title": parsed.title, "language": parsed.language, "entries": list(parsed.entries)})
    except Unreadable as error:
        return error.rejected(origin)


def articles_of(feed: Feed, origin: str) -> Iterator[Article | Rejected]:
    """Each entry, without fetching its page; an entry's origin is `origin:number`, counted from 1."""
    for number, entry in enumerate(feed.entries, 1):
        place = f"{origin}:{number}"
        if not entry.full:
            what = "gives only a summary of its article" if entry.content else "has no text"
            yield Rejected(place, what, f"sync the page itself: {entry.link}" if entry.link else "remove it")
            continue
        fields = {
            "title": entry.title,
            "url": entry.link,
            "authors": list(entry.authors),
            "publisher": feed.title,
            "section": entry.section,
            "language": feed.language,
            "published": entry.published,
            "modified": entry.modified,
        }
        yield article_of(
            Parsed(fields, entry.content), place, entry.id or f"{origin.rpartition('.')[0] or origin}-{number}"
        )


def feed_from(answer: Mapping[str, Any]) -> Feed:
    """Of an answer that may be anything. Raises Unreadable."""
    entries = answer.get("entries")
    if not isinstance(entries, list | tuple):
        raise Unreadable("could not be parsed: the reader gave no sensible answer", "correct it there")
    return Feed(
        _line(answer.get("title")),
        _line(answer.get("language")),
        tuple(_entry(entry) for entry in entries[:_ENTRIES] if isinstance(entry, Mapping)),
    )


def _entry(entry: Mapping[str, Any]) -> FeedEntry:
    content, authors = entry.get("content"), entry.get("authors")
    published, modified = parse_date(entry.get("published")), parse_date(entry.get("modified"))
    return FeedEntry(
        id=_line(entry.get("id")),
        link=web_address(entry.get("link")),
        title=_line(entry.get("title")),
        authors=tuple(filter(None, map(_line, authors[:50]))) if isinstance(authors, list | tuple) else (),
        published=published,
        modified=modified if published is None or (modified and modified >= published) else None,
        content=content if isinstance(content, str) else "",
        full=entry.get("full") is True,
        section=_line(entry.get("section")),
    )


def _line(value: Any) -> str | None:
    return clean_line(value[:_LONGEST]) or None if isinstance(value, str) else None


def parse_feed(data: bytes, *, url: str | None = None, charset: str | None = None) -> ParsedFeed:
    """Raises Unreadable."""
    import feedparser

    if is_gzip(data):
        data = gunzip(data)
    if len(data) > UNPACKED_LIMIT:
        raise Unreadable(f"is larger than {UNPACKED_LIMIT // 1_000_000} MB", "split it, or sync the articles' pages")
    decoded = decode(data, charset) if data.strip() else None
    if decoded is None:
        raise Unreadable("is empty, or no text", "remove it, or save the feed again")
    refuse_entities(decoded.text)
    # What was looked at is what is parsed: no second guess at its encoding.
    text = _DECLARATION.sub("", decoded.text).lstrip("\ufeff").encode("utf-8", "replace")
    found = feedparser.parse(
        io.BytesIO(b'<?xml version="1.0" encoding="utf-8"?>' + text),
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            **({"content-location": url} if url else {}),
        },
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not found.version and not found.entries and not is_feed(data):
        raise Unreadable("is not an RSS or Atom feed", "name a feed, a sitemap or a page")
    return ParsedFeed(
        _text(found.feed.get("title")),
        found.feed.get("language"),
        tuple(_fields(entry) for entry in found.entries[:_ENTRIES]),
    )


def _fields(entry: Any) -> dict[str, Any]:
    content, stated = _content(entry)
    long_enough = stated or len(content) >= _FULL
    return {
        "id": entry.get("id"),
        "link": entry.get("link"),
        "title": _text(entry.get("title")),
        "authors": [name for author in entry.get("authors", ()) if (name := author.get("name"))],
        "published": _moment(entry, "published"),
        "modified": _moment(entry, "updated"),
        "content": _APPEARED.sub("", content).strip(),
        "full": bool(content) and long_enough and not _CUT.search(_APPEARED.sub("", content).strip()[-400:]),
        "section": next((term for tag in entry.get("tags", ()) if (term := tag.get("term"))), None),
    }


def _content(entry: Any) -> tuple[str, bool]:
    """The longest of what the entry gives as its content, else its description; and whether it was the former."""
    from byline.ingest.formats.page_text import fragment_text

    content = max(
        (fragment_text(part.get("value") or "") for part in entry.get("content", ())[:5]), key=len, default=""
    )
    return (content, True) if content.strip() else (fragment_text(entry.get("summary") or ""), False)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _moment(entry: Any, name: str) -> str | None:
    written = dict.get(entry, name)  # its own `get` answers with the other date where there is none
    if parse_date(written) is not None:
        return str(written)
    read = dict.get(entry, f"{name}_parsed")
    return datetime.fromtimestamp(calendar.timegm(read), UTC).isoformat() if read else None
