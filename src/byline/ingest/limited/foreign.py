"""Pages, PDFs and feeds of a folder → articles, each parsed in a sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from byline.ingest.folder import SourceFile, read_bytes
from byline.ingest.formats.feed import articles_of, is_feed, is_sitemap
from byline.ingest.limited.sandbox import Sandbox
from byline.ingest.unchanged import Item, Known, raw_digest, unchanged
from byline.types import Article, Rejected

PAGE_LIMIT = 10_000_000
PDF_LIMIT = 100_000_000


def read_page_file(file: SourceFile, known: Mapping[str, Known], sandbox: Sandbox) -> Iterator[Item]:
    data = read_bytes(file, PAGE_LIMIT)
    if isinstance(data, Rejected):
        yield data
        return
    raw = raw_digest(data)
    stem = file.stem.removesuffix(".html").removesuffix(".HTML")
    yield unchanged(file.origin, raw, known) or _kept(sandbox.read_page(data, file.origin, fallback_id=stem), raw)


def read_pdf_file(file: SourceFile, known: Mapping[str, Known], sandbox: Sandbox) -> Iterator[Item]:
    data = read_bytes(file, PDF_LIMIT)
    if isinstance(data, Rejected):
        yield data
        return
    raw = raw_digest(data)
    yield unchanged(file.origin, raw, known) or _kept(sandbox.read_pdf(data, file.origin, fallback_id=file.stem), raw)


def read_feed_file(file: SourceFile, known: Mapping[str, Known], sandbox: Sandbox) -> Iterator[Item]:
    """Its entries as articles. Read every time, as JSON is: the entries that are rejected must be named again."""
    data = read_bytes(file, PAGE_LIMIT)
    if isinstance(data, Rejected):
        yield data
    elif not data.strip():
        yield Rejected(file.origin, "is empty", "remove it, or save the feed again")
    elif not is_feed(data):
        yield _not_a_feed(file, data)
    else:
        feed = sandbox.read_feed(data, file.origin)
        if isinstance(feed, Rejected):
            yield feed
        elif not feed.entries:
            yield Rejected(file.origin, "is a feed without entries", "remove it, or save the feed again")
        else:
            yield from articles_of(feed, file.origin)


def _not_a_feed(file: SourceFile, data: bytes) -> Rejected:
    if is_sitemap(data):
        return Rejected(file.origin, "is a sitemap, which holds no articles", "sync the sitemap's own address instead")
    return Rejected(
        file.origin, "is XML, but not an RSS or Atom feed", "save a page as .html, an article as .md or .txt"
    )


def _kept(read: Article | Rejected, raw: str) -> Article | Rejected:
    return replace(read, raw=raw) if isinstance(read, Article) else read
