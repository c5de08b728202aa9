"""Answers as HTML for the chat page: pure functions from Byline's nouns to strings that are already safe.

No Gradio here. Each string is one HTML block without line breaks, because a Markdown parser reads it on the way.
Words a model writes are shown only once they are checked: a `TextDelta` never reaches the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from byline.library.freshness import Freshness
from byline.serve.cards import Source, credit, day, kind_label, number_sources, sources_html
from byline.serve.markup import escape, link, safe_url
from byline.types import Answer, ArticleRef, Failed, Reason, Sentence

NOT_ANSWERED = "Not answered in the articles"
PREPARING = "Preparing the articles…"
REASONS: dict[Reason, str] = {
    "not_in_articles": "The articles here do not say. Byline tells you only what they do.",
    "not_at_that_time": "The articles here do not reach the time you ask about.",
    "no_articles": (
        "There are no articles to answer from yet. If this is your site, add them with <code>byline sync</code>."
    ),
}
BEHIND = "<strong>They may be out of date:</strong> newer reporting may be missing."
BROKEN_ENGINE = "The articles could not be opened, so no question can be answered now. Please come back later."
MASTHEAD = (
    '<div class="masthead"><h1>Byline</h1>'
    "<p>Ask the articles. Every sentence of an answer shows the words it rests on.</p></div>"
)
HOW_IT_WORKS = (
    '<div class="how"><p>Each sentence of an answer is numbered. The number opens the article and the exact words '
    "that support it, here.</p><p>What the articles do not say, Byline does not say.</p></div>"
)


def question_html(text: str) -> str:
    lines = "<br>".join(escape(line) for line in text.strip().splitlines())
    return f'<div class="asked">{lines}</div>'


def working_html(status: str) -> str:
    return f'<div class="working"><span class="pulse"></span>{escape(status)}</div>'


def sentences_html(turn: int, sentences: Sequence[Sentence]) -> str:
    """Sentences with their citations; a paragraph never mixes articles, and ends in its byline."""
    shown = shown_sentences(sentences)
    sources = number_sources(shown)
    seen: set[int] = set()
    paragraphs = []
    for _, group in groupby(shown, key=lambda s: s.quotes[0].passage.article.id):
        said = tuple(group)
        body = " ".join(_said(s.text, _chips(turn, s, sources, seen)) for s in said)
        paragraphs.append(f"<p>{body}</p>{_byline(said[0].quotes[0].passage.article)}")
    return f'<div class="answer">{"".join(paragraphs)}</div>'


def shown_sentences(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """What may be shown as fact: supported, and by a quote."""
    return tuple(s for s in sentences if s.supported and s.quotes)


def answer_html(turn: int, answer: Answer) -> str:
    warning = f'<p class="warning">{escape(answer.warning)}</p>' if answer.warning else ""
    if not answer.answered:
        return not_answered_html(answer, warning)
    count = len(number_sources(shown_sentences(answer.sentences)))
    as_of = f"<span>As of {day(answer.as_of)}</span>" if answer.as_of else ""
    to_sources = f'<a class="to-sources" href="#sources-{turn}">{count} source{"s" if count != 1 else ""}</a>'
    foot = f'<p class="foot">{as_of}{to_sources}<button class="copy">Copy</button></p>'
    return f'<div class="turn-{turn}">{warning}{sentences_html(turn, answer.sentences)}{foot}</div>'


def answer_sources_html(
    turn: int, question: str, sentences: Sequence[Sentence], also_in: Mapping[str, Sequence[ArticleRef]] | None = None
) -> str:
    return sources_html(turn, question, number_sources(shown_sentences(sentences)), also_in)


def not_answered_html(answer: Answer, warning: str = "") -> str:
    closest = "".join(f"<li>{_reference(article)}</li>" for article in answer.sources)
    nearest = f'<p class="quiet">The closest articles</p><ul>{closest}</ul>' if closest else ""
    why = REASONS[answer.reason or "not_in_articles"]
    return f'<div class="state silent"><p><strong>{NOT_ANSWERED}</strong></p><p>{why}</p>{warning}{nearest}</div>'


def failed_html(failed: Failed) -> str:
    hint = "<p>Nothing is lost: please ask again in a moment.</p>" if failed.retryable else ""
    return (
        '<div class="state broken"><p><strong>This question was not answered</strong></p>'
        f"<p>{escape(failed.message)}</p>{hint}</div>"
    )


def stopped_html() -> str:
    return '<div class="state stopped"><p><strong>Stopped</strong></p></div>'


def freshness_html(freshness: Freshness) -> str:
    if not freshness.articles:
        return f'<p class="fresh">{REASONS["no_articles"]}</p>'
    count = f"{freshness.articles:,} article{'s' if freshness.articles != 1 else ''}"
    newest = f" up to {day(freshness.newest)}" if freshness.newest else ""
    checked = f"; checked {freshness.ago(freshness.checked)}" if freshness.checked else ""
    if freshness.stale:
        return f'<p class="fresh late">{count}{newest}{checked}. {BEHIND}</p>'
    return f'<p class="fresh">{count}{newest}{checked}</p>'


def preparing_html() -> str:
    return f'<p class="fresh"><span class="pulse"></span>{PREPARING}</p>'


def broken_html() -> str:
    return f'<div class="state broken"><p><strong>Byline cannot answer</strong></p><p>{BROKEN_ENGINE}</p></div>'


def answer_text(answer: Answer) -> str:
    """What a follow-up question may lean on: the words alone."""
    return " ".join(s.text for s in shown_sentences(answer.sentences)) if answer.answered else f"{NOT_ANSWERED}."


def _said(text: str, chips: Sequence[str]) -> str:
    """A sentence and its citations; the last word and the first citation stay on one line."""
    *before, last = escape(text).rsplit(" ", 1)
    first, *others = chips
    start = f"{before[0]} " if before else ""
    return f'<span class="said">{start}<span class="hold">{last}{first}</span>{"".join(others)}</span>'


def _chips(turn: int, sentence: Sentence, sources: Sequence[Source], seen: set[int]) -> list[str]:
    """One link for each source. Its classes name the marks in the card: the sanitiser keeps no `data-` attribute."""
    chips = []
    for source in sources:
        n = source.number
        spans = [(q.start, q.end) for q in sentence.quotes if q.passage.id == source.passage.id]
        if not spans:
            continue
        marks = [f"m{turn}-{n}-{i}" for i, q in enumerate(source.quotes, 1) if (q.start, q.end) in spans]
        anchor = "" if n in seen else f' id="c{turn}-{n}"'
        seen.add(n)
        title = escape(f"Source {n}: {source.passage.article.title}")
        chips.append(
            f'<a class="cite {" ".join(marks)}"{anchor} href="#s{turn}-{n}" title="{title}">'
            f'<span class="unseen">Source </span>{n}</a>'
        )
    return chips


def _byline(article: ArticleRef) -> str:
    text = kind_label(article) + credit(article, authors=False)
    return f'<p class="byline">{text}</p>' if text else ""


def _reference(article: ArticleRef) -> str:
    about = kind_label(article) + credit(article, authors=False)
    return link(safe_url(article.url), article.title) + (f'<span class="credit">{about}</span>' if about else "")
