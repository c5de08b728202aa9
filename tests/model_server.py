"""A real llama.cpp server on loopback with SmolLM2-135M, in a process of its own. It proves the protocol, never words.

One thread: two on two busy cores are two hundred times slower than one. As a program: `model_server.py GGUF PORT`.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_S = 60.0


@dataclass(frozen=True, slots=True)
class ModelServer:
    """`url` ends in /v1; `log` is what llama.cpp says, with each task and slot."""

    port: int
    log: Path
    name: str = "SmolLM2-135M"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            return json.load(answer)

    def post(self, path: str, asked: object) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", json.dumps(asked).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def busy(self) -> bool:
        """Whether its one slot is generating for anybody."""
        return any(slot["is_processing"] for slot in self.get("/slots"))


@contextmanager
def model_server(gguf: Path, log: Path) -> Iterator[ModelServer]:
    """Raises RuntimeError with the end of the log when it does not start."""
    port = _free_port()
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, __file__, str(gguf), str(port)], stdout=out, stderr=out)
    server = ModelServer(port, log)
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(server: ModelServer, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if server.get("/health")["status"] == "ok":
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"llama.cpp did not start: {server.log.read_text('utf-8', 'replace')[-500:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _serve(gguf: str, port: int) -> None:
    import xllamacpp

    p = xllamacpp.CommonParams()
    p.model.path = gguf
    p.hostnames = ["127.0.0.1"]
    p.port = port
    p.cpuparams.n_threads = p.cpuparams_batch.n_threads = 1
    p.n_ctx, p.n_parallel = 4096, 1
    p.ui, p.offline, p.cache_prompt, p.endpoint_slots = False, True, True, True
    server = xllamacpp.Server(p)
    while server:
        time.sleep(3600)


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
