"""onnxruntime: runs an exported model. Nothing here, nor below it, imports torch or transformers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from byline.errors import ModelError
from byline.models.late import Forward, LateEmbedder, Recipe
from byline.models.pooling import Integers
from byline.protocols import Vector


def onnx_embedder(recipe: Recipe, folder: Path, threads: int) -> LateEmbedder:
    """`folder` holds model.onnx and tokenizer.json, as `export` leaves them; `threads` embed a passage each."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return LateEmbedder(recipe, tokenizer, onnx_forward(folder / "model.onnx"), threads=threads)


def onnx_forward(path: Path) -> Forward:
    """Runs in the thread that calls it; several may call at once."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1  # no threads of its own, so none that spin on a core the server needs
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelError(f"{path} cannot be run: {error}", "Delete its folder; it is exported anew.") from error

    def forward(ids: Integers) -> Vector:
        (vectors,) = session.run(None, {"input_ids": ids[np.newaxis]})
        return np.asarray(vectors[0], dtype=np.float32)

    return forward
