"""Reads server-sent events strictly: what a client of any kind may count on."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Told:
    name: str
    id: int
    data: dict[str, Any]


def told(body: str) -> list[Told]:
    """Every event has a name, a number and one line of data, and ends with an empty line."""
    assert body.endswith("\n\n")
    blocks = [block for block in body[:-2].split("\n\n") if block != ": ping"]
    found = [re.fullmatch(r"event: ([a-z]+)\nid: (\d+)\ndata: ([^\n]+)", block) for block in blocks]
    assert all(found), blocks
    return [Told(match[1], int(match[2]), json.loads(match[3])) for match in found if match]


def names(events: list[Told]) -> list[str]:
    return [event.name for event in events]
