"""What servers do, well and badly; each answer comes from a real one on loopback."""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from byline import __version__
from byline.ingest.fetch.addresses import web_address_of
from byline.ingest.fetch.answer import Answer, Fetched, NotFetched, NotModified, Validators
from byline.ingest.fetch.body import SIZE_LIMIT
from byline.ingest.fetch.network import Network
from tests.ingest.fetch.internet import OTHER, PUBLIC, Asked, Internet, Reply, Server, raw, redirect, reply

PAGE = "http://news.example/story"
MODIFIED = "Mon, 02 Jun 2025 08:00:00 GMT"
PROXY = "http://127.0.0.1:1"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n"


def fetch(net: Internet, url: str = PAGE, *, fetch_s: float = 5.0, held: Validators | None = None) -> Answer:
    return net.fetcher(fetch_s=fetch_s).fetch(web_address_of(url), held)


def refused(answer: Answer) -> str:
    assert isinstance(answer, NotFetched), answer
    assert answer.next_step
    return answer.reason


def test_a_page_and_what_is_sent_for_it(net: Internet, site: Server) -> None:
    site.routes["/story"] = reply(
        "<p>Words", etag='"1"', last_modified="Mon, 02 Jun 2025 08:00:00 GMT", set_cookie="a=1"
    )
    fetcher = net.fetcher()
    for _ in range(2):
        answer = fetcher.fetch(web_address_of(PAGE))
        assert isinstance(answer, Fetched)
        assert (answer.data, answer.media_type, answer.charset) == (b"<p>Words", "text/html", "utf-8")
        assert answer.validators == Validators(PAGE, '"1"', MODIFIED)
    first, second = [asked for asked in site.asked if asked.path == "/story"]
    assert first.headers == second.headers
    assert set(first.headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert first.headers["user-agent"] == f"Byline/{__version__}"
    assert first.headers["host"] == "news.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTP_PROXY", "http://127.0.0.1:1"), ("ALL_PROXY", "http://127.0.0.1:1"), ("NETRC", "/dev/null")],
)
def test_nothing_of_the_environment_counts(
    name: str, value: str, net: Internet, site: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setenv(name.lower(), value)
    site.routes["/story"] = reply("<p>Words")
    assert isinstance(fetch(net), Fetched)
    assert "authorization" not in site.asked[-1].headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(status: int, net: Internet, site: Server) -> None:
    site.routes |= {"/story": redirect("/moved", status), "/moved": reply("<p>Words")}
    answer = fetch(net)
    assert isinstance(answer, Fetched)
    assert answer.address.url == "http://news.example/moved"


def test_five_redirects_and_not_six(net: Internet, site: Server) -> None:
    for number in range(6):
        site.routes[f"/{number}"] = redirect(f"/{number + 1}")
    site.routes["/6"] = reply("<p>Words")
    assert isinstance(fetch(net, "http://news.example/1"), Fetched)
    assert "more than 5 times" in refused(fetch(net, "http://news.example/0"))


def test_a_loop_of_redirects_ends(net: Internet, site: Server) -> None:
    site.routes |= {"/story": redirect("/back"), "/back": redirect("/story")}
    assert "more than 5 times" in refused(fetch(net))
    assert len(site.paths()) == 6


def test_a_redirect_without_a_place(net: Internet, site: Server) -> None:
    site.routes["/story"] = reply(status=301)
    assert refused(fetch(net)) == "redirects without saying where"


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://news.example/x", "gopher://127.0.0.1:6379/_x", "http://news.example:6379/"]
)
def test_a_redirect_to_another_scheme_or_port(to: str, net: Internet, site: Server) -> None:
    site.routes["/story"] = redirect(to)
    assert refused(fetch(net)).startswith(f"redirects to '{to}', which ")
    assert set(net.dialled) == {PUBLIC}


def test_a_redirect_to_a_name_of_a_private_address(net: Internet, site: Server) -> None:
    net.names["inside.example"] = [["169.254.169.254"]]
    site.routes["/story"] = redirect("http://inside.example/latest/meta-data/")
    assert "robots.txt" in refused(fetch(net))
    assert set(net.dialled) == {PUBLIC}


