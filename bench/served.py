"""`byline serve` as a child, asked through the routes that its own page uses."""

from __future__ import annotations

import json
import subprocess
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.processes import plain, resident_mb

PATIENCE_S = 120


@contextmanager
def server(command: Sequence[str | Path]) -> Iterator[tuple[str, int]]:
    """(address, process id) once it is ready to answer; ended at the end."""
    environment = {**plain(), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            host = next(word for word in process.stdout.readline().split() if word.startswith("http://"))
            deadline = time.monotonic() + PATIENCE_S
            while not _ready(host):
                if time.monotonic() > deadline or process.poll() is not None:
                    raise TimeoutError(f"{host} did not become ready")
                time.sleep(0.1)
            yield host, process.pid
        finally:
            process.terminate()


def ask(host: str, questions: Sequence[str]) -> int:
    """Asks in one conversation after another; returns how many were answered or refused in words."""
    with httpx.Client(base_url=host, timeout=PATIENCE_S) as client:
        client.get("/").raise_for_status()
        submit = _submit(client.get("/config").json())
        return sum(_asked(client, submit, question) for question in questions)


def memory_mb(command: Sequence[str | Path], questions: Sequence[str]) -> tuple[float, float]:
    """(when ready, after the questions)"""
    with server(command) as (host, pid):
        ready = resident_mb(pid)
        done = ask(host, questions)
        if done != len(questions):
            raise AssertionError(f"{done} of {len(questions)} questions were answered")
        return ready, resident_mb(pid)


def _ready(host: str) -> bool:
    try:
        return httpx.get(f"{host}/readyz").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _submit(config: dict[str, Any]) -> int:
    """The event of the question box, as the page's own configuration numbers it."""
    box = next(part["id"] for part in config["components"] if part["props"].get("elem_id") == "box")
    return next(int(event["id"]) for event in config["dependencies"] if [box, "submit"] in event["targets"])


def _asked(client: httpx.Client, submit: int, question: str) -> bool:
    session = uuid.uuid4().hex[:10]
    body = {"data": [question, None], "fn_index": submit, "session_hash": session, "event_data": None}
    client.post("/gradio_api/queue/join", json=body).raise_for_status()
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines():
            event = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
            if event.get("msg") == "process_completed":
                return bool(event["success"])
    return False
