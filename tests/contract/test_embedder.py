"""What every Embedder promises, over int8 ONNX, torch and the double."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from byline.models.embed import load_embedder
from byline.protocols import Embedder, PassageInput, PassageVectors
from byline.testing import HashEmbedder
from byline.types import Span

FLOOD = "Heavy rain flooded the old town on Sunday. Fire crews used boats to reach residents. Schools stay closed."
BANK = "The central bank raised interest rates. Mortgages will cost more, economists said."
GARDEN = "Tomato plants wilt in the sun. Water them in the morning."


def passage(text: str, header: str = "") -> PassageInput:
    """Cut at full stops: enough for these texts."""
    spans, start = [], 0
    while start < len(text):
        end = text.find(". ", start) + 1 or len(text)
        spans.append(Span(start, end))
        start = end + 1
    return PassageInput(header, text, tuple(spans))


@pytest.fixture(scope="module", params=["int8-onnx", "torch", "encode", "double"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "double":
        return HashEmbedder()
    if request.param == "int8-onnx":
        return load_embedder()
    from dataclasses import replace

    from byline.models.late import LateEmbedder
    from byline.models.source import find_model
    from byline.models.torch_runtime import EncodeEmbedder, load_sentence_transformer, torch_embedder

    bundled: Any = load_embedder()
    assert isinstance(bundled, LateEmbedder)
    model = load_sentence_transformer(find_model("bundled").folder)
    recipe = replace(bundled.recipe, runtime=request.param)
    return EncodeEmbedder(recipe, model) if request.param == "encode" else torch_embedder(recipe, model)


def close(one: PassageVectors, other: PassageVectors) -> bool:
    return np.allclose(one.passage, other.passage, atol=1e-5) and np.allclose(one.sentences, other.sentences, atol=1e-5)


def test_a_row_for_the_passage_and_one_for_each_sentence_all_of_unit_length(embedder: Embedder) -> None:
    inputs = [passage(FLOOD, "Floods — Northline — 12 January 2026"), passage(BANK), PassageInput("", GARDEN, ())]
    found = embedder.embed_passages(inputs)
    assert [vectors.sentences.shape for vectors in found] == [(3, embedder.dimension), (2, embedder.dimension),
                                                             (0, embedder.dimension)]  # fmt: skip
    rows = np.vstack([*(v.passage for v in found), *(v.sentences for v in found), embedder.embed_query("Who?")])
    assert rows.dtype == np.float32
    assert rows.shape == (9, embedder.dimension)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_nothing_gives_nothing(embedder: Embedder) -> None:
    assert embedder.embed_passages([]) == []


def test_the_same_input_gives_the_same_vectors_in_any_company(embedder: Embedder) -> None:
    alone = embedder.embed_passages([passage(BANK)])[0]
    again = embedder.embed_passages([passage(FLOOD * 3), passage(BANK), passage(GARDEN), passage("Yes.")])[1]
    assert close(alone, again)
    assert np.array_equal(embedder.embed_query("Why?"), embedder.embed_query("Why?"))


@pytest.mark.parametrize(
    ("question", "expected", "sentence"),
    [
        ("Which town was flooded by rain?", 0, 0),
        ("Were boats used to reach residents?", 0, 1),
        ("What did the bank do to interest rates?", 1, 0),
        ("Is it better to water in the morning?", 2, 1),
    ],
)
def test_a_question_finds_its_passage_and_sentence(
    embedder: Embedder, question: str, expected: int, sentence: int
) -> None:
    found = embedder.embed_passages([passage(FLOOD), passage(BANK), passage(GARDEN)])
    asked = embedder.embed_query(question)
    assert int(np.argmax([vectors.passage @ asked for vectors in found])) == expected
    assert int(np.argmax(found[expected].sentences @ asked)) == sentence


def test_the_header_counts_for_the_passage(embedder: Embedder) -> None:
    with_header, without = embedder.embed_passages([passage(GARDEN, "Interest rates at the bank"), passage(GARDEN)])
    asked = embedder.embed_query("interest rates bank")
    assert with_header.passage @ asked > without.passage @ asked


def test_a_sentence_without_words_has_the_passages_vector(embedder: Embedder) -> None:
    text = "\n\n" + BANK
    spans = (Span(0, 1), Span(2, len(text)))
    found = embedder.embed_passages([PassageInput("", text, spans)])[0]
    assert np.allclose(found.sentences[0], found.passage, atol=1e-5)


def test_no_sentence_of_a_long_passage_is_lost(embedder: Embedder) -> None:
    long = passage(" ".join([FLOOD] * 40) + " " + GARDEN)
    found = embedder.embed_passages([long])[0]
    assert found.sentences.shape == (122, embedder.dimension)
    assert int(np.argmax(found.sentences @ embedder.embed_query("Should tomato plants be watered?"))) >= 120


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\ud800", "a\udfffb", "[SEP] [PAD] [CLS]", "\0", "🦊" * 50, "é" * 3000]
)
def test_any_text_has_a_vector(embedder: Embedder, text: str) -> None:
    found = embedder.embed_passages([PassageInput(text, text, (Span(0, len(text)),))])[0]
    rows = np.vstack([found.passage, found.sentences, embedder.embed_query(text)])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_the_fingerprint_is_short_and_readable(embedder: Embedder) -> None:
    assert 0 < len(embedder.fingerprint) <= 100
    assert embedder.fingerprint.isprintable()


def test_a_question_and_its_parts(embedder: Embedder) -> None:
    question = "Were boats used in the flood, and did the bank raise its interest rates?"
    parts = [Span(0, 29), Span(30, len(question))]
    found = embedder.embed_question(question, parts)
    assert np.allclose(found.passage, embedder.embed_query(question), atol=1e-5)
    about = np.array([embedder.embed_query("boats in the flood"), embedder.embed_query("interest rates of the bank")])
    assert (found.sentences @ about.T).argmax(axis=1).tolist() == [0, 1]
