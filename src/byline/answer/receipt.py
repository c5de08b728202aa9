"""A saved answer as a file that can be checked later: each quote with the revision that it is a slice of.

A receipt says what was shown and from which words. Its `digest` finds an accident, not a forger: who changes a receipt
can also write a new digest, but cannot make the library hold words that no article had.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from byline.answer.standing import Notice, quote_notice
from byline.errors import ReceiptError
from byline.library.database import Library
from byline.library.saved import SavedAnswer, SavedQuote

FORMAT = 1
_QUOTE = {"article_id": str, "revision": str, "start": int, "end": int, "text": str}

Match = Literal["exact", "altered", "unknown_revision"]
"""The quote's words are that slice of that revision; they are not; the library never had that revision."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`whole`: its digest is that of its content."""

    question: str
    saved_at: datetime
    quotes: tuple[SavedQuote, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """One quote: whether it was ever said, and how it stands today (None unless it matches exactly)."""

    quote: SavedQuote
    match: Match
    notice: Notice | None = None


def receipt_of(saved: SavedAnswer) -> dict[str, Any]:
    """`{byline_receipt, id, saved_at, question, standalone, answered, reason, as_of, sentences: [{text, speaker,
    quotes: [{article_id, title, publisher, published, url, revision, start, end, text}]}], model, fingerprints,
    digest}`. Offsets are code points of the revision's text.
    """
    shown, quotes = saved.shown, iter(saved.quotes)
    sources = {source["article_id"]: source for source in shown["sources"]}
    receipt = {
        "byline_receipt": FORMAT,
        "id": saved.id,
        "saved_at": saved.saved_at.isoformat(),
        **{key: shown.get(key) for key in ("question", "standalone", "answered", "reason", "as_of")},
        "sentences": [
            {
                "text": sentence["text"],
                "speaker": sentence.get("speaker"),
                "quotes": [_quoted(next(quotes), sources) for _ in sentence["quotes"]],
            }
            for sentence in shown["sentences"]
        ],
        **{key: shown.get(key) for key in ("model", "fingerprints")},
    }
    return receipt | {"digest": _digest(receipt)}


def read_receipt(text: str, name: str = "the receipt") -> Receipt:
    """Raises ReceiptError naming what is wrong with it."""
    try:
        held = json.loads(text)
    except ValueError as error:
        raise ReceiptError(f"{name} is not JSON: {error}.", _EXPORT) from error
    if not isinstance(held, dict) or "byline_receipt" not in held:
        raise ReceiptError(f"{name} is not a receipt of Byline.", _EXPORT)
    if held["byline_receipt"] != FORMAT:
        raise ReceiptError(
            f"{name} has the format {held['byline_receipt']!r}; this Byline reads {FORMAT}.",
            "Check it with the Byline that made it, or a newer one.",
        )
    try:
        quotes = tuple(_read_quote(quote) for sentence in held["sentences"] for quote in sentence["quotes"])
        question, saved_at = str(held["question"]), datetime.fromisoformat(held["saved_at"])
    except (KeyError, TypeError, ValueError) as error:
        raise ReceiptError(f"{name} lacks a part, or has one of the wrong kind: {error}.", _EXPORT) from error
    content = {key: value for key, value in held.items() if key != "digest"}
    return Receipt(question, saved_at, quotes, whole=held.get("digest") == _digest(content))


def verify(library: Library, receipt: Receipt, now: datetime) -> tuple[Checked, ...]:
    """Every quote against the library, in order; nothing else is asked."""
    return tuple(_verified(library, quote, receipt.saved_at, now) for quote in receipt.quotes)


_EXPORT = "Export it again: `byline answer ID --receipt`."


def _verified(library: Library, quote: SavedQuote, saved_at: datetime, now: datetime) -> Checked:
    known = {revision.digest: revision for revision in library.revisions_of(quote.article_id)}
    revision = known.get(quote.digest)
    if revision is None:
        return Checked(quote, "unknown_revision")
    inside = 0 <= quote.start < quote.end <= len(revision.text)
    if not inside or revision.text[quote.start : quote.end] != quote.text:
        return Checked(quote, "altered")
    return Checked(quote, "exact", quote_notice(library, quote, saved_at, now))


def _quoted(quote: SavedQuote, sources: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    source = sources.get(quote.article_id, {})
    return {
        "article_id": quote.article_id,
        **{key: source.get(key) for key in ("title", "publisher", "published", "url")},
        "revision": quote.digest,
        "start": quote.start,
        "end": quote.end,
        "text": quote.text,
    }


def _read_quote(held: Mapping[str, Any]) -> SavedQuote:
    for key, kind in _QUOTE.items():
        if type(held[key]) is not kind:
            raise TypeError(f"{key} is {held[key]!r}")
    return SavedQuote(held["article_id"], held["revision"], held["start"], held["end"], held["text"])


def _digest(content: Mapping[str, Any] | Sequence[Any]) -> str:
    """SHA-256 of the content with its keys in order and nothing between them."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
