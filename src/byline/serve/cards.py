"""The sources of one answer as HTML: a numbered card for each passage it quotes, the quoted words marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from byline.serve.markup import escape, link, safe_url, url_at
from byline.types import LABELLED_KINDS, ArticleRef, Passage, Quote, Sentence, Span

# Sentences of a passage that stay visible on each side of a quote; the rest folds away.
NEIGHBOURS = 1


@dataclass(frozen=True, slots=True)
class Source:
    """One card: the passage, its number in this answer, and the quotes taken from it in order of appearance."""

    number: int
    passage: Passage
    quotes: tuple[Quote, ...]


def number_sources(sentences: Iterable[Sentence], beside: Iterable[Quote] = ()) -> tuple[Source, ...]:
    """A number for each passage, in the order in which the sentences and then the quotes beside them first use it."""
    found: dict[str, list[Quote]] = {}
    for quote in (*(quote for sentence in sentences for quote in sentence.shown), *beside):
        quotes = found.setdefault(quote.passage.id, [])
        if (quote.start, quote.end) not in [(q.start, q.end) for q in quotes]:
            quotes.append(quote)
    return tuple(Source(n, quotes[0].passage, tuple(quotes)) for n, quotes in enumerate(found.values(), start=1))


def day(date: datetime) -> str:
    """`5 December 2025` as HTML that does not break across lines."""
    return f"{date.day}&#160;{date:%B}&#160;{date.year}"


def credit(article: ArticleRef, *, authors: bool = True) -> str:
    """`Publisher · Author and Author · 5 December 2025`, with what is known; a view is first its writers', always."""
    names = " and ".join(article.authors)
    view = _is_view(article)
    shown = [f"by {names}" if view and names else "", article.publisher or "", names if authors and not view else ""]
    parts = [escape(part) for part in shown if part]
    if article.published:
        parts.append(day(article.published))
    updated = article.modified and article.published and article.modified.date() > article.published.date()
    if authors and updated and article.modified:
        parts.append(f"updated&#160;{day(article.modified)}")
    return " · ".join(parts)


def kind_label(article: ArticleRef) -> str:
    return f'<span class="kind">{escape((article.kind or "").capitalize())}</span>' if _is_view(article) else ""


def byline_html(article: ArticleRef) -> str:
    text = kind_label(article) + credit(article, authors=False)
    return f'<p class="byline">{text}</p>' if text else ""


def _is_view(article: ArticleRef) -> bool:
    return (article.kind or "").lower() in LABELLED_KINDS


def sources_html(
    turn: int, question: str, sources: Sequence[Source], also_in: Mapping[str, Sequence[ArticleRef]] | None = None
) -> str:
    """The panel's section for one turn; the page shows one section at a time. `also_in`: article id → its copies."""
    copies = also_in or {}
    cards = "".join(_card(turn, source, copies.get(source.passage.article.id, ())) for source in sources)
    body = cards or '<p class="quiet">No article is quoted for this question.</p>'
    return (
        f'<section class="turn" id="sources-{turn}" tabindex="-1"><p class="for">{escape(question)}</p>{body}</section>'
    )


def _card(turn: int, source: Source, copies: Sequence[ArticleRef]) -> str:
    article, name = source.passage.article, f"{turn}-{source.number}"
    address = url_at(article.url, source.quotes[0].text)
    return (
        f'<section class="card" id="s{name}" tabindex="-1">'
        f'<h3><span class="number">{source.number}</span> {link(address, article.title, css="headline")}</h3>'
        f'<p class="credit">{kind_label(article)}{credit(article)}</p>'
        f'<div class="passage">{_passage(turn, source)}</div>{_also_in(copies)}'
        f'<p class="ways"><a class="back" href="#c{name}">Back to the answer</a></p>'
        "</section>"
    )


def _also_in(copies: Sequence[ArticleRef]) -> str:
    """Where else the same words stand: each outlet once, a link when it has an address."""
    outlets = {copy.publisher or copy.title: copy.url for copy in reversed(copies)}
    links = ", ".join(link(safe_url(url), outlet) for outlet, url in reversed(outlets.items()))
    return f'<p class="credit">Also in: {links}</p>' if links else ""


def _passage(turn: int, source: Source) -> str:
    """The passage around its quotes; sentences further off fold away before and after."""
    passage = source.passage
    start, end = _visible(passage, source.quotes)
    before, after = Span(passage.start, start), Span(end, passage.end)
    shown = _marked(turn, source, start, end)
    return (
        _folded("Earlier in this passage", passage.slice(before))
        + f"<blockquote>{shown}</blockquote>"
        + _folded("Later in this passage", passage.slice(after))
    )


def _visible(passage: Passage, quotes: Sequence[Quote]) -> tuple[int, int]:
    """The quoted sentences, whole, with their neighbours."""
    first, last = min(q.start for q in quotes), max(q.end for q in quotes)
    if not passage.sentences:  # nothing to fold at
        return passage.start, passage.end
    touched = [i for i, s in enumerate(passage.sentences) if s.end > first and s.start < last]
    if not touched:
        return first, last
    start = passage.sentences[max(touched[0] - NEIGHBOURS, 0)].start
    end = passage.sentences[min(touched[-1] + NEIGHBOURS, len(passage.sentences) - 1)].end
    return min(first, start), max(last, end)


def _folded(label: str, text: str) -> str:
    return f"<details><summary>{label}</summary>{_paragraphs(text)}</details>" if text.strip() else ""


def _marked(turn: int, source: Source, start: int, end: int) -> str:
    """`passage[start:end]` with each quote in a `<mark>`; overlapping quotes are marked up to where the next begins."""
    pieces, at = [], start
    for index, quote in sorted(enumerate(source.quotes, start=1), key=lambda item: item[1].start):
        if quote.end <= at:
            continue
        begin = max(quote.start, at)
        pieces.append(_breaks(source.passage.slice(Span(at, begin))))
        words = _breaks(source.passage.slice(Span(begin, quote.end)))
        pieces.append(f'<mark id="m{turn}-{source.number}-{index}">{words}</mark>')
        at = quote.end
    pieces.append(_breaks(source.passage.slice(Span(at, end))))
    return "".join(pieces)


def _paragraphs(text: str) -> str:
    return f"<p>{_breaks(text.strip())}</p>"


def _breaks(text: str) -> str:
    """Line breaks survive; a space at either end too, because this is a piece of a longer text."""
    lines = [escape(line.lstrip("#").strip() if line.startswith("#") else line) for line in text.split("\n")]
    body = '<br class="gap">'.join(line for line in lines if line)
    return f"{' ' if text[:1].isspace() else ''}{body}{' ' if text[-1:].isspace() else ''}"
