"""onnxruntime: runs an exported model. Nothing here, nor below it, imports torch or transformers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from byline.errors import ModelError
from byline.models.late import Forward, LateEmbedder, Recipe
from byline.models.pooling import Integers
from byline.protocols import Vector


def onnx_embedder(recipe: Recipe, folder: Path, threads: int) -> LateEmbedder:
    """`folder` holds model.onnx and tokenizer.json, as `export` leaves them."""
    from tokenizers import Tokenizer

    return LateEmbedder(
        recipe, Tokenizer.from_file(str(folder / "tokenizer.json")), onnx_forward(folder / "model.onnx", threads)
    )


def onnx_forward(path: Path, threads: int) -> Forward:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry(
        "session.intra_op.allow_spinning", "0"
    )  # idle threads would burn a core the server needs
    try:
        session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelError(f"{path} cannot be run: {error}", "Delete its folder; it is exported anew.") from error

    def forward(ids: Integers) -> Vector:
        (vectors,) = session.run(None, {"input_ids": ids[np.newaxis]})
        return np.asarray(vectors[0], dtype=np.float32)

    return forward
