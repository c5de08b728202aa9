"""Which addresses may be fetched: the one place that decides, first by spelling, then by the IP a name stands for.

The spelling is checked so that no two parsers can read one URL differently; what counts is the check of the IP, made on
the very address that is then connected to (`network.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urljoin, urlsplit

PORTS = {"http": 80, "https": 443}
LENGTH = 2048

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
_LOCAL_ENDINGS = frozenset(
    ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "arpa", "onion", "test")
)
_PLAIN = "!#$%&'()*+,-./:;=?@[]_~"  # of a URL's ASCII, what stays as it is

_SPECIAL_4 = {
    "0.0.0.0/8": "this host",
    "10.0.0.0/8": "a private network",
    "100.64.0.0/10": "a provider's internal network",
    "127.0.0.0/8": "this machine",
    "168.63.129.16/32": "a cloud host's own service",
    "169.254.0.0/16": "this link only, where clouds keep their credentials",
    "172.16.0.0/12": "a private network",
    "192.0.0.0/24": "protocol assignments",
    "192.0.2.0/24": "documentation",
    "192.31.196.0/24": "a DNS sink",
    "192.52.193.0/24": "a multicast relay",
    "192.88.99.0/24": "a 6to4 relay",
    "192.168.0.0/16": "a private network",
    "192.175.48.0/24": "a DNS sink",
    "198.18.0.0/15": "benchmarks",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved addresses",
}
_SPECIAL_6 = {
    "::/128": "this host",
    "::1/128": "this machine",
    "::/96": "an IPv4 address in IPv6 clothes",
    "::ffff:0:0/96": "an IPv4 address in IPv6 clothes",
    "::ffff:0:0:0/96": "an IPv4 address in IPv6 clothes",
    "64:ff9b:1::/48": "a local IPv4 translation",
    "100::/64": "a discard address",
    "2001::/32": "a Teredo tunnel",
    "2001::/23": "protocol assignments",
    "2001:db8::/32": "documentation",
    "2002::/16": "a 6to4 tunnel",
    "2620:4f:8000::/48": "a DNS sink",
    "3fff::/20": "documentation",
    "5f00::/16": "segment routing",
    "fc00::/7": "a private network",
    "fe80::/10": "this link only",
    "fec0::/10": "a private network",
    "ff00::/8": "multicast",
}
_NETWORKS_4 = [(IPv4Network(network), name) for network, name in _SPECIAL_4.items()]
_NETWORKS_6 = [(IPv6Network(network), name) for network, name in _SPECIAL_6.items()]
_GLOBAL_6 = IPv6Network("2000::/3")
_TRANSLATED = IPv6Network("64:ff9b::/96")  # how a network without IPv4 reaches public IPv4


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A URL that may be asked for. `target` is path and query, `url` the whole as it is kept and shown."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def site(self) -> str:
        """`scheme://host[:port]`: what robots.txt and politeness go by."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == PORTS[self.scheme] else f":{self.port}")

    @property
    def url(self) -> str:
        return self.site + self.target


class ForbiddenAddressError(Exception):
    """Names what about an address is not allowed, as the rest of a sentence that starts with the URL."""

    def __init__(self, reason: str, next_step: str = "use the article's public http(s) address") -> None:
        super().__init__(reason)
        self.reason = reason
        self.next_step = next_step


def web_address_of(text: str, base: WebAddress | None = None) -> WebAddress:
    """The address that `text` spells, relative to `base`. Raises ForbiddenAddressError; resolves no name."""
    text = text.strip(" ")
    if len(text) > LENGTH:
        raise ForbiddenAddressError(f"is longer than {LENGTH} characters")
    if re.search(r"[\x00-\x1f\x7f\\]", text):
        raise ForbiddenAddressError("has a backslash or a control character in it")
    try:
        parts = urlsplit(urljoin(base.url, text) if base else text)
        scheme, port = parts.scheme.lower(), parts.port
    except ValueError as error:
        raise ForbiddenAddressError(f"is not a web address ({error})") from None
    if scheme not in PORTS:
        raise ForbiddenAddressError(f"is not http or https but {scheme or 'nothing'!r}")
    if "@" in parts.netloc:
        raise ForbiddenAddressError("has a user name or password in it", "leave them out; Byline reads public pages")
    host = _host(parts.netloc)
    port = PORTS[scheme] if port is None else port
    if port not in PORTS.values():
        raise ForbiddenAddressError(f"has port {port}; only 80 and 443 are asked")
    target = quote(parts.path or "/", safe=_PLAIN) + (f"?{quote(parts.query, safe=_PLAIN)}" if parts.query else "")
    return WebAddress(scheme, host, port, target)


def forbidden_ip(text: str) -> str | None:
    """Why this IP must not be connected to; None for a globally routable unicast address."""
    try:
        address = ip_address(text)
    except ValueError:
        return "is not an IP address"
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return "has a zone in it"
        if address in _TRANSLATED:
            address = IPv4Address(int(address) & 0xFFFFFFFF)
    networks = _NETWORKS_4 if isinstance(address, IPv4Address) else _NETWORKS_6
    special = next((name for network, name in networks if address in network), None)
    if special:
        return f"stands for {special}"
    if not address.is_global or (isinstance(address, IPv6Address) and address not in _GLOBAL_6):
        return "is not a public address"
    return None


def _host(netloc: str) -> str:
    """The host of `host[:port]` in its one spelling."""
    bracketed = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\](?::\d*)?", netloc)
    if bracketed or "[" in netloc or "]" in netloc:
        return _literal(bracketed[1] if bracketed else netloc)
    host = netloc.rpartition(":")[0] if ":" in netloc else netloc
    if not host.isascii():
        raise ForbiddenAddressError(f"has a host that is not ASCII: {host!r}", "write the host in its xn-- form")
    host = host.lower()
    labels = host.split(".")
    if re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1]):
        return _literal(host)
    if host.endswith("."):
        raise ForbiddenAddressError("has a host that ends in a dot", "leave the dot out")
    if not all(map(_LABEL.match, labels)):
        raise ForbiddenAddressError(f"has a host that is not spelled as one: {host!r}")
    if len(labels) == 1 or labels[-1] in _LOCAL_ENDINGS:
        raise ForbiddenAddressError(f"names a machine of a local network: {host!r}")
    if len(host) > 253:
        raise ForbiddenAddressError("has a host that is too long")
    return host


def _literal(host: str) -> str:
    """A host that is an IP: in its usual spelling, and public."""
    try:
        address = ip_address(host)
    except ValueError:
        raise ForbiddenAddressError(f"has an IP address in an odd spelling: {host!r}") from None
    why = forbidden_ip(str(address))
    if why:
        raise ForbiddenAddressError(f"has an address that {why}: {address}")
    return str(address)
