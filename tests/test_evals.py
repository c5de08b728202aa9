"""The demo questions are sound, the counting does what it says, and the floors hold on a fresh index."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from evals.cases import QUESTIONS, Kind, Row, check_evidence, read_questions
from evals.judge import faults
from evals.outcomes import Outcome, right_by_kind
from evals.run import GATE, breaches, main, misquoted, read_gate, run
from evals.words import holds, normal

from byline.build import Desk, open_desk
from byline.errors import InputError
from byline.settings import read_settings
from byline.testing import answering, passage_of, quoting
from byline.types import ArticleRef, Disagreement, Passage, Premise, Question, Quote
from tests.conftest import ROOT

ROW = {"id": "a", "kind": "fact", "question": "q", "answerable": True, "answers": [["b"]],
       "evidence": [{"article": "c", "quote": "b"}]}  # fmt: skip
TWELVE_OF_EACH: tuple[Kind, ...] = (
    "several",
    "time",
    "followup",
    "disagreement",
    "false_premise",
    "opinion",
    "near_miss",
    "other_language",
)


@pytest.fixture(scope="module")
def desk(demo_index: Path) -> Iterator[Desk]:
    with open_desk(read_settings({}, index=demo_index)) as opened:
        yield opened


@pytest.fixture(scope="module")
def outcomes(desk: Desk) -> list[Outcome]:
    return run(desk)[0]


def test_the_set_is_large_varied_and_honest() -> None:
    rows = [row for _, row in read_questions(QUESTIONS)]
    assert len(rows) >= 200
    assert len({row.question + str(row.history) for row in rows}) == len(rows)
    assert sum(not row.answerable for row in rows) >= 0.2 * len(rows)
    kinds = Counter(row.kind for row in rows)
    assert len(kinds) == 11
    assert min(kinds[kind] for kind in TWELVE_OF_EACH) >= 12
    assert sum(len(row.history) == 4 for row in rows) >= 12
    named = {evidence.article for row in rows for evidence in row.evidence}
    assert named == {path.stem for path in (ROOT / "corpus").glob("*.md") if path.stem != "README"}


def test_the_floors_hold(outcomes: list[Outcome]) -> None:
    digest = hashlib.sha256(QUESTIONS.read_bytes()).hexdigest()
    assert breaches(outcomes, read_gate(GATE), digest) == []


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
        ("$687 billion and 36%", False),
    ],
)
def test_an_answer_needs_every_group_as_whole_words(text: str, holds_it: bool) -> None:
    assert holds(text, [["$68.7 billion"], ["36%", "36 per cent"]]) is holds_it


def test_comparing_leaves_the_words_of_other_scripts_whole() -> None:
    assert normal("The ‘वर्चुअल व्यापार गलियारा’ — a plan।") == "वर्चुअल व्यापार गलियारा plan"


def test_a_measure_on_the_wrong_side_of_its_limit_is_named(outcomes: list[Outcome]) -> None:
    gate = read_gate(GATE).model_copy(update={"answer_first": 1.0, "answerable_refused_at_most": -1.0})
    assert [line.split()[0] for line in breaches(outcomes, gate, gate.questions_sha256)] == [
        "answer_first",
        "answerable_refused_at_most",
    ]
    assert breaches([], gate, gate.questions_sha256) == []


def test_every_kind_has_a_floor(outcomes: list[Outcome]) -> None:
    gate = read_gate(GATE)
    assert set(gate.right) == set(right_by_kind(outcomes))
    raised = gate.model_copy(update={"right": gate.right | {"near_miss": 1.01}})
    assert [line.split(" is ")[0] for line in breaches(outcomes, raised, gate.questions_sha256)] == ["right near_miss"]


@pytest.mark.parametrize(
    "wrong",
    [
        "not json",
        json.dumps({**ROW, "kind": "riddle"}),
        json.dumps({**ROW, "anwsers": []}),
        json.dumps({**ROW, "answers": []}),
        json.dumps({**ROW, "reasons": ["related_only"]}),
        json.dumps({**ROW, "as_of": "2025-12-12T09:00:00"}),
        json.dumps(ROW),
    ],
    ids=["not JSON", "kind", "unknown key", "no answer", "reason of an answer", "now without a zone", "id twice"],
)
def test_a_row_that_cannot_be_used_is_named_by_its_line(wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f"{json.dumps(ROW)}\n{wrong}\n")
    with pytest.raises(InputError, match=r"questions\.jsonl:2: "):
        read_questions(path)


def test_floors_set_for_other_questions_do_not_count() -> None:
    assert len(breaches([], read_gate(GATE), "another")) == 1


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
    assert Row.model_validate_json(json.dumps(ROW)).model_dump(mode="json", exclude_defaults=True) == ROW


NEWS = passage_of(ArticleRef("news", "On trade", kind="news"), "Trade was $4.9 billion. It was small.")
VIEW = passage_of(
    ArticleRef("view", "Opinion: a worry", authors=("Ann Lee",), kind="opinion"), "Trade was $49 billion. I worry."
)


def row(kind: str, *groups: str, article: str = "news", **more: object) -> Row:
    evidence = [{"article": article, "quote": group} for group in groups]
    given = {"kind": kind, "question": "q", "answers": [[group] for group in groups], "evidence": evidence}
    return Row.model_validate({"id": "x", "answerable": bool(groups), **given, **more})


def quote(passage: Passage, words: str) -> Quote:
    return quoting(passage, words).quotes[0]


def test_an_answer_is_right_when_every_group_is_shown_somewhere() -> None:
    answer = answering("q", quoting(NEWS, "It was small."))
    wanted = row("fact", "4.9 billion", "small")
    assert faults(wanted, answer, "") == ["does not show 4.9 billion"]
    lead = quote(NEWS, "Trade was $4.9 billion.")
    assert faults(wanted, replace(answer, sentences=(replace(answer.sentences[0], leads=(lead,)),)), "") == []
    differing = Disagreement("trade", (lead, quote(VIEW, "Trade was $49 billion.")), ("4.9", "49"))
    assert faults(wanted, replace(answer, disagreements=(differing,)), "") == []
    assert faults(row("fact", "4.9 billion"), answering("q", quoting(VIEW, "Trade was $49 billion.")), "") != []


def test_the_words_of_another_time_are_not_the_answer() -> None:
    answer = answering("q", quoting(VIEW, "Trade was $49 billion."))
    assert faults(row("time", "49 billion", article="view"), answer, "") == []
    assert faults(row("time", "49 billion", article="news"), answer, "") == ["does not show 49 billion"]
    assert faults(row("fact", "49 billion", article="news"), answer, "") == []


def test_a_wrong_premise_is_set_right_first() -> None:
    late = answering("q", quoting(NEWS, "It was small."), quoting(NEWS, "Trade was $4.9 billion."))
    wanted = row("false_premise", "4.9 billion")
    assert faults(wanted, late, "") == ["does not show 4.9 billion"]
    said = Premise("49 billion", "$4.9 billion", quote(NEWS, "Trade was $4.9 billion."))
    assert faults(wanted, replace(late, premise=said), "") == []
    assert faults(wanted, replace(late, premise=said, sentences=(), answered=False), "") == []


def test_an_opinion_is_called_one_beside_its_writer() -> None:
    answer = answering("q", quoting(VIEW, "I worry."))
    wanted = row("opinion", "worry", article="view")
    assert faults(wanted, answer, "I worry. [1]\n[1] Opinion: a worry · Ann Lee · Opinion") == []
    assert faults(wanted, answer, "I worry. [1]\n[1] Opinion: a worry · Ann Lee") == ["does not say opinion"]
    assert faults(wanted, answer, "I worry. [1]\n[1] Opinion: a worry · opinion") == ["does not say Ann Lee"]


def test_a_refusal_gives_its_reason() -> None:
    silent = replace(answering("q"), answered=False, reason="related_only", nearest=(quote(NEWS, "It was small."),))
    assert faults(row("near_miss"), silent, "") == []
    assert faults(row("near_miss"), answering("q", quoting(NEWS, "It was small.")), "") == ["is answered"]
    assert faults(row("time", reasons=["not_at_that_time"]), silent, "") != []
    assert faults(row("fact", "small"), silent, "") == ["refused as related_only"]


def test_a_follow_up_is_understood_and_what_stands_alone_is_left_alone() -> None:
    answer = answering("q", quoting(NEWS, "It was small."))
    asked = Question("q", "q of trade", as_of=datetime(2026, 1, 1, tzinfo=UTC))
    assert faults(row("followup", "small", standalone=[["trade"]]), answer, "") != []
    assert faults(row("followup", "small", standalone=[["trade"]]), replace(answer, question=asked), "") == []
    assert faults(row("followup", "small", alone=True), replace(answer, question=asked), "") != []
    assert faults(row("followup", "small", alone=True), answer, "") == []


def test_a_question_over_several_articles_is_answered_by_none_alone() -> None:
    wanted = row("several", "4.9 billion", "small")
    with pytest.raises(InputError, match="news holds all of the answer alone"):
        check_evidence([("row 1", wanted)], {"news": NEWS.text})
