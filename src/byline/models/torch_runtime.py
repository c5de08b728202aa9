"""sentence-transformers: loads any of its models. Importing it costs ~8 CPU-s; only what has no ONNX file does."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from byline.errors import ModelError
from byline.models.late import Finish, Forward, LateEmbedder, Pooling, Recipe
from byline.models.pooling import Integers, unit
from byline.protocols import Embedder, PassageInput, PassageVectors, Vector
from byline.types import Span

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

LONGEST = 512  # word pieces: attention grows with the square, and passages are a third of this


def load_sentence_transformer(folder: Path, threads: int = 1) -> SentenceTransformer:
    """On the CPU, safetensors only, no code from the model's folder, no network; eager attention can be exported.

    Local files only, rather than HF_HUB_OFFLINE: that variable is read once per process and would end every later
    download.
    """
    with quiet():
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        try:
            return SentenceTransformer(
                str(folder),
                device="cpu",
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"attn_implementation": "eager", "use_safetensors": True},
            ).eval()
        except Exception as error:  # whatever a file of someone else's making leads to
            next_step = "Check that sentence-transformers can load this folder, or use another model."
            raise ModelError(f"The model in {folder} cannot be loaded: {error!r}.", next_step) from error


def late_pooling(model: SentenceTransformer) -> Pooling:
    """Says "mean" or "cls" when it is a transformer pooled so; "own" when only its own `encode` can be trusted."""
    from sentence_transformers.base.modules import Dense, Normalize, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling as PoolingModule

    modules: list[Any] = list(model)
    first: Any
    second: Any
    first, second, *rest = [*modules, None, None]
    plain = (
        isinstance(first, Transformer)
        and isinstance(second, PoolingModule)
        and second.include_prompt
        and first.module_output_name == "token_embeddings"
        and all(isinstance(module, Normalize | Dense) for module in rest if module is not None)
        and model.truncate_dim is None
        and getattr(model.tokenizer, "is_fast", False)
    )
    if plain and second.pooling_mode == "mean":
        return "mean"
    return "cls" if plain and second.pooling_mode == "cls" else "own"


def has_dense(model: SentenceTransformer) -> bool:
    from sentence_transformers.base.modules import Dense

    return any(isinstance(module, Dense) for module in model)


def prompts(model: SentenceTransformer) -> tuple[str, str]:
    """(query prompt, passage prompt), by the names sentence-transformers gives them."""
    named = {key: prompt for key, prompt in model.prompts.items() if prompt}
    usual = named.get(model.default_prompt_name or "", "")
    passage = next((named[key] for key in ("document", "passage", "corpus") if key in named), usual)
    return named.get("query", usual), passage


def network(model: SentenceTransformer) -> Any:
    """The transformers model inside."""
    return model[0].model


def token_limit(model: SentenceTransformer) -> int:
    """Word pieces in one forward pass: as many as it was trained on, never more than it has positions for.

    all-MiniLM-L6-v2 has 512 positions and was trained on 256. Over the 244 SQuAD questions whose passage is longer,
    windows of 256 beat one pass: best sentence MRR .84 against .81 up to 320 word pieces, .89 against .78 beyond.
    """
    longest = min(LONGEST, model.max_seq_length or LONGEST)
    positions = getattr(network(model).config, "max_position_embeddings", None)
    if not isinstance(positions, int):
        return longest
    for module in network(model).modules():  # the RoBERTa family numbers positions from padding_idx + 1
        padding = getattr(module, "padding_idx", None)
        if isinstance(padding, int) and hasattr(module, "position_embeddings"):
            positions -= padding + 1
    return min(longest, positions)


def word_pieces(model: SentenceTransformer) -> Tokenizer:
    """A copy of its own: `LateEmbedder` changes truncation and padding."""
    from tokenizers import Tokenizer

    return Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())


def torch_embedder(recipe: Recipe, model: SentenceTransformer) -> Embedder:
    if recipe.pooling == "own":
        return EncodeEmbedder(recipe, model)
    return LateEmbedder(recipe, word_pieces(model), torch_forward(model), torch_finish(model))


def torch_forward(model: SentenceTransformer) -> Forward:
    import torch

    def forward(ids: Integers) -> Vector:
        with torch.inference_mode():
            row = torch.from_numpy(ids[np.newaxis])
            features = model[0]({"input_ids": row, "attention_mask": torch.ones_like(row)})
            return np.asarray(features["token_embeddings"][0].numpy(), dtype=np.float32)

    return forward


def torch_finish(model: SentenceTransformer) -> Finish:
    """What follows pooling: Dense layers, normalisation."""
    import torch

    def finish(rows: Vector) -> Vector:
        with torch.inference_mode():
            features = {"sentence_embedding": torch.from_numpy(rows)}
            for module in list(model)[2:]:
                features = module(features)
            return np.asarray(features["sentence_embedding"].numpy(), dtype=np.float32)

    return finish


class EncodeEmbedder:
    """`Embedder` over `SentenceTransformer.encode`, for models without token vectors we know how to pool.

    Sentences are encoded on their own. A passage longer than the model reads is cut there by its tokenizer; its
    sentences are not.
    """

    def __init__(self, recipe: Recipe, model: SentenceTransformer) -> None:
        self._recipe = recipe
        self._model = model

    @property
    def fingerprint(self) -> str:
        return self._recipe.fingerprint

    @property
    def dimension(self) -> int:
        return self._recipe.dimension

    def embed_query(self, text: str) -> Vector:
        (vector,) = encode(self._model, [text], self._recipe.query_prompt)
        return np.asarray(vector)

    def embed_question(self, text: str, parts: Sequence[Span]) -> PassageVectors:
        rows = encode(self._model, [text, *(span.within(text) for span in parts)], self._recipe.query_prompt)
        return PassageVectors(passage=rows[0], sentences=rows[1:])

    def embed_passages(self, passages: Sequence[PassageInput]) -> list[PassageVectors]:
        return [self._embed_passage(passage) for passage in passages]

    def _embed_passage(self, passage: PassageInput) -> PassageVectors:
        sentences = [span.within(passage.text) for span in passage.sentences]
        whole = f"{passage.header}\n{passage.text}" if passage.header else passage.text
        rows = encode(self._model, [whole, *sentences], self._recipe.passage_prompt)
        empty = [i for i, sentence in enumerate(sentences, start=1) if not any(map(str.isalnum, sentence))]
        rows[empty] = rows[0]
        return PassageVectors(passage=rows[0], sentences=rows[1:])


def encode(model: SentenceTransformer, texts: Sequence[str], prompt: str) -> Vector:
    """(texts, dimension), one text at a time so that none depends on its neighbours."""
    clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    vectors = np.asarray(model.encode(clean, prompt=prompt, batch_size=1, show_progress_bar=False), dtype=np.float32)
    return unit(vectors)


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bars and notices of vendors, inside only: a program's logging and warnings stay its own."""
    from transformers.utils import logging as transformers_logging

    progress: Any = transformers_logging
    root = logging.getLogger()
    shown = progress.is_progress_bar_enabled()
    silent = logging.NullHandler()
    mute = lambda record: record.name != "root"  # noqa: E731  onnxruntime warns through logging.warning()
    root.addHandler(silent)  # without a handler logging.warning() would call basicConfig()
    root.addFilter(mute)
    progress.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if shown:
            progress.enable_progress_bar()
        root.removeFilter(mute)
        root.removeHandler(silent)
