"""The embedder: any model that gives a vector per word piece, whatever runs it.

Passages go through the model one at a time. Dynamic int8 quantisation scales activations over the whole batch, so a
passage's vector depends on its neighbours: over 200 SQuAD paragraphs, batches of 8 moved cosines between passages by up
to .05. One at a time is exact, takes no more CPU (56 passages per CPU-s at batch 1, 55 at 8, 47 at 16) and the least
memory (136 against 293 and 300 MB). Several threads take a passage each instead of sharing one: the same vectors for a
sixth less CPU (153 passages of news: 3.8 against 4.5 CPU-s on two threads).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from byline.models.pooling import POOLING_VERSION, Integers, mean_rows, token_runs, unit, windows
from byline.protocols import PassageInput, PassageVectors, Vector
from byline.types import Span

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Runtime = Literal["int8-onnx", "torch", "encode"]
Pooling = Literal["mean", "cls", "own"]
Forward = Callable[[Integers], Vector]  # word piece ids (tokens,) -> (tokens, hidden)
Finish = Callable[[Vector], Vector]  # pooled (rows, hidden) -> (rows, dimension)

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is used. `max_tokens` bounds one forward pass, special tokens included; prompts precede the text."""

    model: str
    digest: str
    runtime: Runtime
    pooling: Pooling
    max_tokens: int
    dimension: int
    query_prompt: str = ""
    passage_prompt: str = ""

    @property
    def fingerprint(self) -> str:
        return f"{self.model}:{self.digest[:12]}:{self.runtime}:{self.max_tokens}:p{POOLING_VERSION}"


@dataclass(frozen=True, slots=True)
class WordPieces:
    """Ids of one text: special `head` and `tail`, `prefix`, and `body` with where its pieces end in the text."""

    head: Integers
    prefix: Integers
    body: Integers
    tail: Integers
    ends: Integers


class LateEmbedder:
    """`Embedder` over a tokenizer and a forward pass, safe to share; `threads` embed passages, one each."""

    def __init__(
        self,
        recipe: Recipe,
        tokenizer: Tokenizer,
        forward: Forward,
        finish: Finish | None = None,
        *,
        threads: int = 1,
    ) -> None:
        tokenizer.no_truncation()  # files carry their own, often shorter than the model: all-MiniLM-L6-v2 says 128
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = True  # "[SEP]" in an article is text
        self.recipe = recipe
        self._tokenizer = tokenizer
        self._forward = forward
        self._finish = finish or (lambda rows: rows)
        self._threads = threads

    @property
    def fingerprint(self) -> str:
        return self.recipe.fingerprint

    @property
    def dimension(self) -> int:
        return self.recipe.dimension

    def embed_query(self, text: str) -> Vector:
        return self._embed(self.recipe.query_prompt, text, ()).passage

    def embed_question(self, text: str, parts: Sequence[Span]) -> PassageVectors:
        prompt = self.recipe.query_prompt
        if self.recipe.pooling == "mean":
            return self._embed(prompt, text, parts)
        whole = self.embed_query(text)
        return PassageVectors(whole, self._each_alone(prompt, text, parts, whole))

    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageVectors]:
        if self._threads == 1 or len(passages) < 2:
            return [self._embed_passage(passage) for passage in passages]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._embed_passage, passages))

    def _embed_passage(self, passage: PassageInput) -> PassageVectors:
        prompt = self.recipe.passage_prompt
        prefix = f"{prompt}{passage.header}\n" if passage.header else prompt
        if self.recipe.pooling == "mean":
            return self._embed(prefix, passage.text, passage.sentences)
        # The [CLS] vector lies elsewhere than the other tokens' mean, and a question is compared with it: such a model
        # reads every sentence on its own, at about twice the cost.
        whole = self._embed(prefix, passage.text, passage.sentences).passage
        return PassageVectors(whole, self._each_alone(prompt, passage.text, passage.sentences, whole))

    def _each_alone(self, prompt: str, text: str, spans: Sequence[Span], otherwise: Vector) -> Vector:
        rows = [self._embed_alone(prompt, span.within(text), otherwise) for span in spans]
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.dimension)

    def _embed_alone(self, prompt: str, sentence: str, otherwise: Vector) -> Vector:
        return self._embed(prompt, sentence, ()).passage if self._read("", sentence).body.size else otherwise

    def _embed(self, prefix: str, text: str, sentences: Sequence[Span]) -> PassageVectors:
        pieces = self._read(prefix, text)
        runs = token_runs(pieces.ends, sentences)
        lead = len(pieces.head) + len(pieces.prefix)
        room = max(1, self.recipe.max_tokens - lead - len(pieces.tail))
        body: list[Vector] = []
        total, count = np.float32(0), 0
        for start, end in windows(len(pieces.body), [first for first, _ in runs], room):
            ids = np.concatenate([pieces.head, pieces.prefix, pieces.body[start:end], pieces.tail])
            vectors = self._forward(ids)
            total = total + (vectors.sum(axis=0) if self.recipe.pooling == "mean" else vectors[0] * len(ids))
            count += len(ids)
            body.append(vectors[lead : lead + end - start])
        whole = np.asarray(total / count, dtype=np.float32)
        rows = mean_rows(np.concatenate(body), runs, whole)
        finished = unit(self._finish(np.vstack([whole[np.newaxis], rows])))
        return PassageVectors(passage=finished[0], sentences=finished[1:])

    def _read(self, prefix: str, text: str) -> WordPieces:
        """Tokenises both together, as the model was trained, and tells them apart by their characters."""
        encoded = self._tokenizer.encode(_SURROGATES.sub("\ufffd", prefix + text))
        ids = np.array(encoded.ids, dtype=np.int64)
        ends = np.array([end for _, end in encoded.offsets], dtype=np.int64)
        inner = np.flatnonzero(np.array(encoded.special_tokens_mask, dtype=np.int64) == 0)
        if not inner.size:
            nothing = ids[:0]
            return WordPieces(ids if ids.size else np.zeros(1, dtype=np.int64), nothing, nothing, nothing, nothing)
        head, tail, inside = ids[: inner[0]], ids[inner[-1] + 1 :], ids[inner[0] : inner[-1] + 1]
        ends = ends[inner[0] : inner[-1] + 1] - len(prefix)
        split = int(np.searchsorted(ends, 0, side="right"))
        longest = self.recipe.max_tokens // 2  # a header never crowds out what it introduces
        return WordPieces(head, inside[: min(split, longest)], inside[split:], tail, ends[split:])
