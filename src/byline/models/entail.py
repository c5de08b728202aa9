"""A cross-encoder that says whether words follow from others: any sentence-transformers CrossEncoder, by name or path.

The labels are the model's own (`id2label`): with one output its sigmoid is the score, with several the share of the one
that is called entailment, supported or consistent. A model that does not name its labels is refused: to guess which of
them is entailment would turn every verdict round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from byline.errors import ModelError
from byline.models.source import find_model
from byline.models.torch_runtime import quiet

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_CARRIES = re.compile(r"entail\w*|support\w*|consistent|faithful|grounded|true|yes", re.IGNORECASE)
_NEXT_STEP = "Use a model trained for entailment (NLI) whose config.json names its labels."


class CrossEncoderEntailment:
    """`Entailment` over a loaded model."""

    def __init__(self, fingerprint: str, model: CrossEncoder, column: int | None) -> None:
        self._fingerprint = fingerprint
        self._model = model
        self._column = column

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def __call__(self, quotes: str, sentence: str) -> float:
        import torch

        with torch.inference_mode():
            logits = self._model.predict(
                [(quotes, sentence)],
                activation_fn=torch.nn.Identity(),
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return probability(np.asarray(logits, dtype=np.float64).reshape(-1), self._column)


def load_entailment(name: str, threads: int = 1) -> CrossEncoderEntailment:
    """The folder of a CrossEncoder with safetensors weights, or its Hugging Face name. Raises ModelError."""
    source = find_model(name)
    model = _load(source.folder, threads)
    network: Any = model.model
    labels = {int(place): str(label) for place, label in network.config.id2label.items()}
    return CrossEncoderEntailment(f"{source.name}:{source.digest()[:12]}", model, entailing(labels, name))


def entailing(labels: Mapping[int, str], name: str) -> int | None:
    """Which output says that it follows; None where there is only one. Raises ModelError when none is called so."""
    if len(labels) == 1:
        return None
    found = [place for place, label in labels.items() if _CARRIES.fullmatch(label.strip())]
    if len(found) != 1:
        called = ", ".join(labels[place] for place in sorted(labels))
        raise ModelError(f"The checker {name} has the labels {called}: which of them is entailment?", _NEXT_STEP)
    return found[0]


def probability(logits: np.typing.NDArray[np.float64], column: int | None) -> float:
    """In [0, 1]. Pure."""
    if column is None:
        return float(1 / (1 + np.exp(-np.clip(logits[0], -30, 30))))
    shares = np.exp(logits - logits.max())
    return float(shares[column] / shares.sum())


def _load(folder: Path, threads: int) -> CrossEncoder:
    with quiet():
        import torch
        from sentence_transformers import CrossEncoder

        torch.set_num_threads(threads)
        try:
            model: Any = CrossEncoder(
                str(folder),
                device="cpu",
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True},
            )
        except Exception as error:  # whatever a file of someone else's making leads to
            next_step = "Check that sentence-transformers can load this folder as a CrossEncoder, or use another model."
            raise ModelError(f"The checker in {folder} cannot be loaded: {error!r}.", next_step) from error
        model.eval()
        return model  # type: ignore[no-any-return]
