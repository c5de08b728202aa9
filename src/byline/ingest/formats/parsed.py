"""What a reader makes of foreign bytes: fields and raw text, which become an article only after cleaning.

A reader may run in another process, whose answer is then no more trusted than the bytes it was given: whatever comes
back goes through the same cleaning as a row of JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from byline.ingest.formats.fields import Fields, make_ref, web_address
from byline.ingest.formats.fields import field as named_field
from byline.ingest.formats.guess import guess_date, guess_title, without_title
from byline.ingest.text.characters import clean_characters
from byline.ingest.text.clean import clean_text
from byline.types import Article, Rejected


class Unreadable(Exception):
    """`reason` and `next_step` read as in Rejected."""

    def __init__(self, reason: str, next_step: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.next_step = next_step

    def rejected(self, origin: str) -> Rejected:
        return Rejected(origin, _said(self.reason), _said(self.next_step))


@dataclass(frozen=True, slots=True)
class Parsed:
    """Fields as in front matter; one line of `text` is a heading (`# …`), a paragraph, a list item or a table row."""

    fields: Fields
    text: str
    notes: tuple[str, ...] = field(default=())


def article_of(parsed: Parsed, origin: str, fallback_id: str, *, dated_by_text: bool = False) -> Article | Rejected:
    """Without an id, its url is its id; without that, `fallback_id`."""
    text = clean_text(parsed.text)
    if not any(map(str.isalnum, text)):
        return Rejected(origin, "has no text", "remove it, or save the article with its words")
    address = web_address(named_field(parsed.fields, "url"))
    ref, remarks = make_ref(parsed.fields, fallback_id=address or fallback_id, guess=lambda: guess_title(text))
    if dated_by_text and ref.published is None:
        published, why = guess_date(text)
        ref = replace(ref, published=published)
        remarks += (why,) if why else ()
    return Article(ref, without_title(text, ref.title), origin, tuple(map(_said, parsed.notes)) + remarks)


def parsed_from(answer: Mapping[str, Any]) -> Parsed:
    """The inverse of `dataclasses.asdict`, for an answer that may be anything. Raises Unreadable."""
    fields, text, notes = answer.get("fields"), answer.get("text"), answer.get("notes")
    if isinstance(fields, dict) and isinstance(text, str) and isinstance(notes, list | tuple):
        return Parsed(fields, text, tuple(note for note in notes[:20] if isinstance(note, str)))
    raise Unreadable("could not be parsed: the reader gave no sensible answer", "save it in another format")


def _said(words: str) -> str:
    return " ".join(clean_characters(words).split())[:500]
