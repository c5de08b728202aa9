"""Files → articles. One bad file is one Rejected; the rest goes on.

What foreign parsers read (pages, PDFs, feeds) is in `foreign.py`, and is parsed in a child process with limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from byline.errors import SourceError
from byline.ingest.availability import read_availability
from byline.ingest.folder import SourceFile, find_files, read_bytes
from byline.ingest.formats.fields import Fields, make_ref
from byline.ingest.formats.front_matter import FrontMatterError, split_front_matter
from byline.ingest.formats.guess import first_heading, guess_date, guess_title, without_title
from byline.ingest.formats.markdown import looks_wrapped, unwrap
from byline.ingest.formats.rows import read_json, read_jsonl
from byline.ingest.limited.foreign import read_feed_file, read_page_file, read_pdf_file
from byline.ingest.limited.sandbox import Sandbox
from byline.ingest.text.characters import visible_characters
from byline.ingest.text.clean import clean_text
from byline.ingest.text.decode import decode
from byline.ingest.unchanged import Item, Known, raw_digest, unchanged
from byline.types import Article, Rejected

FILE_LIMIT = 10_000_000
"""Bytes of a file that holds one article."""

_PUT = "put .md, .txt, .html, .pdf or .jsonl files there, or name another folder"
_FOREIGN = {
    ".html": read_page_file,
    ".htm": read_page_file,
    ".xhtml": read_page_file,
    ".html.gz": read_page_file,
    ".pdf": read_pdf_file,
    ".xml": read_feed_file,
    ".rss": read_feed_file,
    ".atom": read_feed_file,
}


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
        return _read_all([SourceFile(path.resolve(), path.name, path.stem)], known)
    files = list(find_files(path))
    if not files:
        raise SourceError(f"{path} has no articles:", _PUT)
    return _read_all(files, known)


def _read_all(files: Sequence[SourceFile | Rejected], known: Mapping[str, Known]) -> Iterator[Item]:
    with Sandbox() as sandbox:
        for file in files:
            if isinstance(file, Rejected):
                yield file
            else:
                yield from _read(file, known, sandbox)


def _read(file: SourceFile, known: Mapping[str, Known], sandbox: Sandbox) -> Iterator[Item]:
    ending = _ending(file.path.name)
    if ending in _FOREIGN:
        return _FOREIGN[ending](file, known, sandbox)
    if ending in _READERS:
        return _READERS[ending](file, known)
    kinds = ", ".join((*_READERS, *_FOREIGN))
    return iter(
        [Rejected(file.origin, f"is not a kind of file Byline reads ({ending or 'no ending'})", f"use {kinds}")]
    )


def _ending(name: str) -> str:
    """`.html.gz` is one ending."""
    lowered = name.lower()
    return next((ending for ending in _FOREIGN if lowered.endswith(ending)), Path(lowered).suffix)


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
