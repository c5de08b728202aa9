from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.serve.clients import NOBODY, client_of, networks

PROXIES = networks(["10.0.0.0/8", "fd00::/8"])


def asked_by(peer: str | None, *forwarded: str) -> str:
    headers = [(b"x-forwarded-for", line.encode("latin-1", "replace")) for line in forwarded]
    return client_of({"client": (peer, 1) if peer else None, "headers": headers}, PROXIES)


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),  # nobody's proxy: what it says is not read
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.2.3.4, 198.51.100.1"], "198.51.100.1"),  # the client wrote the first one itself
        ("10.0.0.1", ["1.2.3.4", "198.51.100.1, 10.9.9.9"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8:1:2:3::4]:4711"], "2001:db8:1:2::"),
        ("2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("::ffff:198.51.100.1", [], "198.51.100.1"),
        ("10.0.0.1", ["nonsense"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1, unknown"], "10.0.0.1"),
        (None, ["198.51.100.1"], NOBODY),
        ("/run/byline.sock", [], NOBODY),
    ],
)
def test_who_is_counted(peer: str | None, forwarded: list[str], client: str) -> None:
    assert asked_by(peer, *forwarded) == client


@given(st.text(max_size=300))
def test_a_client_cannot_choose_who_it_is(header: str) -> None:
    assert asked_by("10.0.0.1", f"{header}, 198.51.100.9") == "198.51.100.9"
    assert asked_by("203.0.113.7", header) == "203.0.113.7"


def test_a_network_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/99"):
        networks(["10.0.0.0/99"])
