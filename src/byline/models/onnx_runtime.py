"""onnxruntime: runs an exported model. Nothing here, nor below it, imports torch or transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from byline.errors import ModelError
from byline.models.late import Forward, LateEmbedder, Recipe
from byline.models.pooling import Integers
from byline.models.reader import REINSTALL, TokenScores
from byline.protocols import Vector


def onnx_embedder(recipe: Recipe, folder: Path, threads: int) -> LateEmbedder:
    """`folder` holds model.onnx and tokenizer.json, as `export` leaves them; `threads` embed a passage each."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return LateEmbedder(recipe, tokenizer, onnx_forward(folder / "model.onnx"), threads=threads)


def onnx_forward(path: Path) -> Forward:
    """Runs in the thread that calls it; several may call at once."""
    session = _session(path, "Delete its folder; it is exported anew.")

    def forward(ids: Integers) -> Vector:
        (vectors,) = session.run(None, {"input_ids": ids[np.newaxis]})
        return np.asarray(vectors[0], dtype=np.float32)

    return forward


def onnx_token_scores(path: Path) -> TokenScores:
    """A reader's network, run as `onnx_forward` is."""
    session = _session(path, REINSTALL)

    def scores(ids: Integers, types: Integers) -> tuple[Vector, Vector]:
        begins, ends = session.run(None, {"input_ids": ids[np.newaxis], "token_types": types[np.newaxis]})
        return np.asarray(begins[0], dtype=np.float32), np.asarray(ends[0], dtype=np.float32)

    return scores


def _session(path: Path, next_step: str) -> Any:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1  # no threads of its own, so none that spin on a core the server needs
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelError(f"{path} cannot be run: {error}", next_step) from error
