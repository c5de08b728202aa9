"""Fixtures for every test: no network but loopback, the shared data when it is there."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.model_server import ModelServer

ROOT = Path(__file__).parents[1]
REQUIRE_ALL = os.environ.get("REQUIRE_ALL_TESTS") == "1"

# where a verdict is wanted the same cases are tried each time; whoever works on the code looks for new ones
settings.register_profile("verdict", derandomize=True)
if REQUIRE_ALL:
    settings.load_profile("verdict")


def skip_or_fail(reason: str) -> NoReturn:
    """Where everything must be there (CI), a missing part is a failure and not a skip."""
    if REQUIRE_ALL:
        pytest.fail(f"REQUIRE_ALL_TESTS=1 and {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The third-party data beside the project; never part of it."""
    folder = ROOT.parent / "shared"
    if not (folder / "bench").is_dir():
        skip_or_fail(f"{folder} is absent")
    return folder


@pytest.fixture(scope="session")
def demo_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo corpus synced with the bundled embedder, once for all tests; they leave it as it is."""
    from byline.build import open_synchronizer
    from byline.ingest.source import sync_source
    from byline.settings import read_settings

    index = tmp_path_factory.mktemp("demo") / "index"
    with open_synchronizer(read_settings({}, index=index)) as synchronizer:
        sync_source(synchronizer, ROOT / "corpus")
    return index


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelServer]:
    """A real llama.cpp server, one for all tests of a process; it starts with the first that wants it."""
    from tests.fetch_model import fetch_model
    from tests.model_server import model_server

    try:
        import xllamacpp  # noqa: F401

        gguf = fetch_model()
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        skip_or_fail(f"there is no language model to test with: {error}")
    with model_server(gguf, tmp_path_factory.mktemp("llama") / "log") as server:
        yield server


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _settings_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("BYLINE_")]:
        monkeypatch.delenv(name)
