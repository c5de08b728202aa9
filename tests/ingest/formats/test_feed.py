from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.ingest.formats.feed import Feed, articles_of, feed_from, is_feed, is_sitemap, read_feed, read_sitemap
from byline.ingest.formats.parsed import Unreadable
from byline.ingest.formats.sitemap import Sitemap
from byline.ingest.limited.sandbox import Sandbox
from byline.ingest.text.clean import clean_text
from byline.types import Article, Rejected

WORDS = "The harbour bridge opened on Monday after four years of work. " * 12
RSS = f"""<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Paper</title><language>en-GB</language>
<item><title>The bridge &amp; the &#8220;river&#8221;</title><link>https://paper.example/bridge</link>
<guid>tag:1</guid><pubDate>Tue, 04 Mar 2025 10:00:00 +0100</pubDate><dc:creator>A Bee</dc:creator>
<category>City</category><description>In short.</description>
<content:encoded><![CDATA[<h2>At the harbour</h2><p>{WORDS}</p><p hidden>pineapple</p><script>pineapple</script>
<ul><li>One</li></ul><p>AT&amp;T&nbsp;said &lt;yes&gt;.</p>]]></content:encoded></item>
<item><title>Short&nbsp;one &hellip;</title><link>https://paper.example/short</link>
<description>Only this much …</description></item>
<item><title>Long</title><description>&lt;p&gt;{WORDS}&lt;/p&gt;</description></item>
<item><title>Cut</title><link>https://paper.example/cut</link><description>{WORDS} [...]</description></item>
<item><title>Bare</title></item></channel></rss>"""


def feed(text: str | bytes, **options: str) -> Feed:
    found = read_feed(text if isinstance(text, bytes) else text.encode(), "feed.xml", **options)
    assert isinstance(found, Feed), found
    return found


def test_rss_entries_become_articles_when_they_carry_their_text() -> None:
    found = feed(RSS)
    assert (found.title, found.language, len(found.entries)) == ("The Paper", "en-GB", 5)
    assert [entry.full for entry in found.entries] == [True, False, True, False, False]
    assert found.entries[1].title == "Short one …"
    items = list(articles_of(found, "feed.xml"))
    first = items[0]
    assert isinstance(first, Article)
    assert first.text.startswith("## At the harbour\n\nThe harbour bridge")
    assert first.text.endswith("- One\n\nAT&T said .") or first.text.endswith("- One\n\nAT&T said <yes>.")
    assert "pineapple" not in first.text
    assert (first.ref.title, first.ref.url, first.ref.id) == (
        "The bridge & the “river”", "https://paper.example/bridge", "https://paper.example/bridge",
    )  # fmt: skip
    assert (first.ref.authors, first.ref.section, first.ref.publisher) == (("A Bee",), "City", "The Paper")
    assert str(first.ref.published) == "2025-03-04 10:00:00+01:00"
    assert [item.origin for item in items] == [f"feed.xml:{n}" for n in range(1, 6)]
    refused = [item for item in items if isinstance(item, Rejected)]
    assert [item.reason for item in refused] == ["gives only a summary of its article"] * 2 + ["has no text"]
    assert "https://paper.example/short" in refused[0].next_step


def test_atom() -> None:
    found = feed(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Blatt</title><entry><id>urn:1</id>'
        '<link rel="alternate" href="/a"/><title type="html">Die &amp;lt;Brücke&amp;gt;</title>'
        "<published>2025-03-04T10:00:00Z</published><updated>2025-03-05T10:00:00Z</updated>"
        '<author><name>A Bee</name></author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
        "<p>Am Montag.</p><p>Am Dienstag.</p></div></content></entry></feed>",
        url="https://blatt.example/feed",
    )
    [item] = articles_of(found, "feed.atom")
    assert isinstance(item, Article)
    assert item.text == "Am Montag.\n\nAm Dienstag."
    assert (item.ref.url, item.ref.modified is not None) == ("https://blatt.example/a", True)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r", "utf-16"])
def test_encodings_of_feeds(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel><title>Мост</title></channel></rss>'
    assert feed(text.encode(encoding)).title == "Мост"
    assert is_feed(text.encode(encoding))
    plain = "<rss version='2.0'><channel><title>Мост открыт</title></channel></rss>"
    assert feed(plain.encode("koi8-r"), charset="koi8-r").title == "Мост открыт"


ENTITIES = {
    "file": '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    "network": '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]>',
    "parameter": '<!DOCTYPE rss [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>',
    "laughs": '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY x "' + "&a;" * 1000 + '">]>',
    "hidden": '<!-- <rss> --><!DOCTYPE rss [<!-- > --><!ENTITY x SYSTEM "file:///etc/hostname">]>',
    "spaced": '<!DOCTYPE rss [<!ENTITY\nx "haha">]>',
    "public": '<!DOCTYPE rss [<!ENTITY x PUBLIC "-//x" "file:///etc/hostname">]>',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "utf-16-le"])
