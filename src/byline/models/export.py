"""Prepares a sentence-transformers model once, so that serving it needs neither torch nor sentence-transformers.

int8 ONNX with word piece vectors as output when that keeps what the model finds; else the model stays on torch, and the
log says why. Measured for all-MiniLM-L6-v2, one thread, against sentence-transformers: 2.4 to 14.6 CPU-ms a question,
46 to 14 SQuAD paragraphs per CPU-s (sentence vectors included), 0.4 to 8.1 CPU-s and 115 to 529 MB once loaded. Mean
reciprocal rank over 1,000 SQuAD questions: −.003, not significant.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from byline.errors import BylineError
from byline.models.cache import REFUSED_BY_DISK, ModelCache, Prepared
from byline.models.late import Recipe
from byline.models.onnx_runtime import onnx_embedder
from byline.models.parity import parity
from byline.models.source import ModelSource
from byline.models.torch_runtime import (
    EncodeEmbedder,
    has_dense,
    late_pooling,
    load_sentence_transformer,
    network,
    prompts,
    quiet,
    token_limit,
    torch_embedder,
    word_pieces,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

logger = logging.getLogger(__name__)

MIN_COSINE = 0.98  # all-MiniLM-L6-v2 in int8 has .99; without reduce_range, on a CPU without VNNI, .91–.97
SAME_COSINE = 0.9999  # our own pooling against the model's `encode`, both in float32


def prepare(source: ModelSource, cache: ModelCache, *, min_cosine: float = MIN_COSINE) -> Prepared:
    """Raises ModelError when the model cannot be used at all, StorageError when the disk refuses."""
    digest = source.digest()
    model = load_sentence_transformer(source.folder)
    with cache.staging() as staged:
        cache.need(4 * sum(size for _, size, _ in source.signature()))  # float32, twice while quantising, and int8
        with quiet():
            recipe = _recipe(source, digest, model)
            exported = replace(recipe, runtime="int8-onnx")
            why = _stays_on_torch(recipe, model) or _to_onnx(model, exported, staged, min_cosine)
        if why:
            logger.warning("%s stays on torch: %s", source.name, why)
        for path in list(staged.iterdir()):
            if why or path.name not in ("model.onnx", "tokenizer.json"):
                path.unlink()
        return cache.publish(staged, source, recipe if why else exported, why)


def _recipe(source: ModelSource, digest: str, model: SentenceTransformer) -> Recipe:
    """How it is used on torch: pooled by us where that provably gives the model's own vectors, else by its `encode`."""
    query, passage = prompts(model)
    dimension = int(model.encode("one", show_progress_bar=False).shape[-1])
    own = Recipe(source.name, digest, "encode", "own", model.max_seq_length or 0, dimension, query, passage)
    pooling = late_pooling(model)
    if pooling == "own":
        return own
    late = replace(own, runtime="torch", pooling=pooling, max_tokens=token_limit(model))
    same = parity(EncodeEmbedder(own, model), torch_embedder(late, model)).cosine >= SAME_COSINE
    return late if same else own


def _stays_on_torch(recipe: Recipe, model: SentenceTransformer) -> str:
    if recipe.pooling == "own":
        return "it is not a transformer with mean or cls pooling that we reproduce; its own encode is used."
    return "it has dense layers after pooling." if has_dense(model) else ""


def _to_onnx(model: SentenceTransformer, recipe: Recipe, folder: Path, min_cosine: float) -> str:
    """Leaves model.onnx and tokenizer.json in `folder`. Returns why the result must not be used; "" when it may."""
    try:
        word_pieces(model).save(str(folder / "tokenizer.json"))
        _export(model, folder / "float.onnx")
        _quantize(folder / "float.onnx", folder / "model.onnx")
        found = parity(torch_embedder(replace(recipe, runtime="torch"), model), onnx_embedder(recipe, folder, 1))
    except BylineError as error:
        return error.message
    except Exception as error:  # an exporter meets models nobody has tried
        if isinstance(error, OSError) and error.errno in REFUSED_BY_DISK:
            raise
        return f"its export failed: {error!r}."
    if found.cosine >= min_cosine and found.same_hits:
        return ""
    hits = "the same hits" if found.same_hits else "other hits"
    return f"int8 changes it too much: mean cosine {found.cosine:.3f} (at least {min_cosine}), {hits}."


def _export(model: SentenceTransformer, path: Path) -> None:
    """One input, the ids of one text: without padding the attention mask is all ones, and token types are zeros."""
    import torch

    class TokenVectors(torch.nn.Module):
        def __init__(self, network: torch.nn.Module) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            vectors: torch.Tensor = self.network(input_ids=input_ids).last_hidden_state
            return vectors

    sample = torch.tensor([word_pieces(model).encode("Two sentences. Of some length.").ids])
    torch.onnx.export(
        TokenVectors(network(model)).eval(),  # the exporter restores the wrapper's mode on the whole model afterwards
        (sample,),
        str(path),
        input_names=["input_ids"],
        output_names=["token_vectors"],
        dynamic_axes={"input_ids": {1: "tokens"}, "token_vectors": {1: "tokens"}},
        opset_version=17,
        dynamo=False,
    )


def _quantize(path: Path, target: Path) -> None:
    """`reduce_range`: on AVX2 without VNNI, 8-bit products saturate without it."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(path, target, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
