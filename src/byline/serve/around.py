"""What stands around a quote: its neighbouring sentences in the same paragraph."""

from __future__ import annotations

from collections.abc import Iterable

from byline.ingest.text.sentences import sentence_spans
from byline.library.database import Library
from byline.library.saved import SavedAnswer
from byline.serve.share import Around, Surroundings
from byline.types import Answer, Quote, Span


def around_saved(library: Library, saved: SavedAnswer, unseen: Iterable[str]) -> Surroundings:
    """From the revisions that were quoted; nothing of `unseen` articles. Quotes beside the sentences have none."""
    hidden, found = set(unseen), {}
    for quote in saved.quotes:
        if quote.article_id in hidden:
            continue
        for revision in library.revisions_of(quote.article_id):
            if revision.digest == quote.digest:
                span = Span(quote.start, quote.end)
                before, after = neighbours(revision.text, span, revision.language or "en")
                found[quote.article_id, quote.start, quote.end] = Around(before, after, quote.digest)
    return found


def around_quotes(answer: Answer) -> Surroundings:
    """From the passages of an answer that was just given."""
    return {(q.passage.article.id, q.start, q.end): _in_passage(q) for q in answer.quotes}


def neighbours(text: str, quote: Span, language: str = "en") -> tuple[str, str]:
    """The sentence before and the one after, as far as they are in the quote's paragraph, with their blanks."""
    begin = text.rfind("\n\n", 0, quote.start) + 2 if "\n\n" in text[: quote.start] else 0
    end = text.find("\n\n", quote.end)
    end = len(text) if end < 0 else end
    spans = [Span(begin + s.start, begin + s.end) for s in sentence_spans(text[begin:end], language)]
    before = [span.start for span in spans if span.start < quote.start]
    after = [span.end for span in spans if span.end > quote.end]
    first = min(before[-1], quote.start) if before else quote.start
    last = max(after[0], quote.end) if after else quote.end
    return text[first : quote.start], text[quote.end : last]


def _in_passage(quote: Quote) -> Around:
    passage = quote.passage
    span = Span(quote.start - passage.start, quote.end - passage.start)
    return Around(*neighbours(passage.text, span, passage.article.language or "en"))
