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
from byline.build import DATABASE, open_library
from byline.library.database import Library
from byline.protocols import PassageVectors, Vector
from byline.types import Article, Passage

SEED = 13
REAL_CHARACTERS = 15_500_000  # of the 30 million there are: 20,000 passages, those of all questions among them
_WORD = re.compile(r"[A-Za-z]{6,}")
_NEWEST, _DAYS = datetime(2023, 2, 1, tzinfo=UTC), 3652

Entry = tuple[Article, list[Passage], list[PassageVectors]]


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
class Noise:
    """`spread`: (dimension, dimension), a root of the real vectors' covariance, scaled."""

    spread: Vector
    cosine: float
    """Mean cosine of neighbouring passages of one article; that of a copy to its original."""


class Grown:
    """An endless stream of articles, the real ones first; the same in every process."""

    def __init__(self, index: Path) -> None:
        with open_library(index) as library:
            self.embedder, self.rules = _active(library)
            self._real = _real(library, self.rules, self.embedder)
        self._words = _by_length(article.text for article, _, _ in self._real)
        self.noise = _noise([vectors for _, _, vectors in self._real])

    def entries(self, first: int, last: int) -> Iterator[Entry]:
        """Those articles that bring the corpus from `first` passages, or just above, to `last`."""
        count = number = 0
        while count < last:
            turn, place = divmod(number, len(self._real))
            passages = len(self._real[place][1])
            if count >= first:
                yield self._real[place] if turn == 0 else self._copy(self._real[place], turn, place)
            count += passages
            number += 1

    def _copy(self, real: Entry, turn: int, place: int) -> Entry:
        dice = random.Random(f"{SEED} {turn} {place}")
        article, passages, vectors = real
        published = _NEWEST - timedelta(days=dice.uniform(0, _DAYS))
        ref = replace(
            article.ref, id=f"{article.ref.id}-{turn}", title=self._reworded(article.ref.title, dice), url=None,
            published=published, modified=None,
        )  # fmt: skip
        text = self._reworded(article.text, dice)
        copies = [
            replace(p, id=f"{p.id}{turn:03}", article=ref, text=text[p.start : p.end]) for p in passages
        ]  # fmt: skip
        noise = np.random.default_rng([SEED, turn, place]).standard_normal((len(passages), len(self.noise.spread)))
        moved = noise.astype(np.float32) @ self.noise.spread
        made = [
            PassageVectors(_unit(v.passage + by), _unit(v.sentences + by)) for v, by in zip(vectors, moved, strict=True)
        ]
        return replace(article, ref=ref, text=text, origin=f"{ref.id}.md", raw=""), copies, made

    def _reworded(self, text: str, dice: random.Random) -> str:
        def other(found: re.Match[str]) -> str:
            word = found.group()
            if dice.random() < 0.5:
                return word
            chosen = dice.choice(self._words[len(word)])
            return chosen.capitalize() if word[0].isupper() else chosen

        return _WORD.sub(other, text)


def _active(library: Library) -> tuple[str, str]:
    from sqlalchemy import select

    from byline.library.schema import generations

    with library.read() as connection:
        row = connection.execute(select(generations).where(generations.c.active)).one()
    return str(row.embedder), str(row.rules)


def _real(library: Library, rules: str, embedder: str) -> list[Entry]:
    articles = {article.ref.id: article for article in library.live_articles()}
    split: dict[str, list[Passage]] = defaultdict(list)
    found: dict[str, list[PassageVectors]] = defaultdict(list)
    for passages, vectors in library.live_passage_vectors(rules, embedder):
        sentences = library.live_sentence_vectors([p.id for p in passages], embedder, vectors.shape[1])
        for passage, vector in zip(passages, vectors, strict=True):
            split[passage.article.id].append(passage)
            found[passage.article.id].append(PassageVectors(vector, sentences[passage.id]))
    # a dict keeps the order of sync: articles that answer questions came first
    return [(articles[key], split[key], found[key]) for key in split]


def _by_length(texts: Iterator[str]) -> dict[int, list[str]]:
    words: dict[int, list[str]] = defaultdict(list)
    for text in texts:
        for word in _WORD.findall(text):
            words[len(word)].append(word.lower())
    return words


def _noise(vectors: Sequence[Sequence[PassageVectors]]) -> Noise:
    neighbours = [float(a.passage @ b.passage) for found in vectors for a, b in pairwise(found)]
    cosine = float(np.mean(neighbours))
    real = np.stack([v.passage for found in vectors for v in found])
    covariance = np.cov(real, rowvar=False)
    size, directions = np.linalg.eigh(covariance)
    # noise of length n at right angles to a unit vector leaves a cosine of 1 / √(1 + n²)
    scale = np.sqrt((1 / cosine**2 - 1) / np.trace(covariance))
    spread = (directions * np.sqrt(np.maximum(size, 0)) * scale) @ directions.T
    return Noise(spread.astype(np.float32), cosine)


def _unit(moved: Vector) -> Vector:
    found: Vector = moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9)
    return found


__all__ = ["DATABASE", "Grown", "questions", "real_index"]
