"""The answerer's events as the events that clients read. Pure.

Clients get words as they come and are told, sentence by sentence, which of them were checked: `citation` names a quote
of a supported sentence, or strikes one that is not. Offsets of a `citation` count in what was streamed, struck words
and all; those of `done` count in its `answer`, which replaces whatever was streamed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from byline.cited import SCHEMA, Numbers, citation_json, citations_of, cited_json, linkable_source, numbered_source
from byline.serve.problems import problem_of
from byline.types import (
    AnswerEvent,
    Done,
    Failed,
    PassagesFound,
    Sentence,
    SentenceChecked,
    Span,
    Started,
    TextDelta,
)

Told = tuple[str, dict[str, Any]]
"""Name and data of an event."""


class Encoder:
    """Of one answer. The last words are held back until the next event, so that markers can stand behind a sentence."""

    def __init__(self, answer_id: str) -> None:
        self._id = answer_id
        self._numbers = Numbers()
        self._sent = ""
        self._held = ""
        self._from = 0  # where the next sentence begins, in what was sent and is held
        self._writing = False

    def begin(self) -> Told:
        return "meta", {"id": self._id, "schema": SCHEMA}

    def encode(self, event: AnswerEvent) -> Iterator[Told]:
        match event:
            case Started():
                yield "status", {"stage": "retrieving"}
            case PassagesFound(hits=hits):
                articles = {hit.passage.article: None for hit in hits}
                yield "sources", {"sources": [linkable_source(article) for article in articles]}
                yield "status", {"stage": "reading"}
            case TextDelta(text=text):
                if not self._writing:
                    self._writing = True
                    yield "status", {"stage": "writing"}
                yield from self._send(self._held)
                self._held = text
            case SentenceChecked(index=index, sentence=sentence):
                yield from self._checked(index, sentence)
            case Done(answer=answer):
                yield from self._send(self._held)
                yield "done", cited_json(answer, self._id)
            case Failed():
                yield "error", problem_of(event).body

    def _send(self, text: str) -> Iterator[Told]:
        """Of what is held; markers are sent in front of it."""
        self._held = self._held[len(text) :] if self._held.startswith(text) else self._held
        self._sent += text
        if text:
            yield "delta", {"text": text}

    def _checked(self, index: int, sentence: Sentence) -> Iterator[Told]:
        span = self._place(sentence)
        self._from = span.end
        if not (sentence.supported and sentence.quotes):
            unsent = min(span.end, len(self._sent + self._held)) - len(self._sent)
            self._held = self._held[max(0, unsent) :]  # words that failed before they were sent never are
            self._from = max(min(span.start, len(self._sent)), min(span.end, len(self._sent)))
            struck = {"sentence": index, "supported": False, "faults": list(sentence.faults)}
            yield "citation", {**struck, "answer_start": span.start, "answer_end": self._from}
            return
        yield from self._send(self._held[: max(0, span.end - len(self._sent))])
        markers = self._numbers.markers(sentence)
        if span.end == len(self._sent):  # later words were sent already when a check comes late
            self._sent += markers
            self._from += len(markers)
            yield "delta", {"text": markers}
        for citation in citations_of(index, sentence, self._numbers, span):
            source = numbered_source(citation.number, citation.quote.passage.article)
            yield "citation", {**citation_json(citation), "source": source}

    def _place(self, sentence: Sentence) -> Span:
        """Of its words in what was streamed; words that nobody streamed are put behind it."""
        text = self._sent + self._held
        start = text.find(sentence.text, self._from)
        if start >= 0:
            return Span(start, start + len(sentence.text))
        if rest := text[self._from :].strip():  # the check tidied them
            start = text.index(rest, self._from)
            return Span(start, start + len(rest))
        if sentence.supported:
            self._held += (" " if text and not text[-1].isspace() else "") + sentence.text
        end = len(self._sent + self._held)
        return Span(end - len(sentence.text) if sentence.supported else end, end)
