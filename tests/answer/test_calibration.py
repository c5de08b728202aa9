from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from byline.answer.calibration import FILE, known, rule_for, write_rule
from byline.answer.refuse import Thresholds, calibrated
from byline.errors import InputError


def test_the_shipped_rule_answers_until_there_is_another(tmp_path: Path) -> None:
    assert rule_for(tmp_path, "minilm") == calibrated()
    mine = replace(calibrated(), thresholds=Thresholds(0.1, 0.2, 0.3))
    write_rule(tmp_path, mine, {"embedder": "minilm"})
    assert rule_for(tmp_path, "minilm").thresholds == mine.thresholds
    assert rule_for(tmp_path, "another") == calibrated()
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"card": {"embedder": "minilm"}}', '{"card": []}'])
def test_a_file_that_cannot_be_used_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(InputError, match=r"calibration\.json.*byline calibrate"):
        rule_for(tmp_path, "minilm")


@pytest.mark.parametrize(
    "row",
    ["not json", "[]", '{"question": "a"}', '{"answerable": 1}', '{"answerable": true, "reason": "related_only"}',
     '{"answerable": false, "reason": "boring"}'],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_named_by_its_line(row: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f'{{"answerable": false, "reason": "not_in_articles", "group": 3}}\n\n{row}\n')
    with pytest.raises(InputError, match=r"rows\.jsonl:3: "):
        list(known(path))
    path.write_text(path.read_text().rsplit("\n", 2)[0])
    assert list(known(path)) == [(False, "not_in_articles", "3")]
