"""A corpus of any size, grown from real articles: copies with other words, other dates and moved vectors.

The first 20,000 passages are real and embedded once. A copy takes the place of every longer word with even odds, by one
of the same length drawn from the running text of the whole corpus, so offsets stay right and frequent words frequent.
Its date lies anywhere in ten years. Its vectors are moved by noise with the covariance of the real vectors, as far as
neighbouring passages of one article lie from each other: a copy is then a neighbour among others, not a duplicate.
Sentences move with their passage.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from bench.data import SHARED, WORK, indexed, rows
from byline.build import open_library
from byline.library.database import Library
from byline.protocols import PassageVectors, Vector
from byline.types import Article, Passage

SEED = 13
REAL_CHARACTERS = 15_500_000  # of the 30 million there are: 20,000 passages, those of all questions among them
NEWEST, DAYS = datetime(2023, 2, 1, tzinfo=UTC), 3652
_WORD = re.compile(r"[A-Za-z]{6,}")


def real_index() -> Path:
    """Articles of RealTimeQA, those that answer a question first, synced by the product; resumed when interrupted."""
    folder = SHARED / "realtimeqa"
    gold = {article for row in rows(folder / "questions_dev.jsonl") for article in row["gold_article_ids"]}
    left = REAL_CHARACTERS
    source = WORK / "realtimeqa.jsonl"
    source.parent.mkdir(parents=True, exist_ok=True)
    with source.open("w", encoding="utf-8") as lines:
        for row in sorted(rows(folder / "articles.jsonl"), key=lambda row: row["id"] not in gold):
            left -= len(row["text"])
            if left < 0:
                break
            lines.write(json.dumps(row) + "\n")
    return indexed("realtimeqa", source).index


def questions() -> list[str]:
    return [row["question"] for row in rows(SHARED / "realtimeqa" / "questions_dev.jsonl")]


@dataclass(frozen=True, slots=True)
class Place:
    """Which article of the stream: `turn` 0 is the real one, the others its copies."""

    turn: int
    number: int


@dataclass(frozen=True, slots=True)
class _Real:
    article: Article
    passages: list[Passage]
    vectors: list[PassageVectors]


class Grown:
    """An endless stream of articles, the real ones first; the same in every process."""

    def __init__(self, index: Path) -> None:
        with open_library(index) as library:
            self.embedder, self.rules = _made_with(library)
            self._real = _real(library, self.rules, self.embedder)
        self._words = _by_length(real.article.text for real in self._real)
        self.cosine, self._spread = _noise([real.vectors for real in self._real])

    def places(self, first: int, last: int) -> Iterator[Place]:
        """Those articles that bring the corpus from `first` passages, or just above, to `last`."""
        count = number = 0
        while count < last:
            place = Place(*divmod(number, len(self._real)))
            if count >= first:
                yield place
            count += len(self._real[place.number].passages)
            number += 1

    def article(self, place: Place) -> Article:
        real = self._real[place.number].article
        if not place.turn:
            return real
        dice = random.Random(f"{SEED} {place}")
        published = NEWEST - timedelta(days=dice.uniform(0, DAYS))
        named = f"{real.ref.id}-{place.turn}"
        title = self._reworded(real.ref.title, dice)
        ref = replace(real.ref, id=named, title=title, url=None, published=published, modified=None)
        return replace(real, ref=ref, text=self._reworded(real.text, dice), origin=f"{named}.md", raw="")

    def passages(self, place: Place, article: Article) -> list[Passage]:
        real = self._real[place.number].passages
        if not place.turn:
            return real
        return [replace(p, id=f"{p.id}-{place.turn}", article=article.ref, text=_slice(article, p)) for p in real]

    def vectors(self, place: Place) -> list[PassageVectors]:
        real = self._real[place.number].vectors
        if not place.turn:
            return real
        noise = np.random.default_rng([SEED, place.turn, place.number]).standard_normal((len(real), len(self._spread)))
        moved = noise.astype(np.float32) @ self._spread
        return [
            PassageVectors(_unit(v.passage + by), _unit(v.sentences + by)) for v, by in zip(real, moved, strict=True)
        ]

    def _reworded(self, text: str, dice: random.Random) -> str:
        def other(found: re.Match[str]) -> str:
            word = found.group()
            if dice.random() < 0.5:
                return word
            chosen = dice.choice(self._words[len(word)])
            return chosen.capitalize() if word[0].isupper() else chosen

        return _WORD.sub(other, text)


def _made_with(library: Library) -> tuple[str, str]:
    from sqlalchemy import select

    from byline.library.schema import generations

    with library.read() as connection:
        row = connection.execute(select(generations).where(generations.c.active)).one()
    return str(row.embedder), str(row.rules)


def _real(library: Library, rules: str, embedder: str) -> list[_Real]:
    articles = {article.ref.id: article for article in library.live_articles()}
    found: dict[str, _Real] = {}
    for passages, vectors in library.held_passage_vectors(rules, embedder):
        sentences = library.live_sentence_vectors([p.id for p in passages], embedder, vectors.shape[1])
        for passage, vector in zip(passages, vectors, strict=True):
            name = passage.article.id
            real = found.setdefault(name, _Real(articles[name], [], []))
            real.passages.append(passage)
            real.vectors.append(PassageVectors(vector, sentences[passage.id]))
    return list(found.values())  # in the order of sync: articles that answer questions came first


def _by_length(texts: Iterator[str]) -> dict[int, list[str]]:
    words: dict[int, list[str]] = defaultdict(list)
    for text in texts:
        for word in _WORD.findall(text):
            words[len(word)].append(word.lower())
    return words


def _noise(vectors: Sequence[Sequence[PassageVectors]]) -> tuple[float, Vector]:
    """(mean cosine of neighbouring passages, a root of the real vectors' covariance scaled to lead that far)"""
    cosine = float(np.mean([a.passage @ b.passage for found in vectors for a, b in pairwise(found)]))
    covariance = np.cov(np.stack([v.passage for found in vectors for v in found]), rowvar=False)
    size, directions = np.linalg.eigh(covariance)
    # noise of length n at right angles to a unit vector leaves a cosine of 1 / √(1 + n²)
    scale = np.sqrt((1 / cosine**2 - 1) / np.trace(covariance))
    spread = (directions * np.sqrt(np.maximum(size, 0)) * scale) @ directions.T
    return cosine, spread.astype(np.float32)


def _slice(article: Article, passage: Passage) -> str:
    return article.text[passage.start : passage.end]


def _unit(moved: Vector) -> Vector:
    found: Vector = moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9)
    return found