@pytest.mark.parametrize("name", ENTITIES)
def test_a_feed_that_declares_entities_is_not_read(name: str, encoding: str) -> None:
    item = f"<item><title>&x;</title><description>&x;{WORDS}</description></item>"
    data = f"{ENTITIES[name]}<rss version='2.0'><channel><title>&x;</title>{item}</channel></rss>".encode(encoding)
    found = read_feed(data, "feed.xml")
    assert isinstance(found, Rejected)
    assert "declares entities" in found.reason
    sitemap = f"{ENTITIES[name]}<urlset><url><loc>https://a.example/&x;</loc></url></urlset>".encode(encoding)
    refused = read_sitemap(sitemap, "sitemap.xml")
    assert isinstance(refused, Rejected)
    assert "declares entities" in refused.reason


def test_words_about_entities_are_text() -> None:
    words = f"<![CDATA[<p>Write &lt;!ENTITY x>. <!ENTITY y> {WORDS}</p>]]>"
    text = f"<rss version='2.0'><channel><item><description>{words}</description></item></channel></rss>"
    [item] = articles_of(feed(text), "feed.xml")
    assert isinstance(item, Article)
    assert "<!ENTITY x>" in item.text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"<html><body>Words</body></html>", "not an RSS or Atom feed"),
        (b"words", "not an RSS or Atom feed"),
        (bytes(100), "no text"),
        (b"<rss>" + b" " * 10_000_001, "10 MB"),
        (gzip.compress(bytes(50_000_000)), "unpacks"),
    ],
    ids=["nothing", "page", "words", "zeros", "large", "bomb"],
)
def test_what_is_no_feed_is_refused_in_words(data: bytes, says: str) -> None:
    found = read_feed(data, "feed.xml")
    assert isinstance(found, Rejected)
    assert (found.origin, says in found.reason, bool(found.next_step)) == ("feed.xml", True, True)


def test_sniffing() -> None:
    assert is_feed(b'\xef\xbb\xbf <?xml version="1.0"?><!-- <html> --><?x?><rss version="2.0">')
    assert is_feed(b'<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="x">')
    assert is_feed(b"<!DOCTYPE rss [ <!ELEMENT a (b)> ]><rss>")
    others = (b"", b"<", b"<!--" * 9, b"<html>", b"rss", b"<rdf:RDF>", b"<!DOCTYPE", b"<?xml", b"\x1f\x8b")
    assert not any(map(is_feed, others))
    assert is_sitemap(b"<?xml version='1.0'?><urlset>")
    assert is_sitemap(gzip.compress(b"<sitemapindex>"))
    assert not is_sitemap(gzip.compress(b"<rss>"))
    assert not is_sitemap(gzip.compress(bytes(200_000_000)))


def test_sitemaps() -> None:
    text = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
      xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
      <url><loc> https://a.example/1 </loc><lastmod>2025-03-05</lastmod><news:news><news:publication>
      <news:name>N</news:name></news:publication><news:publication_date>2025-03-04T10:00:00Z</news:publication_date>
      <news:title>T &amp; U</news:title></news:news></url>
      <url><loc>javascript:alert(1)</loc></url><url><lastmod>2025-01-01</lastmod></url>
      <url><loc>https://a.example/2</loc></url></urlset>"""
    for data in (text.encode(), gzip.compress(text.encode())):
        found = read_sitemap(data, "sitemap.xml")
        assert isinstance(found, Sitemap)
        assert [entry.address for entry in found.pages] == ["https://a.example/1", "https://a.example/2"]
        assert found.pages[0].title == "T & U"
        assert str(found.pages[0].published) == "2025-03-04 10:00:00+00:00"
        assert found.pages[0].modified is not None
    nested = read_sitemap(b"<sitemapindex><sitemap><loc>https://a.example/s</loc></sitemap></sitemapindex>", "s")
    assert isinstance(nested, Sitemap)
    assert [entry.address for entry in nested.sitemaps] == ["https://a.example/s"]
    assert isinstance(read_sitemap(b"<urlset", "s"), Rejected | Sitemap)
    assert isinstance(read_sitemap(b"<rss/>", "s"), Rejected)


def test_the_sandbox_reads_the_same(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        assert sandbox.read_feed(RSS.encode(), "feed.xml") == feed(RSS)
        data = b"<urlset><url><loc>https://a.example/1</loc></url></urlset>"
        assert sandbox.read_sitemap(data, "s") == read_sitemap(data, "s")
        assert isinstance(sandbox.read_feed(b"x", "feed.xml"), Rejected)


KEYS = st.sampled_from(["entries", "title", "content", "link", "id", "authors", "published", "full"])
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=20)


@given(st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner), max_leaves=20))
def test_any_answer_becomes_a_feed_or_is_refused(answer: object) -> None:
    try:
        found = feed_from(answer if isinstance(answer, dict) else {"entries": answer})
    except Unreadable:
        return
    for item in articles_of(found, "f"):
        assert isinstance(item, Rejected) or clean_text(item.text) == item.text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.binary(max_size=60))
def test_never_raises(text: str, tail: bytes) -> None:
    data = f"<rss><channel><item><description>{text}</description>".encode("utf-8", "surrogatepass") + tail
    read_feed(data, "feed.xml")
    read_sitemap(b"<urlset><url><loc>" + data, "sitemap.xml")
