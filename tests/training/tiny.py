"""A network of the real shape and next to no size, with the real word pieces."""

from __future__ import annotations

import shutil
from pathlib import Path

from byline.models.bundled import bundled_folder


def tiny_base(folder: Path) -> Path:
    import torch
    import transformers

    torch.manual_seed(0)
    shape = transformers.BertConfig(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, max_position_embeddings=256
    )
    transformers.BertModel(shape, add_pooling_layer=False).save_pretrained(folder)
    shutil.copy(bundled_folder() / "tokenizer.json", folder)
    return folder
