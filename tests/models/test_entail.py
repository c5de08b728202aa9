"""A cross-encoder with random weights, made here: what it says is noise, how it is loaded and read is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from byline.errors import ModelError
from byline.models.entail import entailing, load_entailment, probability

NLI = {0: "contradiction", 1: "entailment", 2: "neutral"}


def cross_encoder(folder: Path, labels: dict[int, str]) -> Path:
    """A BERT of a few thousand weights with a word-piece vocabulary of letters."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz"]
    pieces += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(pieces))
    BertTokenizer(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=64, id2label=labels, label2id={label: place for place, label in labels.items()},
        initializer_range=1.0,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder, safe_serialization=True)
    return folder


@pytest.mark.parametrize("labels", [{0: "LABEL_0"}, {0: "not_entailment", 1: "entailment"}, NLI])
def test_one_two_and_three_labels(tmp_path: Path, labels: dict[int, str]) -> None:
    says = load_entailment(str(cross_encoder(tmp_path / "nli", labels)))
    score, other = says("the port is open", "the port opened"), says("the port is open", "a zebra")
    assert 0 <= score <= 1
    assert score != other
    assert score == says("the port is open", "the port opened")
    assert says.fingerprint.startswith("nli:")


def test_a_model_that_does_not_name_its_labels_is_refused(tmp_path: Path) -> None:
    folder = cross_encoder(tmp_path / "unnamed", {0: "LABEL_0", 1: "LABEL_1"})
    with pytest.raises(ModelError, match="LABEL_0, LABEL_1"):
        load_entailment(str(folder))


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no safetensors"):
        load_entailment(str(tmp_path))


def test_labels_are_found_by_name() -> None:
    assert entailing({0: "ENTAILMENT", 1: "neutral", 2: "contradiction"}, "m") == 0
    assert entailing({0: "hallucinated", 1: "consistent"}, "m") == 1
    assert entailing({0: "score"}, "m") is None


def test_a_share_of_the_outputs() -> None:
    assert probability(np.array([0.0, 0.0]), 1) == pytest.approx(0.5)
    assert probability(np.array([0.0]), None) == pytest.approx(0.5)
    assert probability(np.array([900.0, 0.0]), 0) == pytest.approx(1.0)
