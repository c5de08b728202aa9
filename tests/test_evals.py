"""The demo questions are sound, the counting does what it says, and the floors hold on a fresh index."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from evals.run import (
    GATE,
    QUESTIONS,
    Outcome,
    Row,
    breaches,
    check_evidence,
    holds,
    main,
    measure,
    misquoted,
    normal,
    read_gate,
    read_questions,
    run,
)

from byline.build import Desk, open_desk
from byline.errors import InputError
from byline.settings import read_settings
from tests.conftest import ROOT

ROW = {"id": "a", "kind": "fact", "question": "q", "answerable": True, "answers": [["b"]],
       "evidence": [{"article": "c", "quote": "b"}]}  # fmt: skip


@pytest.fixture(scope="module")
def desk(demo_index: Path) -> Iterator[Desk]:
    with open_desk(read_settings({}, index=demo_index)) as opened:
        yield opened


@pytest.fixture(scope="module")
def outcomes(desk: Desk) -> list[Outcome]:
    return run(desk)[0]


def test_the_set_is_large_varied_and_honest() -> None:
    rows = [row for _, row in read_questions(QUESTIONS)]
    assert len(rows) >= 60
    assert len({row.question + str(row.history) for row in rows}) == len(rows)
    assert sum(not row.answerable for row in rows) >= 0.2 * len(rows)
    assert len({row.kind for row in rows}) == 9
    named = {evidence.article for row in rows for evidence in row.evidence}
    assert named == {path.stem for path in (ROOT / "corpus").glob("*.md") if path.stem != "README"}


def test_the_floors_hold(outcomes: list[Outcome]) -> None:
    digest = hashlib.sha256(QUESTIONS.read_bytes()).hexdigest()
    assert breaches(measure(outcomes), read_gate(GATE), digest) == []


def test_every_quote_is_the_slice_it_claims_to_be(desk: Desk, outcomes: list[Outcome]) -> None:
    texts = {article.ref.id: article.text for article in desk.library.live_articles()}
    assert [quote for outcome in outcomes for quote in misquoted(outcome.answer, texts)] == []
    answered = next(outcome.answer for outcome in outcomes if outcome.answer.answered)
    assert misquoted(answered, {name: f"x{text}" for name, text in texts.items()})


def test_every_piece_of_evidence_is_in_its_article(desk: Desk) -> None:
    rows = read_questions(QUESTIONS)
    texts = {article.ref.id: article.text for article in desk.library.live_articles()}
    check_evidence(rows, texts)
    with pytest.raises(InputError, match=r"questions\.jsonl:1: "):
        check_evidence(rows, {})


@pytest.mark.parametrize(
    ("text", "holds_it"),
    [
        ("About $68.7 billion, and 36 per cent.", True),
        ("the 36% share; $68.7 Billion", True),
        ("68.7 billion and 136 per cent", False),
        ("$68.7 billion", False),
    ],
)
def test_an_answer_needs_every_group_as_whole_words(text: str, holds_it: bool) -> None:
    assert holds(text, [["$68.7 billion"], ["36%", "36 per cent"]]) is holds_it


def test_comparing_leaves_the_words_of_other_scripts_whole() -> None:
    assert normal("The ‘वर्चुअल व्यापार गलियारा’ — a plan।") == "वर्चुअल व्यापार गलियारा plan"


def test_a_measure_on_the_wrong_side_of_its_limit_is_named(outcomes: list[Outcome]) -> None:
    gate = read_gate(GATE).model_copy(update={"answer_first": 1.0, "answerable_refused_at_most": -1.0})
    assert [line.split()[0] for line in breaches(measure(outcomes), gate, gate.questions_sha256)] == [
        "answer_first",
        "answerable_refused_at_most",
    ]
    assert breaches(measure([]), gate, gate.questions_sha256) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "not json",
        json.dumps({**ROW, "kind": "riddle"}),
        json.dumps({**ROW, "anwsers": []}),
        json.dumps({**ROW, "answers": []}),
        json.dumps(ROW),
    ],
    ids=["not JSON", "kind", "unknown key", "no answer", "id twice"],
)
def test_a_row_that_cannot_be_used_is_named_by_its_line(wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f"{json.dumps(ROW)}\n{wrong}\n")
    with pytest.raises(InputError, match=r"questions\.jsonl:2: "):
        read_questions(path)


def test_floors_set_for_other_questions_do_not_count() -> None:
    assert len(breaches({}, read_gate(GATE), "another")) == 1


def test_a_gate_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gate.yaml"
    path.write_text("answer_frist: 0.5")
    with pytest.raises(InputError, match=r"gate\.yaml: "):
        read_gate(path)


def test_without_an_index_it_ends_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BYLINE_INDEX", str(tmp_path))
    assert main() == 2
    assert "byline sync" in capsys.readouterr().err


def test_a_row_is_read_as_it_was_written() -> None:
    assert Row.model_validate_json(json.dumps(ROW)).model_dump(mode="json", exclude={"history"}) == ROW
