"""Who sends a request, as far as it can be trusted: headers count only from proxies that the settings name. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

Network = IPv4Network | IPv6Network
NOBODY = "unknown"
_IPV6_SITE = 64
"""Bits of an IPv6 address that name a household: who has one address has all below it."""


def networks(listed: Sequence[str]) -> tuple[Network, ...]:
    """Raises ValueError naming the one that is none."""
    return tuple(ip_network(one, strict=False) for one in listed)


def client_of(scope: Mapping[str, Any], trusted: Sequence[Network]) -> str:
    """The address to count requests by: the last one in `X-Forwarded-For` that is no trusted proxy's.

    What stands before it was written by the client itself. Without a trusted proxy the header is not read at all.
    """
    peer = scope.get("client")
    address = str(peer[0]) if peer else NOBODY
    if not _is_trusted(address, trusted):
        return _counted(address)
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"x-forwarded-for"]
    for hop in reversed(",".join(lines).split(",")):
        named = _address(hop)
        if named is None:
            break
        address = named
        if not _is_trusted(address, trusted):
            break
    return _counted(address)


def _address(hop: str) -> str | None:
    """An address with or without its port: `203.0.113.7:1234`, `[2001:db8::1]:1234`."""
    hop = hop.strip()
    if hop.startswith("["):
        hop = hop[1:].partition("]")[0]
    elif hop.count(":") == 1:
        hop = hop.partition(":")[0]
    try:
        return str(ip_address(hop))
    except ValueError:
        return None


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return any((mapped or found) in network for network in trusted)


def _counted(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return NOBODY
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network((found, _IPV6_SITE), strict=False).network_address)
    return str(found)
