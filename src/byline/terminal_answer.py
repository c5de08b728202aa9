"""An answer in a terminal: its words, their marks, and what stands beside them. Article text is never markup."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from byline.answer.reasons import reason_in_words, written_by
from byline.terminal import byline_of, outlets_of
from byline.types import Answer, ArticleRef, Disagreement, Quote, Sentence

ADD_ARTICLES = "Run `byline sync FOLDER`."


def print_answer(console: Console, answer: Answer) -> None:
    if answer.question.standalone != answer.question.text:
        console.print(Text(f"(understood as: {answer.question.standalone})", style="dim"))
    if answer.warning:
        _line(console, answer.warning, style="yellow")
    if answer.fallback:
        _line(console, answer.fallback, style="yellow")
    sources = tuple(dict.fromkeys((*answer.sources, *(quote.passage.article for quote in answer.quotes))))
    numbers = {article.id: number for number, article in enumerate(sources, 1)}
    if premise := answer.premise:
        asked = f"The articles say otherwise: the question has “{premise.asserted}”, they have “{premise.said}”."
        _line(console, asked, style="yellow")
        if not any(premise.quote in sentence.quotes for sentence in answer.sentences):
            _print_quote(console, premise.quote, numbers)
    if answer.answered:
        for sentence in answer.sentences:
            _print_sentence(console, sentence, numbers)
        for disagreement in answer.disagreements:
            _print_disagreement(console, disagreement, numbers)
        if answer.model:
            _line(console, written_by(answer), style="dim")
    else:
        _print_unanswered(console, answer, numbers)
    if answer.newer:
        _line(console, "Newer articles on this: " + "; ".join(map(byline_of, answer.newer)), style="dim")
    if answer.answered or answer.beside:
        console.print()
        quoted = {quote.passage.article for quote in answer.quotes}
        for article in sources:
            if answer.answered or article in quoted:
                _print_source(console, article, numbers[article.id], answer)


def _print_sentence(console: Console, sentence: Sentence, numbers: Mapping[str, int]) -> None:
    shown = Text()
    for lead in sentence.leads:
        shown.append(f"{lead.text} ", style="dim")
    shown.append(sentence.text)
    shown.append("".join(_mark(quote, numbers) for quote in sentence.quotes), style="cyan")
    if sentence.speaker and sentence.speaker not in sentence.text:
        shown.append(f" — {sentence.speaker}", style="dim")
    console.print(shown, soft_wrap=True)
    if correction := sentence.correction:
        when = correction.passage.article.published
        _line(console, f"  Corrected on {when:%-d %B %Y}:" if when else "  Corrected:", style="yellow")
        _print_quote(console, correction, numbers)


def _print_disagreement(console: Console, disagreement: Disagreement, numbers: Mapping[str, int]) -> None:
    if len(set(disagreement.quotes)) == 1:
        [quote] = set(disagreement.quotes)
        said = f"The article gives different figures: {', '.join(disagreement.values)}{_mark(quote, numbers)}"
        _line(console, said, style="yellow")
        return
    _line(console, "The articles differ:", style="yellow")
    for value, quote in zip(disagreement.values, disagreement.quotes, strict=True):
        _line(console, f"  {value}", style="bold")
        _print_quote(console, quote, numbers, indent=4)


def _print_unanswered(console: Console, answer: Answer, numbers: Mapping[str, int]) -> None:
    more = f" {ADD_ARTICLES}" if answer.reason == "no_articles" else ""
    _line(console, reason_in_words(answer) + more, style="bold yellow")
    if answer.nearest:
        _line(console, "The nearest sentences:")
        for quote in answer.nearest:
            _print_quote(console, quote, numbers)
    quoted = {quote.passage.article for quote in answer.beside}
    if closest := [article for article in answer.sources if article not in quoted]:
        _line(console, "The closest articles:")
        for article in closest:
            _line(console, f"  · {byline_of(article)}")


def _print_quote(console: Console, quote: Quote, numbers: Mapping[str, int], *, indent: int = 2) -> None:
    """The words, then whose they are and when."""
    article = quote.passage.article
    console.print(Text.assemble(" " * indent, quote.text, (_mark(quote, numbers), "cyan")), soft_wrap=True)
    _line(console, f"{' ' * indent}{byline_of(article)}", style="dim")


def _print_source(console: Console, article: ArticleRef, number: int, answer: Answer) -> None:
    _line(console, f"[{number}] {byline_of(article)}", style="dim")
    if article.url:
        _line(console, f"    {article.url}", style="dim")
    if answer.model:  # its sentences are not the quotes themselves
        quotes = (quote for sentence in answer.sentences for quote in sentence.quotes)
        for quote in dict.fromkeys(quote for quote in quotes if quote.passage.article == article):
            _line(console, f"    “{quote.text}”")
    if also_in := answer.also_in.get(article.id):
        _line(console, f"    {outlets_of(also_in)}", style="dim")


def _mark(quote: Quote, numbers: Mapping[str, int]) -> str:
    return f" [{numbers[quote.passage.article.id]}]"


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style), soft_wrap=True)
