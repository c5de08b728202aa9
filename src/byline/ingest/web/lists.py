"""What names articles on the web without being one: a feed, a sitemap, a list of addresses on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from byline.errors import SourceError
from byline.ingest.fetch.addresses import ForbiddenAddressError, web_address_of
from byline.ingest.formats.feed import Feed, FeedEntry, articles_of
from byline.ingest.formats.sitemap import SitemapEntry
from byline.ingest.unchanged import raw_digest
from byline.ingest.web.identity import identified
from byline.types import Article, Rejected

_LIST_BYTES = 2_000_000
_LIST_LENGTH = 10_000
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listed:
    """An address that something names; `modified`: since when, it says, the page has said the same."""

    url: str
    modified: datetime | None = None
    published: datetime | None = None


def entries_of(feed: Feed, feed_url: str) -> Iterator[Listed | Article | Rejected]:
    """The entries that carry their whole text as articles, the others as addresses to fetch."""
    for entry in feed.entries:
        if entry.full:
            yield from _whole(feed, entry, feed_url)
        elif entry.link:
            yield Listed(entry.link, entry.modified, entry.published)
        else:
            title = f" ({entry.title})" if entry.title else ""
            yield Rejected(feed_url, f"has an entry without text and without a link{title}", "correct the feed")


def newest_first(entries: Iterable[SitemapEntry]) -> list[Listed]:
    """Those without a date come last, in the order they have."""
    listed = [Listed(entry.address, entry.modified, entry.published) for entry in entries]
    return sorted(listed, key=lambda page: page.modified or page.published or _LONG_AGO, reverse=True)


def is_list(path: Path) -> bool:
    """Whether a text file has nothing in it but web addresses and comments."""
    if path.suffix.lower() != ".txt" or not path.is_file():
        return False
    with path.open("rb") as file:
        lines = [line.strip() for line in file.read(65_536).splitlines()]
    words = [line for line in lines if line and not line.startswith(b"#")]
    return bool(words) and all(
        word.lower().startswith((b"http://", b"https://")) and b" " not in word for word in words
    )


def read_list(path: Path) -> list[str]:
    """The addresses in the file, one a line; `#` begins a comment line. Raises SourceError."""
    try:
        with path.open("rb") as file:
            data = file.read(_LIST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise SourceError(f"{path} could not be read: {error.strerror or error}.", "Check the path.") from None
    except UnicodeDecodeError:
        raise SourceError(f"{path} is not UTF-8.", "Save it as UTF-8, one address a line.") from None
    lines = [line.strip() for line in text.splitlines()]
    urls = list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if len(data) > _LIST_BYTES or len(urls) > _LIST_LENGTH:
        raise SourceError(f"{path} lists more than {_LIST_LENGTH} addresses.", "Split it into several files.")
    if not urls:
        raise SourceError(f"{path} lists no address.", "Write one address a line into it.")
    return urls


def _whole(feed: Feed, entry: FeedEntry, feed_url: str) -> Iterator[Article | Rejected]:
    """The article in an entry. Its id is its address, not the entry's id, so that it is the same one from its page."""
    origin = entry.link or feed_url
    raw = raw_digest(repr(entry).encode("utf-8", "replace"))
    for read in articles_of(replace(feed, entries=(entry,)), feed_url):
        if isinstance(read, Rejected):
            yield replace(read, origin=origin)
            continue
        try:
            named = web_address_of(entry.link or "")
        except ForbiddenAddressError:
            # without an address of its own it is known by the feed's, and what the feed calls it
            name = hashlib.sha256((entry.id or entry.title or entry.content).encode("utf-8", "replace")).hexdigest()[
                :16
            ]
            yield replace(read, ref=replace(read.ref, id=f"{feed_url}#{name}", url=None), origin=origin, raw=raw)
        else:
            yield replace(identified(read, named), origin=origin, raw=raw)
