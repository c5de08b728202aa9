from __future__ import annotations

import json
from pathlib import Path

from training.rows import Row, groups, held_out, read_rows, without_overlap

from byline.types import Span

LIGHTHOUSE = "The lighthouse at Kessel Point was lit in 1871 and its keeper, Ada Brandt, stayed for forty years."


def row(name: str, question: str, passage: str = LIGHTHOUSE) -> Row:
    return Row(name, question, passage, (Span(4, 14),), "some")


def write(path: Path, *rows: dict[str, object]) -> None:
    path.write_text("".join(json.dumps(one) + "\n" for one in rows))


def given(**changed: object) -> dict[str, object]:
    start = LIGHTHOUSE.index("1871")
    return {"id": 1, "question": "When was it lit?", "passage": LIGHTHOUSE, "answers": ["1871"],
            "answer_starts": [start], "answerable": True} | changed  # fmt: skip


def test_rows_are_read_once_and_only_with_their_answers_in_place(tmp_path: Path) -> None:
    write(
        tmp_path / "a.jsonl",
        given(),
        given(id=2, question="when was it LIT"),
        given(id=3, question="Who kept it?", answer_starts=[0]),
        given(id=4, question="Who built it?", answers=[], answer_starts=[], answerable=False),
    )
    write(tmp_path / "fever_support.jsonl", {"claim": "no question here"})
    found = read_rows(tmp_path)
    assert [(one.id, one.answerable) for one in found] == [("a:1", True), ("a:4", False)]
    assert found[0].answers[0].within(LIGHTHOUSE) == "1871"


def test_what_is_measured_on_is_not_learned_from() -> None:
    other = "Trams ran along the quay until the bridge was closed to them in the spring."
    rows = [row("same words", "Who kept it?"), row("same question", "Where did trams run?", other),
            row("neither", "When was the bridge closed?", other)]  # fmt: skip
    measured = ["In short: the lighthouse at Kessel Point was lit in 1871, and its keeper, Ada Brandt, left."]
    kept, overlap = without_overlap(rows, ["where did trams run"], measured)
    assert [one.id for one in kept] == ["neither"]
    assert (overlap.questions, overlap.passages) == (1, 1)


def test_rows_joined_by_a_passage_or_a_question_are_one_group() -> None:
    rows = [row("a", "Who?", "one"), row("b", "When?", "one"), row("c", "When?", "two"), row("d", "Where?", "three")]
    found = groups(rows)
    assert found["a"] == found["b"] == found["c"] != found["d"]
    assert found == groups(rows[::-1])


def test_about_the_share_asked_for_is_held_out() -> None:
    found = groups([row(str(number), f"What is {number}?", f"Passage {number}.") for number in range(2_000)])
    share = sum(held_out(name, 0.05) for name in found.values()) / len(found)
    assert 0.03 < share < 0.07
    assert not any(held_out(name, 0.0) for name in found.values())
