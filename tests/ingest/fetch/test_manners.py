"""robots.txt and the pause between two fetches."""

from __future__ import annotations

import resource
import time

import pytest

from byline.ingest.fetch.addresses import web_address_of
from byline.ingest.fetch.answer import Answer, Fetched, NotFetched
from byline.ingest.fetch.fetcher import Fetcher
from byline.ingest.fetch.robots import read_robots
from tests.ingest.fetch.internet import OTHER, Internet, Reply, Server, redirect, reply

PAGE = "http://news.example/story"


def fetch(fetcher: Fetcher, url: str = PAGE) -> Answer:
    return fetcher.fetch(web_address_of(url))


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /private", True),
        ("User-agent: Byline\nDisallow: /story", False),
        ("user-agent: BYLINE/1.0\ndisallow: /st*y$", False),
        ("User-agent: Byline\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: Googlebot\nDisallow: /", True),
        ("User-agent: Googlebot\nUser-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\nAllow: /story", True),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("<html><p>This is not robots.txt</html>", True),
    ],
)
def test_what_a_site_allows(robots: str, allowed: bool, net: Internet, site: Server) -> None:
    site.routes |= {"/robots.txt": reply(robots, content_type="text/plain"), "/story": reply("<p>Words")}
    answer = fetch(net.fetcher())
    assert isinstance(answer, Fetched) is allowed
    assert site.paths() == (["/story"] if allowed else [])


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (reply("", 404), True),
        (reply("", 410), True),
        (reply("", 403), True),
        (reply("", 429), False),
        (reply("", 500), False),
        (reply("", 503), False),
        (lambda connection, asked: time.sleep(8), False),
        (redirect("http://10.0.0.1/robots.txt"), False),
        (reply(b"a" * 600_000, content_type="text/plain"), False),
        (reply("User-agent: *\nDisallow: /x", content_type="application/octet-stream"), True),
    ],
)
def test_a_site_whose_robots_txt_cannot_be_had(robots: Reply, allowed: bool, net: Internet, site: Server) -> None:
    site.routes |= {"/robots.txt": robots, "/story": reply("<p>Words")}
    answer = fetch(net.fetcher(fetch_s=2.0))
    assert isinstance(answer, Fetched) is allowed
    assert site.paths() == (["/story"] if allowed else [])


def test_robots_txt_is_asked_for_once(net: Internet, site: Server) -> None:
    site.routes["/story"] = reply("<p>Words")
    fetcher = net.fetcher()
    for _ in range(3):
        fetch(fetcher)
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/story", "/story", "/story"]


def test_the_site_a_redirect_leads_to_is_asked_too(net: Internet, site: Server) -> None:
    site.routes["/story"] = redirect("http://other.example/story")
    with Server() as other:
        net.servers[OTHER] = other
        other.routes |= {"/robots.txt": reply("User-agent: *\nDisallow: /"), "/story": reply("<p>Words")}
        answer = fetch(net.fetcher())
        assert isinstance(answer, NotFetched)
        assert "robots.txt" in answer.reason
        assert other.paths() == []


@pytest.mark.parametrize(
    ("robots", "pause_s"),
    [("", 1.0), ("User-agent: *\nCrawl-delay: 7", 7.0), ("User-agent: *\nRequest-rate: 1/20", 20.0)],
)
def test_the_pause_between_two_fetches(robots: str, pause_s: float, net: Internet, site: Server) -> None:
    site.routes |= {"/robots.txt": reply(robots), "/story": redirect("/moved"), "/moved": reply("<p>Words")}
    waited: list[float] = []
    fetcher = net.fetcher(interval_s=1.0, waited=waited)
    for _ in range(3):
        assert isinstance(fetch(fetcher), Fetched)
    assert waited == [pytest.approx(pause_s, abs=0.5)] * 2


def test_a_delay_nobody_would_wait_for(net: Internet, site: Server) -> None:
    site.routes |= {"/robots.txt": reply("User-agent: *\nCrawl-delay: 86400"), "/story": reply("<p>Words")}
    answer = fetch(net.fetcher())
    assert isinstance(answer, NotFetched)
    assert "86400 seconds" in answer.reason


def test_a_robots_txt_that_would_be_expensive() -> None:
    robots = "".join(f"User-agent: robot{n}\n" for n in range(12_000)) + "Disallow: /a\n" * 18_000
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    rules = read_robots(robots.encode())
    assert rules.allows("http://news.example/a")
    assert time.process_time() - started < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
    stars = read_robots(b"User-agent: *\nDisallow: /" + b"*a" * 1000 + b"b$")
    started = time.process_time()
    assert stars.allows("http://news.example/" + "a" * 2000)
    assert time.process_time() - started < 1
