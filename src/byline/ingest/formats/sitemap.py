"""A sitemap → the addresses in it, or those of further sitemaps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from byline.ingest.formats.dates import parse_date
from byline.ingest.formats.fields import web_address
from byline.ingest.formats.parsed import Unreadable
from byline.ingest.formats.xml_head import refuse_entities, root_name
from byline.ingest.limited.gunzip import gunzip, is_gzip, unpacked_start
from byline.ingest.text.clean import clean_line
from byline.ingest.text.decode import decode
from byline.types import Rejected

_UNPACKED_LIMIT = 50_000_000  # what sitemaps.org allows
_ENTRIES = 50_000
_LONGEST = 3_000
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_PLAIN = ("loc", "lastmod", "publication_date", "title")


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """`modified` is lastmod, `published` and `title` are what a news sitemap says."""

    address: str
    modified: datetime | None = None
    published: datetime | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    pages: tuple[SitemapEntry, ...] = ()
    sitemaps: tuple[SitemapEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedSitemap:
    """As it was found: a list of names and values for each entry."""

    index: bool
    entries: tuple[Mapping[str, str], ...]


def is_sitemap(data: bytes) -> bool:
    """Whether `data`, perhaps gzipped, begins like one."""
    return root_name(unpacked_start(data) if is_gzip(data) else data) in ("urlset", "sitemapindex")


def read_sitemap(data: bytes, origin: str) -> Sitemap | Rejected:
    """In this process, without limits; `Sandbox.read_sitemap` is the same with them."""
    try:
        parsed = parse_sitemap(data)
        return sitemap_from({"index": parsed.index, "entries": list(parsed.entries)})
    except Unreadable as error:
        return error.rejected(origin)


def parse_sitemap(data: bytes) -> ParsedSitemap:
    """Raises Unreadable."""
    from lxml import etree

    if is_gzip(data):
        data = gunzip(data, _UNPACKED_LIMIT)
    decoded = decode(data)
    if decoded is None or root_name(data) not in ("urlset", "sitemapindex"):
        raise Unreadable("is not a sitemap", "name a sitemap, a feed or a page")
    refuse_entities(decoded.text)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        tree = etree.fromstring(_DECLARATION.sub("", decoded.text).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"is not valid XML: {error}", "correct it there") from None
    if tree is None:
        raise Unreadable("is not valid XML", "correct it there")
    return ParsedSitemap(_local(tree) == "sitemapindex", tuple(_entries(tree)))


def _entries(tree: Any) -> Iterator[dict[str, str]]:
    for count, entry in enumerate(part for part in tree if isinstance(part.tag, str)):
        if count == _ENTRIES:
            return
        values: dict[str, str] = {}
        for part in entry.iter():
            name = _local(part)
            if name in _PLAIN and part.text and len(part.text) <= _LONGEST:
                values.setdefault(name, part.text.strip())
        yield values


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def sitemap_from(answer: Mapping[str, Any]) -> Sitemap:
    """Of an answer that may be anything. Raises Unreadable."""
    entries = answer.get("entries")
    if not isinstance(entries, list | tuple):
        raise Unreadable("could not be parsed: the reader gave no sensible answer", "correct it there")
    found = tuple(
        SitemapEntry(
            address, parse_date(entry.get("lastmod")), parse_date(entry.get("publication_date")), _title(entry)
        )
        for entry in entries[:_ENTRIES]
        if isinstance(entry, Mapping) and (address := web_address(entry.get("loc"))) is not None
    )
    return Sitemap(sitemaps=found) if answer.get("index") is True else Sitemap(pages=found)


def _title(entry: Mapping[str, Any]) -> str | None:
    title = entry.get("title")
    return clean_line(title[:_LONGEST]) or None if isinstance(title, str) else None
