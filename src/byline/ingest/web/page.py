"""What was fetched from one address → its article."""

from __future__ import annotations

from dataclasses import replace

from byline.ingest.fetch.addresses import WebAddress
from byline.ingest.fetch.answer import Fetched, NotFetched
from byline.ingest.formats.feed import is_feed, is_sitemap
from byline.ingest.formats.parsed import Parsed, article_of
from byline.ingest.limited.gunzip import is_gzip
from byline.ingest.limited.sandbox import Sandbox
from byline.ingest.text.decode import decode
from byline.ingest.unchanged import Gone, raw_digest
from byline.ingest.web.identity import identified
from byline.types import Article, Rejected

SHORT = 250
"""Characters below which an undated page is no article: on the web those are sign-in, consent and error pages."""


def read_fetched(sandbox: Sandbox, address: WebAddress, answer: Fetched) -> Article | Rejected:
    url, final, data = address.url, answer.address.url, answer.data
    if is_gzip(data):
        return Rejected(url, "is a compressed file, not an article", "name the page itself")
    if is_feed(data) or is_sitemap(data):
        return Rejected(url, "is a feed or sitemap, not an article", "sync it as a source of its own")
    if b"%PDF-" in data[:1024]:
        read = sandbox.read_pdf(data, url, url=final)
    elif answer.media_type == "text/plain":
        decoded = decode(data, answer.charset)
        if decoded is None:
            return Rejected(url, "is a binary file, or in an encoding that cannot be told", "check the address")
        read = article_of(Parsed({"url": final}, decoded.text), url, final, dated_by_text=True)
    else:
        read = sandbox.read_page(data, url, url=final, charset=answer.charset)
        if isinstance(read, Article) and len(read.text) < SHORT and read.ref.published is None:
            return Rejected(
                url, f"has no article in it: {len(read.text)} characters without a date", "name the page itself"
            )
    if isinstance(read, Rejected):
        return read
    return replace(identified(read, answer.address), raw=raw_digest(data))


def not_there(address: WebAddress, answer: NotFetched, held: str | None) -> Gone | Rejected:
    if held and answer.status == 410:
        return Gone(address.url, held)
    if held and answer.status == 404:
        return Rejected(
            address.url,
            "is gone at its address (404); the article is kept",
            "withdraw it if it is not to be answered from",
        )
    return Rejected(address.url, answer.reason, answer.next_step)
