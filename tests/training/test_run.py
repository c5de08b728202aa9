"""Training goes on from where it was killed, step for step, and what comes out is what the product reads with."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch
from training.batches import batches, collated, example
from training.commands import export_weights
from training.network import loss
from training.run import Plan, Run, rate_at, read_windows, write_windows
from training.weights import Products
from training.windows import Window

from byline.models.bundled import file_sha256
from byline.models.onnx_runtime import onnx_token_scores
from byline.models.reader import CARD, WEIGHTS, load_reader, word_pieces
from byline.models.reader_input import reader_input
from byline.protocols import ReaderWindow
from byline.types import Span
from tests.training.tiny import tiny_base
from training import checkpoints

TEXT = "The harbour opened in 1904. Its first master was Ola Berge."
AT = TEXT.index("Ola Berge")
MASTER = Window(
    "r1", "Who was the first master?", "Lyngdal — The Courier — 2 May 2019", TEXT, (Span(AT, AT + 9),), "answer"
)
WINDOWS = [
    MASTER,
    Window("r2", "Who was the last master?", "", TEXT, (), "altered"),
    Window("r3", "When did it open?", "Lyngdal", TEXT[:27], (Span(22, 26),), "answer"),
    Window("r4", "What opened?", "", TEXT[:27], (Span(0, 27),), "sentence"),
] * 6
PLAN = Plan(warm_up=4, tokens=128, save_minutes=1e9, threads=1)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base(tmp_path_factory.mktemp("base"))


@pytest.fixture
def passes(tmp_path: Path) -> Path:
    (tmp_path / "passes").mkdir()
    write_windows(WINDOWS, tmp_path / "passes" / "pass-0.jsonl")
    write_windows(WINDOWS[::-1], tmp_path / "passes" / "pass-1.jsonl")
    return tmp_path / "passes"


def weights(folder: Path) -> dict[str, torch.Tensor]:
    path = checkpoints.newest(folder)
    assert path is not None
    return dict(checkpoints.load(path)[1]["model"])


def test_a_run_in_two_sittings_learns_what_one_does(base: Path, passes: Path, tmp_path: Path) -> None:
    Run(replace(PLAN, max_steps=14), base, passes, tmp_path / "one").go()
    for steps in (3, 9, 14):  # the second pass begins in between
        Run(replace(PLAN, max_steps=steps), base, passes, tmp_path / "two").go()
    one, two = weights(tmp_path / "one"), weights(tmp_path / "two")
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not any("embeddings" in name for name in one)
    assert len(list((tmp_path / "two").iterdir())) == 3


def test_a_run_that_is_told_to_stop_saves_what_it_has(base: Path, passes: Path, tmp_path: Path) -> None:
    run = Run(PLAN, base, passes, tmp_path / "run")
    run.stop()
    run.go()
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["step-0000001.pt"]


def test_an_end_leaves_the_steady_run_alone_and_stops_at_rate_zero(base: Path, passes: Path, tmp_path: Path) -> None:
    Run(replace(PLAN, max_steps=5), base, passes, tmp_path / "steady").go()
    start = checkpoints.newest(tmp_path / "steady")
    ending = replace(PLAN, decay_from=5, decay_steps=4)
    assert [rate_at(ending, step) for step in (5, 7, 9)] == [1.0, 0.5, 0.0]
    Run(ending, base, passes, tmp_path / "end", start).go()
    assert [path.name for path in (tmp_path / "end").iterdir()] == ["step-0000009.pt"]
    assert checkpoints.newest(tmp_path / "steady") == start


def test_windows_are_kept_as_they_are(tmp_path: Path) -> None:
    write_windows(WINDOWS, tmp_path / "w.jsonl")
    assert read_windows(tmp_path / "w.jsonl") == WINDOWS


def test_an_example_points_at_the_answer_and_else_at_the_first_token(base: Path, passes: Path, tmp_path: Path) -> None:
    tokenizer = Run(PLAN, base, passes, tmp_path / "none").tokenizer
    found, nothing, _, sentence = (example(tokenizer, window) for window in WINDOWS[:4])
    assert found is not None
    assert nothing is not None
    assert sentence is not None
    assert tokenizer.decode([int(found.read.ids[at]) for at in range(found.first[0], found.last[0] + 1)]) == "ola berge"
    assert (nothing.first, nothing.last) == ((0,), (0,))
    assert len(sentence.first) == len(sentence.last) > 3
    far = replace(MASTER, text="word " * 300 + TEXT, answers=(Span(AT + 1500, AT + 1509),))
    assert example(tokenizer, far) is None


def test_every_example_is_in_one_batch_that_is_not_too_large(base: Path, passes: Path, tmp_path: Path) -> None:
    tokenizer = Run(PLAN, base, passes, tmp_path / "none").tokenizer
    examples = [one for window in WINDOWS if (one := example(tokenizer, window)) is not None]
    order = batches(examples, 128, 1)
    assert sorted(at for batch in order for at in batch) == list(range(len(examples)))
    assert all(collated([examples[at] for at in batch]).ids.size <= 128 for batch in order)
    assert order == batches(examples, 128, 1) != batches(examples, 128, 2)


def test_any_accepted_token_will_do_and_padding_never() -> None:
    scores, mask = torch.tensor([[0.0, 9.0, 9.0, 99.0]]), torch.tensor([[1, 1, 1, 0]])
    both, neither = torch.tensor([[0, 1, 1, 0]]), torch.tensor([[1, 0, 0, 0]])
    assert float(loss(scores, scores, mask, both, both)) < 0.01
    assert float(loss(scores, scores, mask, neither, neither)) > 9


@pytest.mark.parametrize("products", ["float", "int8"])
def test_what_is_exported_reads_as_the_network_does(products: str, base: Path, passes: Path, tmp_path: Path) -> None:
    from training.weights import export, of_checkpoints, token_scores

    Run(replace(PLAN, max_steps=4), base, passes, tmp_path / "run").go()
    path = checkpoints.newest(tmp_path / "run")
    assert path is not None
    model = of_checkpoints(base, [path], "last")
    (tmp_path / "out").mkdir()
    export(model, tmp_path / "out" / WEIGHTS, cast(Products, products))
    (tmp_path / "out" / CARD).write_text(json.dumps({"sha256": file_sha256(tmp_path / "out" / WEIGHTS)}))
    assert {one.name for one in (tmp_path / "out").iterdir()} == {WEIGHTS, CARD}
    pieces = word_pieces(base)
    ours, theirs = token_scores(model), onnx_token_scores(tmp_path / "out" / WEIGHTS)
    for window in WINDOWS[:4]:
        read = reader_input(pieces, window.question, window.header, window.text)
        for one, other in zip(ours(read.ids, read.types), theirs(read.ids, read.types), strict=True):
            assert np.allclose(one, other, atol=0.01 if products == "float" else 0.05)
            assert one.std() > 0.02  # there is something to be alike in


def test_weights_of_several_checkpoints_are_averaged(base: Path, passes: Path, tmp_path: Path) -> None:
    from training.weights import of_checkpoints

    for steps in (1, 3):
        Run(replace(PLAN, max_steps=steps), base, passes, tmp_path / "run").go()
    paths = sorted((tmp_path / "run").iterdir())
    one, other, both = (of_checkpoints(base, part, "last").head.weight for part in (paths[:1], paths[1:], paths))
    assert torch.allclose(both, (one + other) / 2)
    assert not torch.allclose(one, other)


def test_the_command_leaves_weights_with_a_card_that_fits(
    base: Path, passes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.commands.bundled_folder", lambda: base)
    Run(replace(PLAN, max_steps=2), base, passes, tmp_path / "run").go()
    write_windows(WINDOWS, tmp_path / "held-out.jsonl")
    path = checkpoints.newest(tmp_path / "run")
    given = argparse.Namespace(to=tmp_path / "out", weights=[path], kind="average", products="float")
    export_weights(tmp_path, given)
    reader = load_reader(tmp_path / "out")
    assert reader is not None
    assert reader.read("Who?", [ReaderWindow("", TEXT)])[0].answer.end <= len(TEXT)
