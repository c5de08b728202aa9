"""Which addresses are asked: every forbidden spelling is refused before a name is resolved or a connection made."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.ingest.fetch.addresses import ForbiddenAddressError, WebAddress, forbidden_ip, web_address_of
from byline.ingest.fetch.answer import NotFetched
from tests.ingest.fetch.internet import PUBLIC, Internet, Server, redirect

SPELLINGS = {
    "an IP address in an odd spelling": [
        "http://2130706433/", "http://017700000001/", "http://0x7f000001/", "http://0x7f.1/", "http://127.1/",
        "http://127.0.1/", "http://0177.0.0.1/", "http://0x7f.0x0.0x0.0x1/", "http://127.0.0.01/", "http://127.0.0.0x1/",
        "http://00000177.0.0.1/", "http://4294967297/", "http://0/", "http://0x0/", "http://3232235777/",
        "http://192.168.257/", "http://10.1/", "http://169.254.43518/", "http://2852039166/", "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/", "http://127.0.0.1.0/", "http://256.256.256.256/", "http://1.2.3.4.5/",
        "http://[::1%25lo]/", "http://[fe80::1%eth0]/", 
        
    ],
    "has an address that stands for": [
        "http://127.0.0.1/", "http://127.255.255.254/", "http://0.0.0.0/", "http://10.0.0.1/", "http://172.16.0.1/",
        "http://172.31.255.255/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/", "http://100.100.100.200/", "http://168.63.129.16/", "http://192.0.2.1/",
        "http://198.18.0.1/", "http://198.51.100.7/", "http://203.0.113.9/", "http://224.0.0.1/", "http://240.0.0.1/",
        "http://255.255.255.255/", "http://192.88.99.1/", "http://192.0.0.8/", "http://127.0.0.1:80/",
        "https://127.0.0.1:443/", "http://[::1]/", "http://[::]/", "http://[0:0:0:0:0:0:0:1]/",
        "http://[0000:0000:0000:0000:0000:0000:0000:0001]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/", "http://[::ffff:0:127.0.0.1]/", "http://[::ffff:8.8.8.8]/", "http://[fe80::1]/",
        "http://[fec0::1]/", "http://[fc00::1]/", "http://[fd00:ec2::254]/", "http://[ff02::1]/",
        "http://[2002:7f00:0001::]/", "http://[2002:c0a8:0101::1]/", "http://[2001:0:53aa:64c:0:0:80ff:fffe]/",
        "http://[64:ff9b::127.0.0.1]/", "http://[64:ff9b::a9fe:a9fe]/", "http://[64:ff9b:1::10.0.0.1]/",
        "http://[2001:db8::1]/", "http://[3fff::1]/", "http://[100::1]/", "http://[5f00::1]/",
    ],
    "names a machine of a local network": [
        "http://localhost/", "http://LOCALHOST/", "http://localhost:80/", "http://app.localhost/", "http://intranet/",
        "http://printer.local/", "http://metadata.google.internal/", "http://router.lan/", "http://wiki.corp/",
        "http://localhost.localdomain/", "http://1.0.0.127.in-addr.arpa/", "http://kubernetes/", "http://page.onion/",
    ],
    "a host that ends in a dot": ["http://localhost./", "http://127.0.0.1./", "http://news.example./"],
    "a user name or password": [
        "http://news.example@127.0.0.1/", "http://user:secret@news.example/", "http://@127.0.0.1/",
        "http://127.0.0.1@news.example/", "http://news.example%40127.0.0.1@127.0.0.1/", "http://a:b@[::1]/",
    ],
    "only 80 and 443 are asked": [
        "http://news.example:22/", "http://news.example:8080/", "https://news.example:6379/", "http://news.example:0/",
        "http://127.0.0.1.nip.io:11211/",
    ],
    "is not a web address": ["http://news.example:99999/", "http://news.example:80:80/", "http://news.example:a/",
        "http://[::ffff:127.1]/", "http://[0x7f000001]/", "http://[::1", "http://::1/", "http://[[::1]]/", "http://[127.0.0.1]/",
    ],
    "is not http or https": [
        "file:///etc/passwd", "FILE:///etc/passwd", "ftp://news.example/", "gopher://127.0.0.1:6379/_FLUSHALL",
        "dict://127.0.0.1/", "ldap://127.0.0.1/", "data:text/html,hello", "javascript:alert(1)", "jar:http://x.example!/",
        "//127.0.0.1/", "news.example/story", "ws://news.example/", "unix:///var/run/docker.sock", "",
    ],
    "is not ASCII": [
        "http://１２７.０.０.１/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "http://lo\u00adcalhost/",
        "http://ñews.example/", "http://news.example\u2024evil.example/", "http://127.0.0.1\u3002/",
    ],
    "is not spelled as one": [
        "http://%31%32%37.0.0.1.example/", "http://127%2e0%2e0%2e1.example/", "http://local%68ost/", "http:///etc/passwd",
        "http://news..example/", "http://.news.example/", "http://-news.example/", "http://news.example%00.evil.example/",
        "http://news.example%09/", "http://news example/", "http://127.0.0.1 /", "http://a;b.example/", "http://<b>.example/",
    ],
    "a backslash or a control character": [
        "http://news.example\\@127.0.0.1/", "http:\\\\127.0.0.1\\", "http://127.0.0.1\t/", "http://127.0.\n0.1/",
        "http://news.example/\r\nHost: 127.0.0.1", "http://news.example/\x00", "\x01http://127.0.0.1/",
    ],
    "is longer than": ["http://news.example/" + "a" * 2048],
}  # fmt: skip
FORBIDDEN = [(url, reason) for reason, urls in SPELLINGS.items() for url in urls]


@pytest.mark.parametrize(("url", "reason"), FORBIDDEN)
def test_a_forbidden_spelling_is_refused_with_its_reason(url: str, reason: str) -> None:
    with pytest.raises(ForbiddenAddressError, match=reason) as refused:
        web_address_of(url)
    assert refused.value.next_step


def test_there_are_at_least_eighty_of_them() -> None:
    assert len({url for url, _ in FORBIDDEN}) == len(FORBIDDEN) >= 80


NO_HEADER = {"\r", "\n", "\0"}
REDIRECTED = [url for url, _ in FORBIDDEN if url.count("/") > 1 and "///" not in url and not set(url) & NO_HEADER]


@pytest.mark.parametrize("url", REDIRECTED)
def test_a_redirect_to_a_forbidden_spelling_is_not_followed(url: str, net: Internet, site: Server) -> None:
    """Those that are relative to the page, or no header, aside."""
    site.routes["/"] = redirect(url.encode().decode("latin-1"))
    answer = net.fetcher().fetch(web_address_of("http://news.example/"))
    assert isinstance(answer, NotFetched)
    assert answer.reason.startswith("redirects to")
    assert set(net.dialled) == {PUBLIC}
    assert set(net.resolved) == {"news.example"}


NAMES_OF_PRIVATE_ADDRESSES = [
    "127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "100.64.1.1", "0.0.0.0", "::1", "::", "fe80::1",
    "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "2002:a00:1::", "64:ff9b::10.0.0.1", "2001::1", "ff02::1",
]  # fmt: skip


@pytest.mark.parametrize("ip", NAMES_OF_PRIVATE_ADDRESSES)
def test_a_name_that_leads_to_a_private_address_is_not_connected_to(ip: str, net: Internet) -> None:
    net.names["inside.example"] = [[ip]]
    answer = net.fetcher().fetch(web_address_of("http://inside.example/"))
    assert isinstance(answer, NotFetched)
    assert net.dialled == []


def test_one_private_address_among_public_ones_is_enough(net: Internet) -> None:
    net.names["inside.example"] = [[PUBLIC, "10.0.0.1"]]
    answer = net.fetcher().fetch(web_address_of("http://inside.example/"))
    assert isinstance(answer, NotFetched)
    assert net.dialled == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_public_addresses_are_asked(scheme: str) -> None:
    shown = f"{scheme}://93.184.215.14/a"
    for url in (
        shown,
        f"{scheme}://news.example/a?b=c",
        f"{scheme}://xn--bcher-kva.example/",
        f"{scheme}://[2606:2800::1]/",
    ):
        assert web_address_of(url).url == url
    assert web_address_of(f"{scheme.upper()}://News.Example:{443 if scheme == 'https' else 80}#top").url == (
        f"{scheme}://news.example/"
    )


def test_paths_are_escaped_and_nothing_else_is_changed() -> None:
    assert web_address_of("https://news.example/ärzte und?q=ü&r=%2F").target == "/%C3%A4rzte%20und?q=%C3%BC&r=%2F"


def test_relative_addresses() -> None:
    base = WebAddress("https", "news.example", 443, "/2025/story?page=1")
    assert web_address_of("other", base).url == "https://news.example/2025/other"
    assert web_address_of("//other.example/x", base).url == "https://other.example/x"


@given(st.ip_addresses())
def test_nothing_is_allowed_that_the_standard_library_calls_private(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if forbidden_ip(str(address)) is None and not str(address).startswith("64:ff9b::"):
        assert address.is_global
        assert not any((address.is_private, address.is_multicast, address.is_reserved, address.is_loopback))


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for spelled in (text, f"http://{text}/"):
        try:
            found = web_address_of(spelled)
        except ForbiddenAddressError:
            continue
        assert web_address_of(found.url) == found
