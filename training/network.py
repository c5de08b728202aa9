"""The encoder with one linear layer on top: how likely each token begins the answer, and ends it; at `[CLS]`, that none
does."""

from __future__ import annotations

from pathlib import Path

import torch

from byline.models.torch_runtime import quiet


class Reader(torch.nn.Module):
    def __init__(self, encoder: torch.nn.Module, width: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = torch.nn.Linear(width, 2)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
        scores = self.head(hidden)
        return scores[..., 0], scores[..., 1]


def build(folder: Path, *, attention: str = "sdpa") -> Reader:
    """Without dropout: with it torch leaves its fast attention on a CPU, and one pass is too little to overfit."""
    import transformers

    with quiet():
        encoder = transformers.BertModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            attn_implementation=attention,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
    reader = Reader(encoder, encoder.config.hidden_size)
    for parameter in encoder.embeddings.parameters():
        parameter.requires_grad = False
    return reader


def loss(
    begins: torch.Tensor, ends: torch.Tensor, mask: torch.Tensor, first: torch.Tensor, last: torch.Tensor
) -> torch.Tensor:
    """Per window: −log of the chance of all accepted beginnings (`first`, 0/1 by token), the same of ends, halved."""
    return (_missed(begins, mask, first) + _missed(ends, mask, last)) / 2


def _missed(scores: torch.Tensor, mask: torch.Tensor, accepted: torch.Tensor) -> torch.Tensor:
    scores = scores.masked_fill(mask == 0, -1e4)
    return torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(accepted == 0, -1e4), 1)