def test_a_name_that_is_bound_anew_between_check_and_connection(net: Internet, site: Server) -> None:
    """Public when it is asked for the first time, private ever after: what was checked is what is connected to."""
    site.routes["/story"] = reply("<p>Words")
    for _ in range(20):
        net.names["rebound.example"] = [[PUBLIC], ["127.0.0.1"]]
        assert "leads to 127.0.0.1" in refused(fetch(net, "http://rebound.example/story"))
    for _ in range(20):
        net.names["rebound.example"] = [[PUBLIC], [PUBLIC], ["10.0.0.1"]]
        assert isinstance(fetch(net, "http://rebound.example/story"), Fetched)
    assert set(net.dialled) == {PUBLIC}


def test_each_hop_is_resolved_and_checked_anew(net: Internet, site: Server) -> None:
    net.names["rebound.example"] = [[PUBLIC], [PUBLIC], ["10.0.0.1"]]
    site.routes["/story"] = redirect("http://rebound.example/again")
    assert "leads to 10.0.0.1" in refused(fetch(net, "http://rebound.example/story"))
    assert set(net.dialled) == {PUBLIC}


def test_a_site_that_is_not_there(net: Internet) -> None:
    assert "could not be found" in refused(fetch(net, "http://nowhere.example/"))
    assert "could not be reached" in refused(fetch(net, "http://other.example/"))
    assert OTHER in net.dialled


def test_a_resolver_that_never_answers(net: Internet) -> None:
    stuck = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        stuck.wait(20)
        return [PUBLIC]

    started = time.monotonic()
    from byline.ingest.fetch.fetcher import Fetcher

    answer = Fetcher(Network(resolve, net.dial), interval_s=0, fetch_s=0.5).fetch(web_address_of(PAGE))
    stuck.set()
    assert "no answer from DNS" in refused(answer)
    assert time.monotonic() - started < 5


