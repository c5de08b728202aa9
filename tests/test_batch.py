from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from byline.batch import read_batch
from byline.errors import SourceError
from byline.types import Turn


def test_rows_in_order_with_history_and_date(tmp_path: Path) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text(
        '{"id": 7, "question": "Who?", "as_of": "2025-12-05"}\n\n'
        '{"id": "b", "question": "And why?", "history": [{"role": "user", "content": "Who?"}]}\n'
    )
    first, second = read_batch(path)
    assert (first.id, first.question, first.as_of) == ("7", "Who?", datetime(2025, 12, 5, tzinfo=UTC))
    assert (second.id, second.history) == ("b", (Turn("user", "Who?"),))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{broken", "not JSON"),
        ("[1]", "JSON object"),
        ('{"id": "x"}', "`question` is missing"),
        ('{"id": "x", "question": 5}', "`question` is missing"),
        ('{"id": "x", "question": "Who?", "history": "before"}', "`history` is a list"),
        ('{"id": "x", "question": "Who?", "history": [{"role": "system", "content": "x"}]}', "role"),
        ('{"id": "x", "question": "Who?", "as_of": "soon"}', "`as_of` is 'soon'"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_row_names_its_line_and_the_rest_goes_on(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text(f'{line}\n{{"id": "good", "question": "Who?"}}\n')
    bad, good = read_batch(path)
    assert bad.error is not None
    assert said in bad.error
    assert f"{path}:1" in bad.error
    assert (good.id, good.error) == ("good", None)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        list(read_batch(tmp_path / "nowhere.jsonl"))
