"""What stands beside the sentences of an answer, as HTML: a premise, a correction, a disagreement, the nearest words.

Each shows the articles' own words with a citation and a byline, like a sentence of the answer, and looks like none.
"""

from __future__ import annotations

from collections.abc import Sequence

from byline.serve.cards import byline_html, day
from byline.serve.citations import Citations
from byline.serve.markup import escape, link, safe_url
from byline.types import ArticleRef, Disagreement, Premise, Quote

OTHERWISE = "The articles say otherwise"
DIFFER, ITSELF = "The articles differ", "The article gives different figures"
NEAREST = "The nearest sentences"
NEWER = "Newer articles on this"


def premise_html(premise: Premise, cite: Citations, *, follows: bool) -> str:
    """Before the sentences: what the question takes for granted is not answered as if it were so.

    `follows`: the words that contradict it are a sentence of the answer, and not said twice.
    """
    told = f"The question has “{premise.asserted}”, the articles have “{premise.said}”."
    told = cite.after(told, [premise.quote]) if follows else escape(told)
    quoted = "" if follows else _quoted(premise.quote, cite)
    return f'<div class="beside premise"><p><strong>{OTHERWISE}.</strong> {told}</p>{quoted}</div>'


def correction_html(correction: Quote, cite: Citations) -> str:
    """Under the sentence that was wrong."""
    published = correction.passage.article.published
    when = f" on {day(published)}" if published else ""
    return f'<div class="beside correction"><p><strong>Corrected{when}.</strong></p>{_quoted(correction, cite)}</div>'


def disagreement_html(disagreement: Disagreement, cite: Citations) -> str:
    """Side by side, each with its date and byline; two values of one sentence share it."""
    heads = [f'<p class="value">{escape(value)}</p>' for value in disagreement.values]
    if len(set(disagreement.quotes)) == 1:
        values = "".join(f"<li>{head}</li>" for head in heads)
        shown = f'<ul class="sides">{values}</ul>{_quoted(disagreement.quotes[0], cite)}'
        return f'<div class="beside differ"><p><strong>{ITSELF}.</strong></p>{shown}</div>'
    sides = "".join(
        f"<li>{head}{_quoted(quote, cite)}</li>" for head, quote in zip(heads, disagreement.quotes, strict=True)
    )
    return f'<div class="beside differ"><p><strong>{DIFFER}.</strong></p><ul class="sides">{sides}</ul></div>'


def nearest_html(nearest: Sequence[Quote], cite: Citations) -> str:
    """Of a question that is not answered: not an answer, and not set like one."""
    quotes = "".join(f"<li>{_quoted(quote, cite)}</li>" for quote in nearest)
    return f'<p class="quiet">{NEAREST}</p><ul class="nearest">{quotes}</ul>' if quotes else ""


def newer_html(newer: Sequence[ArticleRef]) -> str:
    links = ", ".join(
        link(safe_url(article.url), article.title) + (f" ({day(article.published)})" if article.published else "")
        for article in newer
    )
    return f'<p class="newer">{NEWER}: {links}</p>' if links else ""


def _quoted(quote: Quote, cite: Citations) -> str:
    return f"<blockquote>{cite.after(quote.text, [quote])}</blockquote>{byline_html(quote.passage.article)}"
