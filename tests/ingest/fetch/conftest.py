from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ingest.fetch.internet import Internet, Server, internet


@pytest.fixture
def net() -> Iterator[Internet]:
    with internet() as (found, _):
        yield found


@pytest.fixture
def site(net: Internet) -> Server:
    return next(iter(net.servers.values()))
