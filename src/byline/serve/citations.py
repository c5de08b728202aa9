"""The links from what an answer says to the cards of its sources, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence

from byline.serve.cards import Source
from byline.serve.markup import escape
from byline.types import Quote


class Citations:
    """Of one answer on one page. The first link to a card is the one that the card leads back to."""

    def __init__(self, turn: int, sources: Sequence[Source]) -> None:
        self._turn = turn
        self._sources = sources
        self._seen: set[int] = set()

    def after(self, text: str, quotes: Sequence[Quote]) -> str:
        """Words and their citations; the last word and the first citation stay on one line."""
        *before, last = escape(text).rsplit(" ", 1)
        first, *others = self._links(quotes) or [""]
        start = f"{before[0]} " if before else ""
        return f'{start}<span class="hold">{last}{first}</span>{"".join(others)}'

    def _links(self, quotes: Sequence[Quote]) -> list[str]:
        """One for each source. Its classes name the marks in the card: the sanitiser keeps no `data-` attribute."""
        links = []
        for source in self._sources:
            name = f"{self._turn}-{source.number}"
            spans = [(quote.start, quote.end) for quote in quotes if quote.passage.id == source.passage.id]
            if not spans:
                continue
            marks = [f"m{name}-{i}" for i, quote in enumerate(source.quotes, 1) if (quote.start, quote.end) in spans]
            anchor = "" if source.number in self._seen else f' id="c{name}"'
            self._seen.add(source.number)
            title = escape(f"Source {source.number}: {source.passage.article.title}")
            links.append(
                f'<a class="cite {" ".join(marks)}"{anchor} href="#s{name}" title="{title}">'
                f'<span class="unseen">Source </span>{source.number}</a>'
            )
        return links
