"""JSONL, one article per line, streamed; and JSON holding a list of articles or a single one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from byline.ingest.availability import read_availability
from byline.ingest.folder import SourceFile, open_file, read_bytes
from byline.ingest.formats.fields import field, make_ref, text_field, web_address
from byline.ingest.formats.guess import guess_title, without_title
from byline.ingest.text.clean import clean_text
from byline.ingest.text.decode import decode
from byline.ingest.unchanged import Item, Known, raw_digest, unchanged
from byline.types import Article, Rejected

LINE_LIMIT = 10_000_000
JSON_LIMIT = 100_000_000
_KEYS = "give every row a 'text' (or 'body', 'content') with the words of the article"
_LINES = "JSONL has one JSON object per line; correct or remove this one"


def read_jsonl(file: SourceFile, known: Mapping[str, Known]) -> Iterator[Item]:
    """One article per line that is not blank; a bad line is rejected and the rest goes on."""
    opened = open_file(file)
    if isinstance(opened, Rejected):
        yield opened
        return
    seen = False
    with opened:
        for number, line in _lines(opened):
            origin = f"{file.origin}:{number}"
            if line is None:
                seen = True
                yield Rejected(origin, f"is a line longer than {LINE_LIMIT // 1_000_000} MB", "split the article")
            elif number == 1 and line.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
                yield Rejected(file.origin, "is not in UTF-8", "save it as UTF-8")
                return
            elif number == 1 and b"\0" in line:
                yield Rejected(file.origin, "is a binary file, not JSONL", "remove it or correct its ending")
                return
            elif line.strip():
                seen = True
                raw = raw_digest(line)
                read = unchanged(origin, raw, known) or _read_line(line, origin, f"{file.stem}-{number}")
                yield replace(read, raw=raw) if isinstance(read, Article) else read
    if not seen:
        yield Rejected(file.origin, "is empty", "remove it, or put one article per line into it")


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """(line number from 1, line), the line None when it is too long to hold."""
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        if len(line) <= LINE_LIMIT or line.endswith(b"\n"):
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LINE_LIMIT)
        yield number, None


def _read_line(line: bytes, origin: str, fallback_id: str) -> Article | Rejected:
    decoded = decode(line)
    if decoded is None:
        return Rejected(origin, "is in an encoding that cannot be told", "save the file as UTF-8")
    row = _parsed(decoded.text, origin, _LINES)
    if isinstance(row, Rejected):
        return row
    return article_from_row(row[0], origin, fallback_id, notes=(decoded.note,) if decoded.note else ())


def read_json(file: SourceFile, known: Mapping[str, Known]) -> Iterator[Item]:
    """A list of articles, or one. A row's origin is `file:position`, counted from 1; all are read every time."""
    data = read_bytes(file, JSON_LIMIT)
    decoded = decode(data) if isinstance(data, bytes) else None
    if isinstance(data, Rejected):
        yield data
    elif not data.strip():
        yield Rejected(file.origin, "is empty", "remove it, or put a list of articles into it")
    elif decoded is None:
        yield Rejected(file.origin, "is a binary file, or in an encoding that cannot be told", "save it as UTF-8")
    else:
        notes = (decoded.note,) if decoded.note else ()
        parsed = _parsed(decoded.text, file.origin, "correct it there; a list looks like [{…}, {…}]")
        if isinstance(parsed, Rejected):
            yield parsed
        elif not isinstance(parsed[0], list):
            yield article_from_row(parsed[0], file.origin, file.stem, notes=notes)
        elif not parsed[0]:
            yield Rejected(file.origin, "is an empty list", "remove it, or put articles into it")
        else:
            for number, row in enumerate(parsed[0], 1):
                yield article_from_row(row, f"{file.origin}:{number}", f"{file.stem}-{number}", notes=notes)


def _parsed(text: str, origin: str, next_step: str) -> tuple[Any] | Rejected:
    try:
        return (json.loads(text.lstrip("\ufeff")),)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else f"column {error.colno}"
        return Rejected(origin, f"is not valid JSON: {error.msg} at {where}", next_step)
    except RecursionError:
        return Rejected(origin, "is nested too deeply", "keep an article's fields flat")
    except ValueError as error:
        return Rejected(origin, f"is not valid JSON: {error}"[:200], next_step)


def article_from_row(row: Any, origin: str, fallback_id: str, notes: tuple[str, ...] = ()) -> Article | Rejected:
    """The article in a JSON object. Without an id, its url is its id; without that, `fallback_id`."""
    if not isinstance(row, Mapping):
        kind = {str: "text", list: "a list", type(None): "null"}.get(type(row), "a number")
        return Rejected(origin, f"is {kind}, not an object with fields", 'write it as {"title": …, "text": …}')
    raw = text_field(row)
    if raw is None or not raw.strip():
        return Rejected(origin, "has no text", _KEYS)
    text = clean_text(raw)
    if not any(map(str.isalnum, text)):
        return Rejected(origin, "has no words left once markup is taken out", _KEYS)
    found = read_availability(row, origin)
    if isinstance(found, Rejected):
        return found
    shown, said = found
    address = web_address(field(row, "url"))
    ref, remarks = make_ref(row, fallback_id=address or fallback_id, guess=lambda: guess_title(text))
    return Article(ref, without_title(text, ref.title), origin, notes + said + remarks, availability=shown)
