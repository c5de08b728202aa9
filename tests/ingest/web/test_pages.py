"""Sites on loopback synced into a real library: what is asked for, what becomes of it, what is not asked again."""

from __future__ import annotations

import gzip
import hashlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from byline.errors import SourceError
from byline.ingest.fetch.fetcher import Fetcher
from byline.ingest.limited.sandbox import Sandbox
from byline.ingest.source import sync_source, sync_window
from byline.ingest.sync import SyncReport
from byline.ingest.unique import unique
from byline.ingest.web.pages import PAGES, WebSource
from tests.ingest.fetch.internet import OTHER, PUBLIC, Asked, Internet, Reply, Server, internet, redirect, reply
from tests.newsroom import MemoryShelf, Newsroom, newsroom

SITE = "http://news.example"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def story(number: int, more: str = "") -> str:
    paragraphs = "".join(
        f"<p>Paragraph {part} of story {number} says that the harbour council met about bridge {number} and "
        f"agreed on a budget of {number}{part} million crowns for its repair, which begins in spring.</p>"
        for part in range(1, 6)
    )
    return (
        f'<html lang="en"><head><title>Story {number} about the harbour</title>'
        f'<link rel="canonical" href="{SITE}/story-{number}"><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="2026-02-{number % 27 + 1:02}T08:00:00Z"></head>'
        f"<body><article><h1>Story {number} about the harbour</h1>{paragraphs}{more}</article></body></html>"
    )


def rss(numbers: Iterator[int] | range | list[int], *, full: bool = False, date: str = "") -> str:
    items = "".join(
        f"<item><title>Story {n} about the harbour</title><link>{SITE}/story-{n}?utm_source=rss</link>"
        f"<guid isPermaLink='false'>tag:{n}</guid>"
        + (f"<pubDate>{date}</pubDate>" if date else "")
        + (
            f"<content:encoded><![CDATA[{story(n).split('</h1>')[1].split('</article>')[0]}]]></content:encoded>"
            if full
            else "<description>The council met.</description>"
        )
        + "</item>"
        for n in numbers
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Harbour News</title><link>{SITE}/</link>{items}</channel></rss>"
    )


def tagged(body: str | bytes, content_type: str = "text/html; charset=utf-8") -> Reply:
    """Answers 304 to who has this very body."""
    data = body.encode() if isinstance(body, str) else body
    etag = f'"{hashlib.sha256(data).hexdigest()}"'

    def send(connection: socket.socket, asked: Asked) -> None:
        same = asked.headers.get("if-none-match") == etag
        answer = reply(status=304, etag=etag) if same else reply(data, etag=etag, content_type=content_type)
        answer(connection, asked)

    return send


FEED = "application/rss+xml"


@dataclass
class Desk:
    """A library, a site, and a clock that is put on by hand."""

    room: Newsroom
    net: Internet
    site: Server
    now: datetime = START
    fetchers: list[Fetcher] = field(default_factory=list)

    def sync(self, url: str = f"{SITE}/feed.xml") -> SyncReport:
        """And forgets which requests there were before."""
        self.site.asked.clear()
        with Sandbox() as sandbox:
            web = WebSource(url, self.net.fetcher(), sandbox, self.room.synchronizer.fetches, lambda: self.now)
            return sync_window(self.room.synchronizer, url, web, unique(web.read(url)))

    def stories(self, numbers: range) -> None:
        self.site.routes |= {f"/story-{n}?utm_source=rss": tagged(story(n)) for n in numbers}
        self.site.routes |= {f"/story-{n}": tagged(story(n)) for n in numbers}


def counts(report: SyncReport) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.removed, len(report.rejected)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with internet() as (net, site), newsroom(tmp_path / "index", MemoryShelf(), tokens=64) as room:
        yield Desk(room, net, site)


def test_an_unchanged_feed_of_twenty_costs_one_request(desk: Desk) -> None:
    desk.stories(range(20))
    desk.site.routes["/feed.xml"] = tagged(rss(range(20)), FEED)
    assert counts(desk.sync()) == (20, 0, 0, 0, 0)
    assert len(desk.site.paths()) == 21
    assert counts(desk.sync()) == (0, 0, 20, 0, 0)
    assert desk.site.paths() == ["/feed.xml"]