def endless(part: bytes, pause_s: float = 0.0, most: int = 10**10) -> Reply:
    """The same bytes again and again, 10 GB of them if nobody stops it."""

    def send(connection: socket.socket, asked: Asked) -> None:
        for _ in range(most // len(part)):
            connection.sendall(part)
            time.sleep(pause_s)

    return send


def after(head: bytes, then: Reply) -> Reply:
    def send(connection: socket.socket, asked: Asked) -> None:
        connection.sendall(head)
        then(connection, asked)

    return send


def zeros(encoder: zlib._Compress, size: int = 10**10) -> Iterator[bytes]:
    """10 GB of zeros, packed; 10 MB on the wire."""
    block = bytes(10**7)
    for _ in range(size // len(block)):
        yield encoder.compress(block)
    yield encoder.flush()


def packed(windows: int) -> Reply:
    def send(connection: socket.socket, asked: Asked) -> None:
        for part in zeros(zlib.compressobj(9, zlib.DEFLATED, windows)):
            connection.sendall(part)

    return send


GZIP, DEFLATE, BARE = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS
BOMBS: dict[str, tuple[Reply, str]] = {
    "gzip of 10 GB": (after(HEAD + b"content-encoding: gzip\r\n\r\n", packed(GZIP)), "unpacks to more than 100 times"),
    "deflate of 10 GB": (after(HEAD + b"content-encoding: deflate\r\n\r\n", packed(DEFLATE)), "unpacks to more than"),
    "bare deflate": (after(HEAD + b"content-encoding: deflate\r\n\r\n", packed(BARE)), "unpacks to more than"),
    "gzip in gzip": (reply(gzip.compress(gzip.compress(b"a")), content_encoding="gzip, gzip"), "not asked for"),
    "brotli": (reply(b"\x8b", content_encoding="br"), "not asked for"),
    "10 GB as they are": (after(HEAD + b"\r\n", endless(bytes(65536))), "larger than 10 MB"),
    "10 GB in chunks": (
        after(HEAD + b"transfer-encoding: chunked\r\n\r\n", endless(b"10000\r\n" + bytes(65536) + b"\r\n")),
        "larger than 10 MB",
    ),
    "10 GB declared": (
        after(HEAD + b"content-length: 10000000000\r\n\r\n", endless(bytes(65536))),
        "larger than 10 MB",
    ),
    "text that packs little": (
        after(HEAD + b"content-encoding: gzip\r\n\r\n", raw(gzip.compress(bytes(range(256)) * 10**5 + b"a" * 10**6))),
        "unpacks to more",
    ),
    "endless header": (after(HEAD, endless(b"x-a: " + b"a" * 1000 + b"\r\n")), "broke off or is not HTTP"),
    "one header line": (after(HEAD + b"x-a: ", endless(b"a" * 65536)), "broke off or is not HTTP"),
    "large header": (reply("<p>", x_a="a" * 70_000), "headers larger than 64 kB"),
    "endless 100 Continue": (endless(b"HTTP/1.1 100 Continue\r\n\r\n"), "not complete after"),
    "a byte a second": (after(HEAD + b"\r\n", endless(b"a", 1.0)), "not complete after"),
    "a header byte a second": (after(HEAD, endless(b"a", 1.0)), "not complete after"),
    "silence": (lambda connection, asked: time.sleep(15), "not complete after"),
}


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="counts memory as Linux does")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_bounded_in_memory_and_time(name: str, net: Internet, site: Server) -> None:
    sends, reason = BOMBS[name]
    site.routes["/story"] = sends
    before = resident_mb("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
    started = time.monotonic()
    answer = fetch(net, fetch_s=3.0)
    assert reason in refused(answer)
    assert time.monotonic() - started < 10
    assert resident_mb("VmHWM") - before < 300


def resident_mb(row: str) -> float:
    """VmRSS is what this process holds now, VmHWM the most it held."""
    status = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(status[row].split()[0]) / 1024


BROKEN: dict[str, tuple[Reply, str]] = {
    "too short": (after(HEAD + b"content-length: 1000\r\n\r\n", raw(b"<p>Words")), "broke off or is not HTTP"),
    "no number": (after(HEAD + b"content-length: ten\r\n\r\n", raw(b"<p>Words")), "broke off or is not HTTP"),
    "two lengths": (after(HEAD + b"content-length: 1\r\ncontent-length: 2\r\n\r\n", raw(b"ab")), "broke off"),
    "garbage chunks": (after(HEAD + b"transfer-encoding: chunked\r\n\r\n", raw(b"zz\r\nhello\r\n")), "broke off"),
    "chunk too long": (after(HEAD + b"transfer-encoding: chunked\r\n\r\n", raw(b"F" * 40 + b"\r\n")), "broke off"),
    "not HTTP": (raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "broke off or is not HTTP"),
    "nothing": (raw(), "broke off or is not HTTP"),
    "garbage": (raw(bytes(range(256)) * 100), "broke off or is not HTTP"),
    "not gzip": (reply("<p>Words", content_encoding="gzip"), "cannot be unpacked"),
    "half a gzip": (
        reply(gzip.compress(b"<p>Words" * 99)[:-9], content_encoding="gzip"),
        "ended before it was complete",
    ),
    "an image": (reply(b"\x89PNG", content_type="image/png"), "is image/png, not an article"),
    "a zip": (reply(b"PK", content_type="application/zip"), "is application/zip, not an article"),
    "not asked for 304": (reply(status=304), "answered with status 304"),
    "a part": (reply("<p>", 206), "answered with status 206"),
    "not there": (reply("", 404), "is not there (404)"),
    "gone": (reply("", 410), "is gone (410)"),
    "closed": (reply("", 403), "is not open to readers (403)"),
    "broken": (reply("", 500), "answered with status 500"),
    "no status": (raw(b"HTTP/1.1 abc OK\r\n\r\n"), "broke off or is not HTTP"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_is_refused_with_its_reason(name: str, net: Internet, site: Server) -> None:
    sends, reason = BROKEN[name]
    site.routes["/story"] = sends
    assert reason in refused(fetch(net))


def test_more_than_was_declared_is_left(net: Internet, site: Server) -> None:
    site.routes["/story"] = after(HEAD + b"content-length: 8\r\n\r\n", endless(b"<p>Words"))
    answer = fetch(net)
    assert isinstance(answer, Fetched)
    assert answer.data == b"<p>Words"


@pytest.mark.parametrize("windows", [GZIP, DEFLATE, BARE])
def test_packed_pages_are_unpacked(windows: int, net: Internet, site: Server) -> None:
    body = b"<p>Words of %d articles</p>" * 30_000
    packer = zlib.compressobj(6, zlib.DEFLATED, windows)
    data = packer.compress(body) + packer.flush()
    site.routes["/story"] = reply(data, content_encoding="gzip" if windows == GZIP else "deflate")
    answer = fetch(net)
    assert isinstance(answer, Fetched)
    assert answer.data == body


def test_the_limit_of_size_is_the_limit(net: Internet, site: Server) -> None:
    site.routes |= {"/story": reply(b"a" * SIZE_LIMIT), "/declared": reply(b"a" * (SIZE_LIMIT + 1))}
    site.routes["/undeclared"] = raw(HEAD + b"\r\n", b"a" * (SIZE_LIMIT + 1))
    assert isinstance(fetch(net), Fetched)
    for path in ("/declared", "/undeclared"):
        assert "larger than 10 MB" in refused(fetch(net, f"http://news.example{path}"))


def test_asking_again(net: Internet, site: Server) -> None:
    def conditional(connection: socket.socket, asked: Asked) -> None:
        same = asked.headers.get("if-none-match") == '"1"'
        (reply(status=304) if same else reply("<p>Words", etag='"1"'))(connection, asked)

    site.routes |= {"/story": conditional, "/old": redirect("/story")}
    first = fetch(net, "http://news.example/old")
    assert isinstance(first, Fetched)
    assert isinstance(fetch(net, "http://news.example/old", held=first.validators), NotModified)
    assert "if-none-match" not in next(a for a in reversed(site.asked) if a.path == "/old").headers
    assert isinstance(fetch(net, held=Validators(PAGE, '"2"', MODIFIED)), Fetched)
    assert site.asked[-1].headers["if-modified-since"] == MODIFIED


def busy(times: int, **headers: str) -> Reply:
    answers = itertools.chain([reply("", 503, **headers)] * times, itertools.repeat(reply("<p>Words")))
    return lambda connection, asked: next(answers)(connection, asked)


def test_a_busy_site_is_asked_again_when_it_says_when(net: Internet, site: Server) -> None:
    waited: list[float] = []
    fetcher = net.fetcher(waited=waited)
    site.routes["/story"] = busy(2, retry_after="7")
    assert isinstance(fetcher.fetch(web_address_of(PAGE)), Fetched)
    assert waited == [7, 7]


@pytest.mark.parametrize("headers", [{}, {"retry_after": "3600"}, {"retry_after": "soon"}])
def test_a_busy_site_that_says_no_time_or_one_far_off(headers: dict[str, str], net: Internet, site: Server) -> None:
    site.routes["/story"] = busy(1, **headers)
    assert "is too busy (503)" in refused(fetch(net))
    assert site.paths() == ["/story"]


def test_a_site_that_stays_busy_is_left_alone(net: Internet, site: Server) -> None:
    site.routes["/story"] = busy(99, retry_after="1")
    assert "is too busy" in refused(fetch(net))
    assert len(site.paths()) == 3


def test_tls_is_checked_against_the_name(net: Internet, tmp_path: Path) -> None:
    import ssl
    import subprocess

    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=news.example"]
    made += ["-addext", "subjectAltName=DNS:news.example", "-keyout", str(key), "-out", str(certificate)]
    try:
        subprocess.run(made, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is absent")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def secured(connection: socket.socket, then: Server) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            wrapped.recv(65536)
            wrapped.sendall(HEAD + b"content-length: 8\r\n\r\n<p>Words")

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
                secured(connection, net.servers[PUBLIC])
            except ssl.SSLError:
                continue
            except OSError:
                return

    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    net.servers[PUBLIC].port = listener.getsockname()[1]
    net.names["stranger.example"] = [[PUBLIC]]
    from byline.ingest.fetch.fetcher import Fetcher

    network = Network(net.resolve, net.dial, lambda: ssl.create_default_context(cafile=str(certificate)))
    fetcher = Fetcher(network, interval_s=0)
    assert isinstance(fetcher.fetch(web_address_of("https://news.example/story")), Fetched)
    assert "certificate" in refused(fetcher.fetch(web_address_of("https://stranger.example/story")))
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
