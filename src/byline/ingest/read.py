"""Files → articles. One bad file is one Rejected; the rest goes on.

Deliberately not here: HTML and PDF, which are read in child processes with limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from byline.errors import SourceError
from byline.ingest.availability import read_availability
from byline.ingest.characters import visible_characters
from byline.ingest.clean import clean_text
from byline.ingest.decode import decode
from byline.ingest.fields import Fields, make_ref
from byline.ingest.folder import SourceFile, find_files, read_bytes
from byline.ingest.front_matter import FrontMatterError, split_front_matter
from byline.ingest.guess import first_heading, guess_date, guess_title, without_title
from byline.ingest.markdown import looks_wrapped, unwrap
from byline.ingest.rows import read_json, read_jsonl
from byline.ingest.unchanged import Item, Known, raw_digest, unchanged
from byline.types import Article, Rejected

FILE_LIMIT = 10_000_000
"""Bytes of a file that holds one article."""

_PUT = "put .md, .txt or .jsonl files there, or name another folder"


def read_source(path: Path, known: Mapping[str, Known] = MappingProxyType({})) -> Iterator[Item]:
    """The articles below a folder, in the order of their paths, or in one file.

    `known`: what the library holds, by origin; an article whose bytes are the same is not read again.
    Raises SourceError, before the first article, when `path` is missing or has no files in it.
    """
    if not path.exists():
        raise SourceError(
            f"there is nothing at {path}.", "Check the path, or create the folder and put articles there."
        )
    if not path.is_dir():
        return _read(SourceFile(path.resolve(), path.name, path.stem), known)
    files = list(find_files(path))
    if not files:
        raise SourceError(f"{path} has no articles:", _PUT)
    return (item for file in files for item in ([file] if isinstance(file, Rejected) else _read(file, known)))


def _read(file: SourceFile, known: Mapping[str, Known]) -> Iterator[Item]:
    reader = _READERS.get(file.path.suffix.lower())
    if reader is not None:
        return reader(file, known)
    ending = file.path.suffix or "no ending"
    return iter([Rejected(file.origin, f"is not a kind of file Byline reads ({ending})", f"use {', '.join(_READERS)}")])


def _read_markdown(file: SourceFile, known: Mapping[str, Known]) -> Iterator[Item]:
    yield _read_file(file, known, wrapped=True)


def _read_text(file: SourceFile, known: Mapping[str, Known]) -> Iterator[Item]:
    yield _read_file(file, known, wrapped=False)


def _read_file(file: SourceFile, known: Mapping[str, Known], *, wrapped: bool) -> Item:
    data = read_bytes(file, FILE_LIMIT)
    if isinstance(data, Rejected):
        return data
    raw = raw_digest(data)
    read = unchanged(file.origin, raw, known) or _read_article(file, data, wrapped=wrapped)
    return replace(read, raw=raw) if isinstance(read, Article) else read


def _read_article(file: SourceFile, data: bytes, *, wrapped: bool) -> Article | Rejected:
    if not data.strip():
        return Rejected(file.origin, "is empty", "remove it, or put the article into it")
    decoded = decode(data)
    if decoded is None:
        return Rejected(file.origin, "is a binary file, or in an encoding that cannot be told", "save it as UTF-8 text")
    try:
        fields, body = split_front_matter(visible_characters(decoded.text))
    except FrontMatterError as error:
        return Rejected(file.origin, error.reason, error.next_step)
    notes = (decoded.note,) if decoded.note else ()
    if not wrapped and looks_wrapped(body):
        wrapped, notes = True, (*notes, "lines were wrapped and have been joined into paragraphs")
    text = clean_text(unwrap(body) if wrapped else body)
    if not any(map(str.isalnum, text)):
        return Rejected(
            file.origin, "has no text besides markup", "put the words of the article below the front matter"
        )
    found = read_availability(fields or {}, file.origin)
    if isinstance(found, Rejected):
        return found
    shown, remarks = found
    return replace(_article(file, fields, text, notes + remarks), availability=shown)


def _article(file: SourceFile, fields: Fields | None, text: str, notes: tuple[str, ...]) -> Article:
    heading = first_heading(text)
    ref, remarks = make_ref(
        fields or {}, fallback_id=file.stem, guess=lambda: (heading, None) if heading else guess_title(text)
    )
    if fields is None:
        published, why = guess_date(text)
        ref = replace(ref, published=published)
        remarks += (why,) if why else ()
    return Article(ref, without_title(text, ref.title), file.origin, notes + remarks)


_READERS: dict[str, Callable[[SourceFile, Mapping[str, Known]], Iterator[Item]]] = {
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".txt": _read_text,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".json": read_json,
}