def test_an_unchanged_feed_without_validators_costs_one_request(desk: Desk) -> None:
    desk.stories(range(20))
    desk.site.routes["/feed.xml"] = reply(rss(range(20)), content_type=FEED)
    desk.sync()
    assert counts(desk.sync()) == (0, 0, 20, 0, 0)
    assert desk.site.paths() == ["/feed.xml"]


def test_a_new_item_costs_two_requests_and_later_one_for_each_item(desk: Desk) -> None:
    desk.stories(range(21))
    desk.site.routes["/feed.xml"] = tagged(rss(range(20)), FEED)
    desk.sync()
    desk.site.routes["/feed.xml"] = tagged(rss(range(1, 21)), FEED)
    assert counts(desk.sync()) == (1, 0, 20, 0, 0)
    assert desk.site.paths() == ["/feed.xml", "/story-20?utm_source=rss"]
    desk.now += timedelta(hours=2)
    desk.site.routes["/feed.xml"] = tagged(rss(range(20)), FEED)
    assert counts(desk.sync()) == (0, 0, 21, 0, 0)
    assert len(desk.site.paths()) == 1 + 20
    assert all("if-none-match" in asked.headers for asked in desk.site.asked if asked.path != "/robots.txt")


def test_what_falls_out_of_the_feed_stays(desk: Desk) -> None:
    desk.stories(range(30))
    desk.site.routes["/feed.xml"] = tagged(rss(range(20)), FEED)
    desk.sync()
    desk.site.routes["/feed.xml"] = tagged(rss(range(10, 30)), FEED)
    assert counts(desk.sync()) == (10, 0, 20, 0, 0)
    assert len(desk.room.articles()) == 30
    desk.site.routes["/feed.xml"] = tagged(rss([]), FEED)
    assert counts(desk.sync()) == (0, 0, 30, 0, 0)


