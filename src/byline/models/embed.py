"""`load_embedder`: the one way to get an embedder, whatever runs it."""

from __future__ import annotations

from pathlib import Path

from byline.models.cache import ModelCache, default_cache_dir
from byline.models.source import find_model
from byline.protocols import Embedder


def load_embedder(name: str | None = None, *, cache_dir: Path | None = None, threads: int = 1) -> Embedder:
    """The bundled model (None or "bundled"), the folder of a sentence-transformers model, or its Hugging Face name.

    The first load of a model prepares it (~13 CPU-s for the bundled one) in `cache_dir`, by default
    ~/.cache/byline/models; later ones import neither torch nor sentence-transformers unless the model stayed on torch.
    Raises ModelError, StorageError.
    """
    source = find_model(name)
    cache = ModelCache(cache_dir or default_cache_dir())
    prepared = cache.find(source)
    if prepared is None:
        from byline.models.export import prepare

        prepared = prepare(source, cache)
    if prepared.recipe.runtime == "int8-onnx":
        from byline.models.onnx_runtime import onnx_embedder

        return onnx_embedder(prepared.recipe, prepared.folder, threads)
    from byline.models.torch_runtime import load_sentence_transformer, torch_embedder

    return torch_embedder(prepared.recipe, load_sentence_transformer(source.folder, threads))
