"""How a saved answer stands today: each of its quotes against the article as readers see it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from byline.answer.correction import Correction, correction
from byline.library.database import Library
from byline.library.record import ArticleState, Revision
from byline.library.saved import SavedAnswer, SavedQuote
from byline.types import Span

State = Literal["as_quoted", "corrected", "withdrawn", "embargoed", "expired", "removed"]


@dataclass(frozen=True, slots=True)
class Notice:
    """`since` is None where nobody knows. Words of an article that readers may not see are not to be shown."""

    quote: SavedQuote
    state: State
    since: datetime | None = None
    why: str | None = None
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A notice for every quote, in order; `unseen` are the articles whose words and titles may not be shown."""

    notices: tuple[Notice, ...]
    unseen: frozenset[str]


def standing(library: Library, saved: SavedAnswer, now: datetime) -> Standing:
    """Reads the library only; nothing is stored, so that undoing a withdrawal undoes its notice."""
    listed = [*saved.shown["sources"], *saved.shown.get("newer", ())]
    named = {quote.article_id for quote in saved.quotes} | {source["article_id"] for source in listed}
    unseen = frozenset(article_id for article_id in named if _unseen(library.state(article_id), now))
    notices = (quote_notice(library, quote, saved.saved_at, now) for quote in saved.quotes)
    return Standing(tuple(notices), unseen)


def quote_notice(library: Library, quote: SavedQuote, saved_at: datetime, now: datetime) -> Notice:
    """How one quote stands."""
    if hidden := _unseen(library.state(quote.article_id), now):
        state, since, why = hidden
        return Notice(quote, state, since, why)
    return _compared(quote, library.revisions_of(quote.article_id), saved_at)


def _unseen(state: ArticleState | None, now: datetime) -> tuple[State, datetime | None, str | None] | None:
    """Why readers may not see it; None when they may."""
    if state is not None and state.withdrawn_at is not None:
        return "withdrawn", state.withdrawn_at, state.withdrawn_why
    if state is None or state.live is None:
        return "removed", None, None
    if state.visible_until is not None and now >= state.visible_until:
        return "expired", state.visible_until, None
    if state.visible_from is not None and now < state.visible_from:
        return "embargoed", None, None
    return None


def _compared(quote: SavedQuote, revisions: Iterable[Revision], saved_at: datetime) -> Notice:
    known = {revision.digest: revision for revision in revisions}
    live = next((revision for revision in known.values() if revision.live), None)
    if live is None:
        return Notice(quote, "removed")
    quoted = known.get(quote.digest)
    if quoted is live:
        return Notice(quote, "as_quoted")
    old = (quoted.text, Span(quote.start, quote.end)) if quoted else (quote.text, Span(0, len(quote.text)))
    found = correction(*old, live.text, live.language or "en")
    if found is None:
        return Notice(quote, "as_quoted")
    return Notice(quote, "corrected", _since(live, quoted, saved_at), correction=found)


def _since(live: Revision, quoted: Revision | None, saved_at: datetime) -> datetime | None:
    """What the article says of its edit, or when it was read. Neither, when it went back to what it had been."""
    if live.modified and (quoted is None or live.modified != quoted.modified):
        return live.modified
    return live.stored_at if live.stored_at >= saved_at else None