def test_a_correction_is_read_when_the_feed_says_so_or_an_hour_has_passed(desk: Desk) -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour News</title>
    <entry><id>1</id><title>Story 1</title><link href="{site}/story-1"/><updated>{updated}</updated></entry></feed>"""
    desk.stories(range(2))
    desk.site.routes["/feed.xml"] = tagged(atom.format(site=SITE, updated="2026-03-01T10:00:00Z"), FEED)
    desk.sync()
    desk.site.routes["/story-1"] = tagged(story(1, "<p>Correction: the bridge is in the north of the harbour.</p>"))
    desk.now += timedelta(minutes=10)
    desk.site.routes["/feed.xml"] = tagged(atom.format(site=SITE, updated="2026-03-01T12:05:00Z"), FEED)
    assert counts(desk.sync()) == (0, 1, 0, 0, 0)
    assert "north of the harbour" in desk.room.articles()["https://news.example/story-1"]


def test_a_feed_of_whole_articles_is_not_fetched_item_by_item(desk: Desk) -> None:
    desk.site.routes["/feed.xml"] = tagged(rss(range(3), full=True), FEED)
    assert counts(desk.sync()) == (3, 0, 0, 0, 0)
    assert desk.site.paths() == ["/feed.xml"]
    assert set(desk.room.articles()) == {f"https://news.example/story-{n}" for n in range(3)}


def test_an_article_from_a_feed_and_from_its_page_is_one(desk: Desk) -> None:
    desk.stories(range(3))
    desk.site.routes["/feed.xml"] = tagged(rss(range(3)), FEED)
    desk.sync()
    desk.site.routes["/old"] = redirect("/story-1?fbclid=x", 301)
    desk.site.routes["/story-1?fbclid=x"] = tagged(story(1))
    for url in (f"{SITE}/story-1", f"{SITE}/old", f"{SITE}/story-2?utm_source=rss"):
        assert counts(desk.sync(url)) == (0, 0, 1, 0, 0), url
    assert len(desk.room.articles()) == 3


def test_a_page_again_is_one_conditional_request(desk: Desk) -> None:
    desk.stories(range(2))
    assert counts(desk.sync(f"{SITE}/story-1")) == (1, 0, 0, 0, 0)
    assert counts(desk.sync(f"{SITE}/story-1")) == (0, 0, 1, 0, 0)
    [asked] = [asked for asked in desk.site.asked if asked.path == "/story-1"]
    assert "if-none-match" in asked.headers
    desk.site.routes["/story-1"] = tagged(story(1, "<p>It was later decided to paint the bridge red.</p>"))
    assert counts(desk.sync(f"{SITE}/story-1")) == (0, 1, 0, 0, 0)


def test_a_page_that_is_gone(desk: Desk) -> None:
    desk.stories(range(3))
    for number in (1, 2):
        desk.sync(f"{SITE}/story-{number}")
    desk.site.routes["/story-1"] = reply("", 404)
    report = desk.sync(f"{SITE}/story-1")
    assert counts(report) == (0, 0, 1, 0, 1)
    assert "gone at its address (404)" in report.rejected[0].reason
    desk.site.routes["/story-2"] = reply("", 410)
    assert counts(desk.sync(f"{SITE}/story-2")) == (0, 0, 0, 1, 0)
    assert set(desk.room.articles()) == {"https://news.example/story-1"}
    with pytest.raises(SourceError, match="is gone"):
        desk.sync(f"{SITE}/story-2")
    desk.stories(range(3))
    assert counts(desk.sync(f"{SITE}/story-2")) == (1, 0, 0, 0, 0)


def test_what_failed_for_now_is_tried_again_though_the_feed_is_the_same(desk: Desk) -> None:
    desk.stories(range(3))
    good = desk.site.routes["/story-1?utm_source=rss"]
    desk.site.routes |= {"/story-1?utm_source=rss": reply("", 500), "/feed.xml": tagged(rss(range(3)), FEED)}
    assert counts(desk.sync()) == (2, 0, 0, 0, 1)
    desk.site.routes["/story-1?utm_source=rss"] = good
    assert counts(desk.sync()) == (1, 0, 2, 0, 0)
    assert desk.site.paths() == ["/feed.xml", "/story-1?utm_source=rss"]
    assert counts(desk.sync()) == (0, 0, 3, 0, 0)
    assert desk.site.paths() == ["/feed.xml"]


def test_a_site_that_does_not_answer_is_not_waited_for_again_and_again(desk: Desk) -> None:
    desk.net.names["silent.example"] = [[OTHER]]  # where nothing listens
    links = "".join(f"<item><title>{n}</title><link>http://silent.example/{n}</link></item>" for n in range(50))
    desk.stories(range(1))
    desk.site.routes["/feed.xml"] = reply(rss([0]).replace("</channel>", links + "</channel>"), content_type=FEED)
    report = desk.sync()
    assert (report.added, len(report.rejected)) == (1, 50)
    assert desk.net.dialled.count(OTHER) <= 3
    assert sum("did not answer 3 times running" in rejected.reason for rejected in report.rejected) == 47


def test_a_sync_that_breaks_off_forgets_nothing(desk: Desk) -> None:
    desk.stories(range(3))
    desk.site.routes["/feed.xml"] = tagged(rss(range(3)), FEED)
    desk.room.embedder.breaks_at = 0
    with pytest.raises(ZeroDivisionError):
        desk.sync()
    desk.room.embedder.breaks_at = None
    assert counts(desk.sync()) == (3, 0, 0, 0, 0)


def sitemap(entries: dict[str, str], kind: str = "urlset") -> str:
    inner = "url" if kind == "urlset" else "sitemap"
    rows = "".join(
        f"<{inner}><loc>{SITE}{path}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</{inner}>"
        for path, date in entries.items()
    )
    return f'<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{kind}>'


def test_a_sitemap_newest_first_and_only_what_changed(desk: Desk) -> None:
    desk.stories(range(4))
    entries = {"/story-0": "2026-01-01", "/story-1": "2026-02-01", "/story-2": "", "/story-3": "2026-01-15"}
    url = f"{SITE}/sitemap.xml"
    desk.site.routes["/sitemap.xml"] = tagged(sitemap(entries), "application/xml")
    assert counts(desk.sync(url)) == (4, 0, 0, 0, 0)
    assert desk.site.paths() == ["/sitemap.xml", "/story-1", "/story-3", "/story-0", "/story-2"]
    desk.now += timedelta(hours=2)
    entries["/story-0"] = "2026-03-01T13:00:00Z"
    desk.site.routes["/sitemap.xml"] = tagged(sitemap(entries), "application/xml")
    assert counts(desk.sync(url)) == (0, 0, 4, 0, 0)
    assert desk.site.paths() == ["/sitemap.xml", "/story-0", "/story-2"]


def test_an_index_of_packed_sitemaps(desk: Desk) -> None:
    desk.stories(range(4))
    url = f"{SITE}/sitemap.xml"
    children = {"/new.xml.gz": "2026-02-27", "/old.xml.gz": "2026-01-01"}
    desk.site.routes |= {
        "/sitemap.xml": tagged(sitemap(children, "sitemapindex"), "text/xml"),
        "/new.xml.gz": tagged(gzip.compress(sitemap({"/story-0": "", "/story-1": ""}).encode()), "application/gzip"),
        "/old.xml.gz": tagged(gzip.compress(sitemap({"/story-2": "", "/story-3": ""}).encode()), "application/x-gzip"),
    }
    assert counts(desk.sync(url)) == (4, 0, 0, 0, 0)
    assert desk.site.paths()[:3] == ["/sitemap.xml", "/new.xml.gz", "/old.xml.gz"]
    desk.site.routes["/sitemap.xml"] = tagged(sitemap(children | {"/x.xml": "2026-01-01"}, "sitemapindex"), "text/xml")
    report = desk.sync(url)
    assert desk.site.paths() == ["/sitemap.xml", "/x.xml"]
    assert counts(report) == (0, 0, 4, 0, 1)


def test_a_large_sitemap_is_read_in_several_syncs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("byline.ingest.web.pages.PAGES", 3)
    assert PAGES == 500
    desk.stories(range(8))
    url = f"{SITE}/sitemap.xml"
    desk.site.routes["/sitemap.xml"] = tagged(sitemap({f"/story-{n}": "" for n in range(8)}), "text/xml")
    reports = [desk.sync(url) for _ in range(4)]
    assert [report.added for report in reports] == [3, 3, 2, 0]
    assert "lists 5 more pages" in reports[0].rejected[0].reason
    assert reports[2].rejected == ()
    assert desk.site.paths() == ["/sitemap.xml"]


HOSTILE = {
    "file:///etc/passwd": "is not http or https",
    "http://169.254.169.254/latest/": "stands for this link only",
    "http://news.example:22/x": "only 80 and 443",
    "gopher://127.0.0.1:6379/_FLUSHALL": "",
    "http://inside.example/x": "robots.txt",
}


def test_a_feed_or_sitemap_that_names_forbidden_places(desk: Desk) -> None:
    desk.net.names["inside.example"] = [["10.0.0.1"]]
    desk.stories(range(1))
    links = "".join(f"<item><title>x</title><link>{url}</link></item>" for url in HOSTILE)
    desk.site.routes["/feed.xml"] = reply(rss([0]).replace("</channel>", links + "</channel>"), content_type=FEED)
    report = desk.sync()
    assert (report.added, len(report.rejected)) == (1, len(HOSTILE))
    desk.site.routes["/sitemap.xml"] = reply(
        sitemap({}).replace(
            "></urlset>", ">" + "".join(f"<url><loc>{url}</loc></url>" for url in HOSTILE) + "</urlset>"
        ),
        content_type="text/xml",
    )
    desk.sync(f"{SITE}/sitemap.xml")
    assert set(desk.net.dialled) == {PUBLIC}


def test_an_external_entity_in_a_feed_is_not_read(desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret words")
    entity = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]>'
    desk.site.routes["/feed.xml"] = reply(
        rss([0], full=True).replace('<?xml version="1.0"?>', entity).replace("Paragraph 1", "&x;"), content_type=FEED
    )
    report = desk.sync()
    assert report.added == 0
    assert not any("secret words" in text for text in desk.room.articles().values())


def test_a_page_cannot_take_the_place_of_another_sites_article(desk: Desk) -> None:
    desk.stories(range(2))
    desk.sync(f"{SITE}/story-1")
    with Server() as other:
        desk.net.servers[OTHER] = other
        other.routes["/copy"] = reply(story(1, "<p>But these are not the words of the harbour news at all.</p>"))
        assert counts(desk.sync("http://other.example/copy")) == (1, 0, 0, 0, 0)
    assert set(desk.room.articles()) == {"https://news.example/story-1", "https://other.example/copy"}


def test_a_source_of_which_nothing_is_to_be_had(desk: Desk) -> None:
    for url, reason in {
        f"{SITE}/nothing": "is not there",
        "http://nowhere.example/": "could not be found",
        "http://127.0.0.1/": "stands for this machine",
        "http://localhost/": "local network",
        "ftp://news.example/": "not http or https",
    }.items():
        with pytest.raises(SourceError, match=reason):
            sync_source(desk.room.synchronizer, url, fetcher=desk.net.fetcher())


def test_a_list_of_addresses(desk: Desk, tmp_path: Path) -> None:
    desk.stories(range(3))
    desk.site.routes["/feed.xml"] = tagged(rss([2]), FEED)
    listed = tmp_path / "pages.txt"
    lines = [f"{SITE}/story-0", "", "# the feed", f"{SITE}/feed.xml", f"{SITE}/nothing", "http://10.0.0.1/"]
    listed.write_text("\n".join(lines))
    report = sync_source(desk.room.synchronizer, listed, fetcher=desk.net.fetcher())
    assert counts(report) == (2, 0, 0, 0, 2)
    assert report.source == f"urls:{listed}"
    again = sync_source(desk.room.synchronizer, f"urls:{listed}", fetcher=desk.net.fetcher())
    assert counts(again) == (0, 0, 2, 0, 2)


def test_a_text_file_is_an_article_all_the_same(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(f"{SITE}/story-0\n\nThe words of an article that begins with its address.")
    assert counts(sync_source(desk.room.synchronizer, file)) == (1, 0, 0, 0, 0)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"# nothing\n"])
def test_a_list_that_lists_nothing(desk: Desk, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pages.txt").write_bytes(content)
    with pytest.raises(SourceError):
        sync_source(desk.room.synchronizer, f"urls:{tmp_path / 'pages.txt'}", fetcher=desk.net.fetcher())


def test_plain_text_and_what_is_no_article(desk: Desk) -> None:
    words = "The harbour bridge opens on Monday\n\n" + "It had been closed since April for repairs. " * 20
    desk.site.routes |= {
        "/story.txt": reply(words, content_type="text/plain; charset=utf-8"),
        "/packed.gz": reply(gzip.compress(b"\0" * 10**7), content_type="application/gzip"),
        "/zero.html": reply(b"\0" * 10**6),
        "/lock": reply("<html><body>Log in</body></html>"),
    }
    assert counts(desk.sync(f"{SITE}/story.txt")) == (1, 0, 0, 0, 0)
    for path in ("/packed.gz", "/zero.html", "/lock"):
        assert counts(desk.sync(SITE + path)) == (0, 0, 0, 0, 1), path


@contextmanager
def real_site(path: Path) -> Iterator[Desk]:
    with internet() as (net, site), newsroom(path, tokens=64) as room:
        yield Desk(room, net, site)


def test_a_whole_site_into_real_indexes(tmp_path: Path) -> None:
    """A feed, a page and a sitemap of one site, with Chroma and tantivy; each article is there once and is found."""
    with real_site(tmp_path / "index") as desk:
        desk.stories(range(12))
        desk.site.routes["/feed.xml"] = tagged(rss(range(5)), FEED)
        desk.site.routes["/sitemap.xml"] = tagged(sitemap({f"/story-{n}": "" for n in range(12)}), "text/xml")
        for source, added in ((f"{SITE}/feed.xml", 5), (f"{SITE}/story-7", 1), (f"{SITE}/sitemap.xml", 6)):
            report = sync_source(desk.room.synchronizer, source, fetcher=desk.net.fetcher())
            assert (report.added, report.rejected) == (added, ())
        assert set(desk.room.articles()) == {f"https://news.example/story-{n}" for n in range(12)}
        [hits] = desk.room.search("What was agreed about bridge 7?")
        assert hits[0].passage.article.url == f"{SITE}/story-7"
        held = desk.room.held()
        assert held["live"] == held["vectors"] == held["lexical"]
