"""The nouns of Byline: frozen values, standard library only.

article → passage → hit → quote → sentence → answer. Identity and storage live in `byline.library`.
Offsets are Unicode code points of an article's canonical text, `[start, end)`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Literal

Role = Literal["user", "assistant"]
Reason = Literal["related_only", "not_in_articles", "not_at_that_time", "no_articles"]
"""Why a question is not answered: the articles are on its subject and do not say it; they are not on it; they do not
reach the time it asks about; there are none."""

LABELLED_KINDS = ("opinion", "analysis")
"""Kinds of articles that are somebody's view: their words are shown with the kind and the writer."""


@dataclass(frozen=True, slots=True)
class Span:
    """`[start, end)` in code points."""

    start: int
    end: int

    def within(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """What a citation shows of an article. `kind`: news, analysis, opinion, explainer, or None."""

    id: str
    title: str
    url: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    section: str | None = None
    kind: str | None = None
    language: str | None = None
    published: datetime | None = None
    modified: datetime | None = None

    @property
    def header(self) -> str:
        """`title — publisher — date`, put in front of a passage in both indexes: readers name outlets and dates."""
        date = self.published.strftime("%d %B %Y").lstrip("0") if self.published else None
        return " — ".join(part for part in (self.title, self.publisher, date) if part)


@dataclass(frozen=True, slots=True)
class Availability:
    """What a source says of when readers may see an article: from `visible_from`, before `visible_until`, and not while
    it is `withdrawn`.
    """

    visible_from: datetime | None = None
    visible_until: datetime | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class Article:
    """One revision of an article: `text` is canonical, headings as `#` lines, paragraphs separated by blank lines.

    `origin` is where it was read (file, or file:line), `raw` the digest of its bytes there; `notes` says what was
    guessed or repaired on the way. A change of its `availability` alone makes no new revision.
    """

    ref: ArticleRef
    text: str
    origin: str = ""
    notes: tuple[str, ...] = ()
    raw: str = ""
    availability: Availability = Availability()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything a reader may see of this revision; where it was read, when it is shown do not count."""
        shown = {f.name: getattr(self.ref, f.name) for f in fields(self.ref)}
        return hashlib.sha256(json.dumps([shown, self.text], default=_instant, ensure_ascii=True).encode()).hexdigest()


def _instant(moment: datetime) -> str:
    """The same for one moment in any zone: the library keeps it in UTC."""
    return str(moment.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input that did not become an article: what, why, and what to do about it.

    What was read from `origin` before goes on being shown, unless this one `retracts` it: a draft, a purged article.
    """

    origin: str
    reason: str
    next_step: str
    retracts: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """An exact slice of one article revision: `article_text[start:end] == text`.

    `sentences` are offsets in the article, in order, inside the passage. `tokens` is its length in cl100k tokens.
    """

    id: str
    article: ArticleRef
    start: int
    end: int
    text: str
    heading: str | None = None
    sentences: tuple[Span, ...] = ()
    tokens: int = 0

    def slice(self, span: Span) -> str:
        return self.text[span.start - self.start : span.end - self.start]


@dataclass(frozen=True, slots=True)
class Rank:
    """One retriever's view of a passage: 1-based rank, and that retriever's own score."""

    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question: fused score in [0, 1], why, and each sentence's cosine to the question.

    `also_in`: the other articles of its family, which have the same words. `part`: for which part of a question of
    several it was found, counted from 0.
    """

    passage: Passage
    score: float
    ranks: Mapping[str, Rank] = field(default_factory=lambda: MappingProxyType({}))
    similarities: tuple[float, ...] = ()
    also_in: tuple[ArticleRef, ...] = ()
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may be found: those that meet every condition; an empty one asks nothing. False when all are.

    `published_from` ≤ published < `published_until`, both with a zone. What an article does not state meets
    no condition.
    """

    published_from: datetime | None = None
    published_until: datetime | None = None
    publishers: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return any((self.published_from, self.published_until, self.publishers, self.sections, self.kinds))

    def admit(self, article: ArticleRef) -> bool:
        """The definition that every index agrees with."""
        begin, end, when = self.published_from, self.published_until, article.published
        return (
            (begin is None or (when is not None and begin <= when))
            and (end is None or (when is not None and when < end))
            and (not self.publishers or article.publisher in self.publishers)
            and (not self.sections or article.section in self.sections)
            and (not self.kinds or article.kind in self.kinds)
        )


@dataclass(frozen=True, slots=True)
class AskedTime:
    """What a question says of time: [begin, end) that it asks about, either side open; or the wish for what is newest.

    `words` are those of the question that say so. `reported`: when it was reported is meant, not when it happened.
    """

    words: str
    begin: datetime | None = None
    end: datetime | None = None
    latest: bool = False
    reported: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """`text` as typed; `standalone` is what is searched for, equal to `text` unless it leans on the history.

    `as_of` is the reader's now, and the clock's when it is None; `time` is relative to it.
    """

    text: str
    standalone: str
    history: tuple[Turn, ...] = ()
    as_of: datetime | None = None
    filters: Filters = Filters()
    time: AskedTime | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """The exact words: `article_text[start:end] == text`, inside `passage`."""

    passage: Passage
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with the quotes that carry it; `score` is the evidence for it, in [0, 1].

    `leads`: the sentences before it in its passage that it leans on ("He", "The move"), shown with it so that it can be
    understood alone. `speaker` of quoted speech, as the article names him. `correction`: a later article says that this
    was wrong. `faults` say why a written sentence is not supported: it is struck, and no reader sees it as fact.
    """

    text: str
    quotes: tuple[Quote, ...]
    supported: bool
    score: float = 0.0
    leads: tuple[Quote, ...] = ()
    speaker: str | None = None
    correction: Quote | None = None
    faults: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[Quote, ...]:
        """Its quotes and those that stand beside it."""
        return (*self.quotes, *self.leads, *((self.correction,) if self.correction else ()))


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Quotes that give different figures, dates or outcomes for the same thing: `values` as each says it, in order."""

    about: str
    quotes: tuple[Quote, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Premise:
    """What a question takes for granted and the articles contradict: `asserted` in its words, `said` in theirs."""

    asserted: str
    said: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What an answer was made with: the index generation, the embedder's weights, and what checked written words."""

    generation: str
    embedder: str
    checker: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a written answer: as we count them (cl100k), and as the provider reports them if it does."""

    prompt: int
    completion: int
    reported_prompt: int | None = None
    reported_completion: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """`answered=False` has a `reason`, no sentences, and the closest articles as `sources`.

    `nearest`: the sentences closest to a question that is not answered, shown as such. `confidence` in [0, 1] that the
    articles answer it, whether they did or not. `newer`: articles on the same that are newer than all sources.
    `also_in`: id of a source → the articles that have the same words and are not sources themselves.
    `warning` is one sentence that every surface shows: the articles are older than the question's now.
    `model` wrote it, None where the sentences are the articles' own; `struck` are the sentences of it that failed the
    check. `fallback` is one sentence that every surface shows: why a model's words are not.
    """

    question: Question
    sentences: tuple[Sentence, ...]
    sources: tuple[ArticleRef, ...]
    answered: bool
    reason: Reason | None = None
    as_of: datetime | None = None
    warning: str | None = None
    fingerprints: Fingerprints | None = None
    timing_ms: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    also_in: Mapping[str, tuple[ArticleRef, ...]] = field(default_factory=lambda: MappingProxyType({}))
    confidence: float = 0.0
    nearest: tuple[Quote, ...] = ()
    newer: tuple[ArticleRef, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    premise: Premise | None = None
    model: str | None = None
    usage: Usage | None = None
    struck: tuple[Sentence, ...] = ()
    fallback: str | None = None

    @property
    def stale(self) -> bool:
        return self.warning is not None

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """Every quote that is shown, once: those of the sentences, then those beside them."""
        return tuple(dict.fromkeys((*(quote for s in self.sentences for quote in s.shown), *self.beside)))

    @property
    def beside(self) -> tuple[Quote, ...]:
        """The quotes of what contradicts the sentences or the question, and those nearest to it."""
        differing = (quote for disagreement in self.disagreements for quote in disagreement.quotes)
        premise = (self.premise.quote,) if self.premise else ()
        return tuple(dict.fromkeys((*premise, *differing, *self.nearest)))


@dataclass(frozen=True, slots=True)
class Started:
    question: Question


@dataclass(frozen=True, slots=True)
class PassagesFound:
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """Words as they come, not checked yet where a model writes them; `Done.answer` is authoritative."""

    text: str


@dataclass(frozen=True, slots=True)
class SentenceChecked:
    """The `index`-th sentence of what was streamed; one that is not `supported` is struck."""

    index: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Done:
    answer: Answer


@dataclass(frozen=True, slots=True)
class Failed:
    """`message` is for the reader; `retryable` says whether asking again can help."""

    message: str
    retryable: bool


AnswerEvent = Started | PassagesFound | TextDelta | SentenceChecked | Done | Failed
