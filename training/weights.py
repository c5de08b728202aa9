"""Weights to measure or to ship: of a checkpoint, or averaged over several; as a network, or as int8 ONNX."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch

from byline.models.pooling import Integers
from byline.models.reader import TokenScores, WindowReader, word_pieces
from byline.models.torch_runtime import quiet
from byline.protocols import Vector
from training import checkpoints
from training.network import Reader, build
from training.shrink import shrink

Kind = Literal["average", "last"]
"""The running average of a checkpoint, or its weights as they were learned."""

Products = Literal["float", "int8"]
"""What the int8 weights are multiplied as: see `shrink`."""


def of_checkpoints(base: Path, paths: Sequence[Path], kind: Kind = "average") -> Reader:
    """The mean of these checkpoints' weights."""
    states = [checkpoints.load(path)[1]["average" if kind == "average" else "model"] for path in paths]
    model = build(base, attention="eager")
    mean = {name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]}
    missing, unknown = model.load_state_dict(mean, strict=False)
    assert not unknown
    assert all("embeddings" in name for name in missing), missing
    return model.eval()


def network_reader(model: Reader, base: Path) -> WindowReader:
    """For measuring in full precision."""
    return WindowReader(word_pieces(base), token_scores(model), "network")


def token_scores(model: Reader) -> TokenScores:
    def scores(ids: Integers, types: Integers) -> tuple[Vector, Vector]:
        one, kinds = torch.from_numpy(ids)[None], torch.from_numpy(types)[None]
        with torch.inference_mode():
            begins, ends = model(one, torch.ones_like(one), kinds)
        return np.asarray(begins[0].numpy()), np.asarray(ends[0].numpy())

    return scores


def export(model: Reader, path: Path, products: Products = "float") -> None:
    """ONNX of one input without padding: ids and token types → logits of beginnings and ends. Weights are int8 either
    way."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    class Alone(torch.nn.Module):
        def __init__(self, reader: Reader) -> None:
            super().__init__()
            self.reader = reader

        def forward(self, ids: torch.Tensor, types: torch.Tensor) -> Any:
            return self.reader(ids, torch.ones_like(ids), types)

    full = path.with_suffix(".float.onnx")
    sample = torch.arange(1_000, 1_024)[None]
    names = {"input_ids": {1: "tokens"}, "token_types": {1: "tokens"}, "begins": {1: "tokens"}, "ends": {1: "tokens"}}
    with quiet():
        torch.onnx.export(
            Alone(model).eval(), (sample, torch.zeros_like(sample)), str(full),
            input_names=["input_ids", "token_types"], output_names=["begins", "ends"],
            dynamic_axes=names, opset_version=17, dynamo=False,
        )  # fmt: skip
        if products == "float":
            shrink(full, path)
        else:  # reduce_range: on AVX2 without VNNI, 8-bit products saturate without it
            quantize_dynamic(full, path, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    full.unlink()
