"""A question with a few sentences as the model reads them: `[CLS] question [SEP] header [SEP] sentences [SEP]`. Pure.

As in the product: the sentence that may answer with its neighbours, whole, while they fit.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from byline.ingest.text.sentences import sentence_spans
from byline.models.terms import query_terms, terms
from byline.types import Span
from training.rows import Row


@dataclass(frozen=True, slots=True)
class Window:
    """`answers`: places in `text`; none when it does not say. `kind` says where a window that does not comes from."""

    row: str
    question: str
    header: str
    text: str
    answers: tuple[Span, ...]
    kind: str


def around(sentences: Sequence[Span], chosen: int, limit: int, rng: random.Random) -> tuple[int, int]:
    """Sentences `[first, last)` about the chosen one, grown on either side while they have at most `limit` code points.

    A chosen sentence that is longer alone stays whole.
    """
    first, last = chosen, chosen + 1
    while True:
        sides = [
            (new_first, new_last)
            for new_first, new_last in ((first - 1, last), (first, last + 1))
            if new_first >= 0
            and new_last <= len(sentences)
            and sentences[new_last - 1].end - sentences[new_first].start <= limit
        ]
        if not sides:
            return first, last
        first, last = rng.choice(sides)


def nearest(question: str, passage: str, sentences: Sequence[Span]) -> list[int]:
    """Sentences by how many of the question's terms they have, most first."""
    wanted = set(query_terms(question))
    return sorted(range(len(sentences)), key=lambda at: (-len(wanted & set(terms(sentences[at].within(passage)))), at))


def answer_window(row: Row, header: str, limit: int, rng: random.Random) -> Window | None:
    """A window that has one of the answers whole; None when the passage has no sentence that does."""
    sentences = sentence_spans(row.passage)
    answer = rng.choice(row.answers)
    at = [i for i, s in enumerate(sentences) if s.start < answer.end and s.end > answer.start]
    if not at:
        return None
    first, last = around(sentences, at[0], limit, rng)
    return _cut(row, header, sentences[min(first, at[0])].start, sentences[max(last - 1, at[-1])].end, "answer")


def wrong_window(row: Row, header: str, limit: int, rng: random.Random, kind: str) -> Window | None:
    """Sentences about the one likest the question, in a passage that does not answer it."""
    sentences = sentence_spans(row.passage)
    if not sentences:
        return None
    first, last = around(sentences, nearest(row.question, row.passage, sentences)[0], limit, rng)
    return _cut(row, header, sentences[first].start, sentences[last - 1].end, kind)


def beside_window(row: Row, header: str, limit: int, rng: random.Random) -> Window | None:
    """Sentences of the passage that answers which do not themselves: no accepted answer's words are in them."""
    sentences = sentence_spans(row.passage)
    said = [terms(answer.within(row.passage)) for answer in row.answers]
    apart = [not any(_has(terms(s.within(row.passage)), words) for words in said) for s in sentences]
    for chosen in nearest(row.question, row.passage, sentences)[:3]:
        if not apart[chosen]:
            continue
        low, high = chosen, chosen + 1
        while low > 0 and apart[low - 1]:
            low -= 1
        while high < len(sentences) and apart[high]:
            high += 1
        first, last = around(sentences[low:high], chosen - low, limit, rng)
        window = _cut(row, header, sentences[low + first].start, sentences[low + last - 1].end, "beside")
        if not any(_has(terms(window.text), words) for words in said):
            return window
    return None


def _cut(row: Row, header: str, start: int, end: int, kind: str) -> Window:
    inside = tuple(Span(a.start - start, a.end - start) for a in row.answers if start <= a.start and a.end <= end)
    return Window(row.id, row.question, header, row.passage[start:end], inside, kind)


def _has(words: Sequence[str], wanted: Sequence[str]) -> bool:
    size = len(wanted)
    return bool(size) and any(list(words[at : at + size]) == list(wanted) for at in range(len(words) - size + 1))
