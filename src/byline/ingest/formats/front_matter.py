"""The YAML between two `---` lines at the top of a file.

Values stay text (`007`, `no`, `2025-13-45` arrive as written): what they mean is decided in `fields.py`. Anchors and
aliases are refused, they can blow a kilobyte up to gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

LIMIT = 64 * 1024
_OPENING = re.compile(r"\s*---[ \t]*\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"\s*[\w\"'-]+[ \w\"'-]*:(?:\s|$)")
_BRACKETS = re.compile(r"[\[{]")
_MAX_BRACKETS = 500


class FrontMatterError(Exception):
    """`reason` says what is wrong and where; `next_step` what to change."""

    def __init__(self, reason: str, next_step: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.next_step = next_step


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None) is not None:
            mark = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise yaml.YAMLError(f"line {event.start_mark.line + 2} starts a value with {mark}")
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def split_front_matter(text: str) -> tuple[Mapping[str, Any] | None, str]:
    """(fields, body); fields are None without front matter. Line ends must be line feeds. Raises FrontMatterError."""
    opening = _OPENING.match(text)
    if opening is None:
        return None, text
    start = opening.end()
    closing = _CLOSING.search(text, start, start + LIMIT + 4)
    if closing is None:
        if not _KEY.match(text, start):
            return None, text
        if len(text) > start + LIMIT:
            raise FrontMatterError("its front matter is larger than 64 kB", "move long text below the closing --- line")
        raise FrontMatterError("its front matter has no closing --- line", "end the front matter with a line of ---")
    return _load(text[start : closing.start()]), text[closing.end() :]


def _load(source: str) -> Mapping[str, Any]:
    if not source.strip():
        return {}
    if len(_BRACKETS.findall(source)) > _MAX_BRACKETS:
        # PyYAML takes quadratic time over nested brackets.
        raise FrontMatterError("its front matter has too many brackets", "keep front matter to simple keys and values")
    try:
        loaded = yaml.load(source, _Loader)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise FrontMatterError(
            f"its front matter is not valid YAML: {_explain(error)}",
            "correct that line; put values that contain ': ', '#' or start with a mark in quotes",
        ) from error
    if not isinstance(loaded, dict):
        kind = "a list" if isinstance(loaded, list) else "plain text"
        raise FrontMatterError(
            f"its front matter is {kind}, not 'key: value' lines",
            "write it as 'title: …', 'date: …', one per line",
        )
    return {str(key): value for key, value in loaded.items()}


def _explain(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return f"line {mark.line + 2}, {getattr(error, 'problem', None) or 'unexpected text'}"
    return "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())[:200]
