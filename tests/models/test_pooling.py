"""Late pooling without a model: laws, and one passage worked by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from tokenizers.processors import TemplateProcessing

from byline.models.late import LateEmbedder, Recipe
from byline.models.pooling import Integers, token_runs, unit, windows
from byline.protocols import PassageInput, Vector
from byline.types import Span


@given(st.integers(0, 400), st.sets(st.integers(0, 400)), st.integers(1, 50))
def test_windows_cover_everything_once_and_fit(length: int, cuts: set[int], room: int) -> None:
    runs = windows(length, sorted(cuts), room)
    assert runs[0][0] == 0
    assert runs[-1][1] == length
    assert all(a[1] == b[0] for a, b in pairwise(runs))
    assert all(start < end and end - start <= room for start, end in runs) or length == 0


@given(st.lists(st.integers(1, 10), min_size=1), st.integers(10, 30))
def test_windows_cut_no_sentence_that_fits(lengths: list[int], room: int) -> None:
    starts = [0, *np.cumsum(lengths).tolist()]
    assert {end for _, end in windows(starts[-1], starts[:-1], room)} <= set(starts)


def test_a_token_belongs_to_the_sentence_of_its_last_character() -> None:
    ends = np.array([3, 7, 7, 8, 15])  # "Yes no. ▁Maybe": the last token starts with the space before it
    assert token_runs(ends, [Span(0, 8), Span(9, 15), Span(8, 9)]) == [(0, 4), (4, 5), (4, 4)]


@given(st.lists(st.lists(st.floats(-1e3, 1e3, width=32), min_size=4, max_size=4), min_size=1))
def test_unit_rows_are_unit(rows: list[list[float]]) -> None:
    assert np.allclose(np.linalg.norm(unit(np.array(rows, dtype=np.float32)), axis=1), 1, atol=1e-5)


WORDS = ["[CLS]", "[SEP]", "[UNK]", "a", "b", "c", "h", "q:"]


def embedder(
    max_tokens: int, pooling: str = "mean", threads: int = 1, **prompts: str
) -> tuple[LateEmbedder, list[list[str]]]:
    """Every token's vector is the basis vector of its word; the second value records each forward pass."""
    passes: list[list[str]] = []

    def forward(ids: Integers) -> Vector:
        passes.append([WORDS[i] for i in ids])
        return np.eye(len(WORDS), dtype=np.float32)[ids]

    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.post_processor = TemplateProcessing("[CLS] $A [SEP]", None, [("[CLS]", 0), ("[SEP]", 1)])
    tokenizer.enable_truncation(3)
    tokenizer.enable_padding(length=9)
    recipe = Recipe("m", "d" * 64, "torch", "cls" if pooling == "cls" else "mean", max_tokens, len(WORDS), **prompts)
    return LateEmbedder(recipe, tokenizer, forward, threads=threads), passes


def direction(**counts: int) -> Vector:
    row = np.zeros(len(WORDS), dtype=np.float32)
    for word, count in counts.items():
        row[WORDS.index({"CLS": "[CLS]", "SEP": "[SEP]"}.get(word, word))] = count
    return row / np.linalg.norm(row)


def test_one_pass_gives_the_passage_and_its_sentences() -> None:
    late, passes = embedder(16)
    found = late.embed_passages([PassageInput("h", "a a b c", (Span(0, 3), Span(4, 7)))])[0]
    assert passes == [["[CLS]", "h", "a", "a", "b", "c", "[SEP]"]]
    assert found.passage == pytest.approx(direction(CLS=1, SEP=1, h=1, a=2, b=1, c=1))
    assert found.sentences[0] == pytest.approx(direction(a=1))
    assert found.sentences[1] == pytest.approx(direction(b=1, c=1))


def test_a_long_passage_is_read_in_windows_of_whole_sentences_each_with_the_header() -> None:
    late, passes = embedder(6)
    spans = (Span(0, 3), Span(4, 5), Span(6, 11))
    found = late.embed_passages([PassageInput("h", "a a b c c c", spans)])[0]
    assert passes == [["[CLS]", "h", "a", "a", "b", "[SEP]"], ["[CLS]", "h", "c", "c", "c", "[SEP]"]]
    assert found.passage == pytest.approx(direction(CLS=2, SEP=2, h=2, a=2, b=1, c=3))
    assert found.sentences[2] == pytest.approx(direction(c=1))


def test_threads_change_neither_vectors_nor_their_order() -> None:
    inputs = [PassageInput("h", f"{'a ' * n}b", (Span(0, 2 * n + 1),)) for n in range(40)]
    alone, together = (embedder(64, threads=threads)[0].embed_passages(inputs) for threads in (1, 3))
    assert all(np.array_equal(one.passage, other.passage) for one, other in zip(alone, together, strict=True))
    assert all(np.array_equal(one.sentences, other.sentences) for one, other in zip(alone, together, strict=True))


def test_prompts_come_first_and_a_header_never_crowds_out_the_text() -> None:
    late, passes = embedder(8, passage_prompt="q: ", query_prompt="q: q: ")
    late.embed_query("a")
    late.embed_passages([PassageInput("h " * 30, "a b", (Span(0, 3),))])
    assert passes[0] == ["[CLS]", "q:", "q:", "a", "[SEP]"]
    assert passes[1] == ["[CLS]", "q:", "h", "h", "h", "a", "b", "[SEP]"]


def test_a_model_pooled_at_its_first_token_reads_each_sentence_alone() -> None:
    late, passes = embedder(16, pooling="cls")
    found = late.embed_passages([PassageInput("h", "a b", (Span(0, 1), Span(2, 3), Span(1, 2)))])[0]
    assert passes == [["[CLS]", "h", "a", "b", "[SEP]"], ["[CLS]", "a", "[SEP]"], ["[CLS]", "b", "[SEP]"]]
    assert found.passage == pytest.approx(direction(CLS=1))
    assert found.sentences.shape == (3, len(WORDS))
