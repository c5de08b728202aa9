"""What stands beside the sentences of an answer, in words, for surfaces that have nothing but text. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from byline.answer.reasons import reason_in_words
from byline.cited import Numbers
from byline.types import Answer, ArticleRef, Disagreement, Quote


def notes(answer: Answer, numbers: Numbers) -> str:
    """Paragraphs to stand after the sentences, or instead of them; empty when there is nothing to say."""
    return "\n\n".join(_paragraphs(answer, numbers))


def source_lines(articles: dict[int, ArticleRef]) -> str:
    """`[1] Title, Publisher, 12 January 2026, https://…`, a line for each."""
    return "\n".join(f"[{number}] {_credit(article)}" for number, article in sorted(articles.items()))


def numbered_articles(answer: Answer, numbers: Numbers) -> dict[int, ArticleRef]:
    """Number → the article that has it."""
    quoted = {quote.passage.article.id: quote.passage.article for quote in answer.quotes}
    return {number: quoted[name] for name, number in numbers.given.items() if name in quoted}


def _paragraphs(answer: Answer, numbers: Numbers) -> Iterator[str]:
    if not answer.answered:
        yield reason_in_words(answer)
    if answer.warning:
        yield answer.warning
    if answer.fallback:
        yield answer.fallback
    if answer.premise:
        premise = answer.premise
        told = f"The question has “{premise.asserted}”, the articles have “{premise.said}”."
        yield told + _marker(premise.quote, numbers)
    for sentence in answer.sentences:
        if sentence.correction:
            yield f"Corrected: “{sentence.correction.text}”{_marker(sentence.correction, numbers)}"
    for disagreement in answer.disagreements:
        yield _differing(disagreement, numbers)
    for quote in answer.nearest:
        yield f"The nearest words: “{quote.text}”{_marker(quote, numbers)}"


def _differing(disagreement: Disagreement, numbers: Numbers) -> str:
    pairs = zip(disagreement.values, disagreement.quotes, strict=True)
    return f"The articles differ: {'; '.join(value + _marker(quote, numbers) for value, quote in pairs)}."


def _marker(quote: Quote, numbers: Numbers) -> str:
    return f"[{numbers.of(quote.passage.article)}]"


def _credit(article: ArticleRef) -> str:
    date = f"{article.published.day} {article.published:%B %Y}" if article.published else None
    return ", ".join(part for part in (article.title, article.publisher, date, article.url) if part)
