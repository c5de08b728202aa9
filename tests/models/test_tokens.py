from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.models.tokens import count_tokens
from byline.protocols import TokenCounter


def test_counts_as_openai_documents() -> None:
    counter: TokenCounter = count_tokens
    assert counter("tiktoken is great!") == 6
    assert counter("") == 0


@pytest.mark.parametrize("special", ["<|endoftext|>", "<|fim_prefix|>", "<|endofprompt|>"])
def test_special_tokens_are_plain_text(special: str) -> None:
    assert count_tokens(special) > 1


@given(st.text(alphabet=st.characters(codec=None)))
def test_never_raises_and_costs_at_most_four_tokens_a_character(text: str) -> None:
    assert 0 <= count_tokens(text) <= 4 * len(text)
