"""Answers as HTML for the chat page: pure functions from Byline's nouns to strings that are already safe.

No Gradio here. Each string is one HTML block without line breaks, because a Markdown parser reads it on the way.
Words of a sentence that is not checked yet look like none of the answer, and go when it is struck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from byline.answer.reasons import REASONS, reason_in_words, written_by
from byline.library.freshness import Freshness
from byline.serve.beside import correction_html, disagreement_html, nearest_html, newer_html, premise_html
from byline.serve.cards import byline_html, credit, day, kind_label, number_sources, sources_html
from byline.serve.citations import Citations
from byline.serve.markup import escape, link, plain, safe_url
from byline.types import Answer, ArticleRef, Failed, Quote, Sentence

NOT_ANSWERED = "Not answered in the articles"
PREPARING = "Preparing the articles…"
ONLY = "Byline tells you only what the articles say."
ADD_ARTICLES = "If this is your site, add them with <code>byline sync</code>."
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


def sentences_html(turn: int, sentences: Sequence[Sentence], cite: Citations | None = None, pending: str = "") -> str:
    """Sentences with their citations; a paragraph never mixes articles, and ends in its byline.

    What was corrected is a paragraph of its own, with its correction under it. A sentence that rests on several
    articles has all their bylines. `pending` are the words of a sentence that is not checked yet.
    """
    shown = shown_sentences(sentences)
    cite = cite or Citations(turn, number_sources(shown))
    paragraphs = []
    for (articles, _), group in groupby(enumerate(shown), key=lambda s: (_quoted(s[1]), s[1].correction and s[0])):
        said = [sentence for _, sentence in group]
        body = " ".join(_said(sentence, cite) for sentence in said)
        correction = correction_html(said[0].correction, cite) if said[0].correction else ""
        paragraphs.append(f"<p>{body}</p>{''.join(map(byline_html, articles))}{correction}")
    if plain(pending):
        paragraphs.append(f'<p class="pending">{escape(pending)}</p>')
    return f'<div class="answer">{"".join(paragraphs)}</div>'


def _quoted(sentence: Sentence) -> tuple[ArticleRef, ...]:
    return tuple(dict.fromkeys(quote.passage.article for quote in sentence.quotes))


def shown_sentences(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """What may be shown as fact: supported, and by a quote."""
    return tuple(s for s in sentences if s.supported and s.quotes)


def answer_html(turn: int, answer: Answer) -> str:
    warning = f'<p class="warning">{escape(answer.warning)}</p>' if answer.warning else ""
    fallback = f'<p class="warning">{escape(answer.fallback)}</p>' if answer.fallback else ""
    sources = number_sources(shown_sentences(answer.sentences), answer.beside)
    cite = Citations(turn, sources)
    follows = answer.premise and any(answer.premise.quote in sentence.quotes for sentence in answer.sentences)
    premise = premise_html(answer.premise, cite, follows=bool(follows)) if answer.premise else ""
    if not answer.answered:
        return f'<div class="turn-{turn}">{premise}{not_answered_html(answer, cite, warning)}</div>'
    said = sentences_html(turn, answer.sentences, cite)
    differing = "".join(disagreement_html(disagreement, cite) for disagreement in answer.disagreements)
    as_of = f"<span>As of {day(answer.as_of)}</span>" if answer.as_of else ""
    count = len(sources)
    to_sources = f'<a class="to-sources" href="#sources-{turn}">{count} source{"s" if count != 1 else ""}</a>'
    written = f'<p class="written">{escape(written_by(answer))}</p>' if answer.model else ""
    foot = f'<p class="foot">{as_of}{to_sources}<button class="copy">Copy</button></p>'
    beside = f"{differing}{newer_html(answer.newer)}{written}"
    return f'<div class="turn-{turn}">{warning}{fallback}{premise}{said}{beside}{foot}</div>'


def answer_sources_html(
    turn: int,
    question: str,
    sentences: Sequence[Sentence],
    also_in: Mapping[str, Sequence[ArticleRef]] | None = None,
    beside: Sequence[Quote] = (),
) -> str:
    return sources_html(turn, question, number_sources(shown_sentences(sentences), beside), also_in)


def not_answered_html(answer: Answer, cite: Citations, warning: str = "") -> str:
    """Why not, the nearest sentences, and the closest articles that none of these is from."""
    shown = {quote.passage.article for quote in answer.beside}
    others = "".join(f"<li>{_reference(article)}</li>" for article in answer.sources if article not in shown)
    closest = f'<p class="quiet">The closest articles</p><ul>{others}</ul>' if others else ""
    more = ADD_ARTICLES if answer.reason == "no_articles" else ONLY
    return (
        f'<div class="state silent"><p><strong>{escape(reason_in_words(answer))}</strong></p><p>{more}</p>{warning}'
        f"{nearest_html(answer.nearest, cite)}{closest}</div>"
    )


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
        return f'<p class="fresh">{escape(REASONS["no_articles"])} {ADD_ARTICLES}</p>'
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


def _said(sentence: Sentence, cite: Citations) -> str:
    """What it leans on in a lighter voice, its words and citations, and its speaker where they do not name him."""
    leads = "".join(f'<span class="lead">{escape(lead.text)}</span> ' for lead in sentence.leads)
    speaker = sentence.speaker if sentence.speaker and plain(sentence.speaker) not in plain(sentence.text) else ""
    named = f' <span class="speaker">— {escape(speaker)}</span>' if speaker else ""
    return f'{leads}<span class="said">{cite.after(sentence.text, sentence.quotes)}</span>{named}'


def _reference(article: ArticleRef) -> str:
    about = kind_label(article) + credit(article, authors=False)
    return link(safe_url(article.url), article.title) + (f'<span class="credit">{about}</span>' if about else "")
