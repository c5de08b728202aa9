"""What a reader is given: `[CLS] question [SEP] header [SEP] window [SEP]` as token ids, where the window's are. Pure.

The same for training and for the product; both come here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from byline.models.pooling import Integers

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_QUESTION, MAX_HEADER, MAX_TOKENS = 64, 24, 192
"""Tokens; what is longer is cut at its end. Four questions in a thousand of MultiHop-RAG have more than 64."""


@dataclass(frozen=True, slots=True)
class ReaderInput:
    """`ids` and `types` of all tokens; the window's begin at `first`, each with its code points in `offsets`."""

    ids: Integers
    types: Integers
    first: int
    offsets: Sequence[tuple[int, int]]

    @property
    def tokens(self) -> int:
        return len(self.ids)


def reader_input(tokenizer: Tokenizer, question: str, header: str, window: str) -> ReaderInput:
    """Raises nothing: a window that does not fit loses its end."""
    classify, separate = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    asked = tokenizer.encode(question, add_special_tokens=False).ids[:MAX_QUESTION]
    headed = tokenizer.encode(header, add_special_tokens=False).ids[:MAX_HEADER]
    read = tokenizer.encode(window, add_special_tokens=False)
    front = [classify, *asked, separate]
    before = [*front, *headed, separate]
    room = MAX_TOKENS - len(before) - 1
    ids = [*before, *read.ids[:room], separate]
    types = [0] * len(front) + [1] * (len(ids) - len(front))
    return ReaderInput(np.array(ids, np.int64), np.array(types, np.int64), len(before), read.offsets[:room])


def padded(inputs: Sequence[ReaderInput]) -> tuple[Integers, Integers, Integers]:
    """ids, attention mask and token types, each (inputs, longest), padded with zeros."""
    longest = max(one.tokens for one in inputs)
    ids, mask, types = (np.zeros((len(inputs), longest), np.int64) for _ in range(3))
    for row, one in enumerate(inputs):
        ids[row, : one.tokens], mask[row, : one.tokens], types[row, : one.tokens] = one.ids, 1, one.types
    return ids, mask, types
