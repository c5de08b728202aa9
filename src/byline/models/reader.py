"""The reader that may come with the package: two files beside this one, or none, and then nothing is read.

`reader.onnx` is written by `python -m training export` with its card, `reader.json`, which has its SHA-256. It reads
with the bundled embedding model's word pieces.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from byline.errors import ModelError
from byline.models.answer_spans import likeliest
from byline.models.bundled import bundled_folder, file_sha256
from byline.models.pooling import Integers
from byline.models.reader_input import reader_input
from byline.protocols import ReaderWindow, Reading, Vector

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WEIGHTS, CARD = "reader.onnx", "reader.json"
FOLDER = Path(__file__).parent
REINSTALL = "Install the package anew, or remove both files: answers are then chosen without them."

TokenScores = Callable[[Integers, Integers], tuple[Vector, Vector]]
"""(ids, types) of one input → logits that each token begins an answer, and ends it."""


class WindowReader:
    """Windows are read one by one: int8 results depend on what shares a batch, and a batch is no faster."""

    def __init__(self, tokenizer: Tokenizer, scores: TokenScores, fingerprint: str) -> None:
        self._tokenizer, self._scores, self._fingerprint = tokenizer, scores, fingerprint

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def read(self, question: str, windows: Sequence[ReaderWindow]) -> list[Reading]:
        found = []
        for window in windows:
            read = reader_input(self._tokenizer, question, window.header, window.text)
            found.append(likeliest(*self._scores(read.ids, read.types), read))
        return found


def load_reader(folder: Path = FOLDER) -> WindowReader | None:
    """None when the folder has no reader. Raises ModelError when it has one that is not what its card says."""
    from byline.models.onnx_runtime import onnx_token_scores

    weights = folder / WEIGHTS
    if not weights.exists():
        return None
    digest = file_sha256(weights)
    if digest != (expected := _expected(folder / CARD)):
        message = f"{weights} is not the file its card names: SHA-256 {digest[:12]}…, expected {expected[:12]}…."
        raise ModelError(message, REINSTALL)
    return WindowReader(word_pieces(bundled_folder()), onnx_token_scores(weights), digest)


def word_pieces(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()  # the file says 128 tokens, silently
    return tokenizer


def _expected(card: Path) -> str:
    try:
        return str(json.loads(card.read_text("utf-8"))["sha256"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{card}, the card of the reader beside it, cannot be read: {error!r}.", REINSTALL) from error
