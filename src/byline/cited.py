"""An answer as one text with numbered citations, for surfaces that show text. Pure.

Numbers are of articles, from 1, in the order in which the sentences, and then what stands beside them, first quote
them. A sentence is followed by the numbers of its quotes: `It cost 41 million.[1] Buses use it.[2]`. Offsets are
Unicode code points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from byline.answer.reasons import reason_in_words
from byline.links import safe_url, url_at
from byline.types import Answer, ArticleRef, Quote, Sentence, Span
from byline.wire import answer_json, source_json

SCHEMA = "1"


class Numbers:
    """The number of each article that is quoted, given at its first quote."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def of(self, article: ArticleRef) -> int:
        return self._given.setdefault(article.id, len(self._given) + 1)

    def markers(self, sentence: Sentence) -> str:
        """`[1][3]`; numbers are also given to the articles of what is shown with the sentence."""
        numbers = dict.fromkeys(self.of(quote.passage.article) for quote in sentence.quotes)
        for quote in sentence.shown:
            self.of(quote.passage.article)
        return "".join(f"[{number}]" for number in numbers)

    @property
    def given(self) -> Mapping[str, int]:
        return self._given


@dataclass(frozen=True, slots=True)
class Citation:
    """`quote` supports the `sentence`-th sentence, which is `[start, end)` of the text; its markers follow at `end`."""

    number: int
    sentence: int
    quote: Quote
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cited:
    """`numbers` has the article ids of all quotes, those that stand beside the sentences too."""

    text: str
    citations: tuple[Citation, ...]
    numbers: Mapping[str, int]


def cited(answer: Answer, numbers: Numbers | None = None, before: str = "") -> Cited:
    """After the text `before`, whose numbers go on."""
    numbers, text = numbers or Numbers(), before
    citations: list[Citation] = []
    for index, sentence in enumerate(answer.sentences):
        text += " " if index else ""
        start, markers = len(text), numbers.markers(sentence)
        text += sentence.text
        citations += citations_of(index, sentence, numbers, Span(start, len(text)))
        text += markers
    for quote in answer.beside:
        numbers.of(quote.passage.article)
    return Cited(text, tuple(citations), numbers.given)


def citations_of(index: int, sentence: Sentence, numbers: Numbers, span: Span) -> Iterator[Citation]:
    for quote in sentence.quotes:
        yield Citation(numbers.of(quote.passage.article), index, quote, span.start, span.end)


def cited_json(answer: Answer, answer_id: str | None = None) -> dict[str, Any]:
    """`answer_json` with its text, citations, and numbered sources: what `/v1/ask` answers."""
    told = cited(answer)
    shown = answer_json(answer, answer_id)
    sources = [{"n": told.numbers.get(source["article_id"]), **_linkable(source)} for source in shown["sources"]]
    return {
        **shown,
        "schema": SCHEMA,
        "answer": told.text,
        "message": None if answer.answered else reason_in_words(answer),
        "citations": [citation_json(citation) for citation in told.citations],
        "sources": sorted(sources, key=lambda source: (source["n"] is None, source["n"])),
        "newer": [_linkable(source) for source in shown["newer"]],
        "index_version": answer.fingerprints.generation if answer.fingerprints else None,
        "finish_reason": "stop",
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    """`before` and `after` are the sentences around the quote in its passage; `link` opens the article at the quote."""
    quote = citation.quote
    before, after = neighbours(quote)
    return {
        "n": citation.number,
        "sentence": citation.sentence,
        "supported": True,
        "article_id": quote.passage.article.id,
        "passage_id": quote.passage.id,
        "start": quote.start,
        "end": quote.end,
        "quote": quote.text,
        "before": before,
        "after": after,
        "link": url_at(quote.passage.article.url, quote.text),
        "answer_start": citation.start,
        "answer_end": citation.end,
    }


def numbered_source(number: int, article: ArticleRef) -> dict[str, Any]:
    return {"n": number, **linkable_source(article)}


def linkable_source(article: ArticleRef) -> dict[str, Any]:
    """`source_json` with an address that may become a link, or none."""
    return _linkable(source_json(article))


def _linkable(source: Mapping[str, Any]) -> dict[str, Any]:
    copies = {"also_in": [_linkable(copy) for copy in source["also_in"]]} if "also_in" in source else {}
    return {**source, "url": safe_url(source["url"]), **copies}


def neighbours(quote: Quote) -> tuple[str, str]:
    """The sentence before the quote in its passage and the one after it; empty where there is none."""
    spans: Sequence[Span] = quote.passage.sentences
    before = [span for span in spans if span.end <= quote.start][-1:]
    after = [span for span in spans if span.start >= quote.end][:1]
    return ("".join(map(quote.passage.slice, before)), "".join(map(quote.passage.slice, after)))
