"""Is one way of searching worse: the rank of evidence by hand, the test by its laws."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.errors import InputError
from byline.retrieve.compare import Comparison, Evidence, read_test_set, reciprocal_rank, worse_by_chance
from byline.testing import passage_of
from byline.types import ArticleRef, Hit

HITS = [
    Hit(passage_of(ArticleRef("harbour", "Harbour"), "The bridge opened on Monday."), 1.0),
    Hit(passage_of(ArticleRef("council", "Council"), "The council paid  41 million\ncrowns."), 0.5),
]


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ([Evidence("harbour")], 1.0),
        ([Evidence("council")], 0.5),
        ([Evidence("council", "paid 41 million crowns")], 0.5),
        ([Evidence("council", "paid 50 million crowns")], 0.0),
        ([Evidence("council"), Evidence("harbour", "on Monday")], 1.0),
        ([Evidence("river")], 0.0),
    ],
)
def test_reciprocal_rank(evidence: list[Evidence], expected: float) -> None:
    assert reciprocal_rank(HITS, evidence) == expected


def test_by_hand() -> None:
    """Three questions, each lost by the same: of the eight ways to choose signs one is as bad."""
    assert worse_by_chance(np.array([0.5, 0.5, 0.5])) == pytest.approx(1 / 8, abs=0.01)


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=40))
def test_losses_everywhere_are_less_likely_by_chance_than_gains(losses: list[float]) -> None:
    found = np.array(losses)
    assert worse_by_chance(found) <= 0.6 + 0.5 ** len(losses)
    assert worse_by_chance(-found) >= worse_by_chance(found)
    assert worse_by_chance(np.zeros(len(losses))) == 1.0


def test_only_a_significant_loss_is_worse() -> None:
    assert Comparison(50, 0.8, 0.6, 0.01).worse
    assert not Comparison(50, 0.8, 0.79, 0.4).worse
    assert not Comparison(50, 0.6, 0.8, 0.99).worse


def test_a_test_set_is_read_or_said_to_be_wrong(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    rows = [{"question": "Who?", "evidence": [{"article": "a", "quote": "b"}, {"article": "c"}]}, {"question": "What?"}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "\n")
    [read] = read_test_set(path)
    assert (read.question, read.evidence) == ("Who?", (Evidence("a", "b"), Evidence("c")))
    path.write_text('{"question": "Who?"}\n')
    with pytest.raises(InputError, match="no question with evidence"):
        read_test_set(path)
    for wrong in ("no", "[]", '{"evidence": [{"article": "a"}]}', '{"question": "Who?", "evidence": [{}]}'):
        path.write_text(json.dumps(rows[0]) + "\n" + wrong + "\n")
        with pytest.raises(InputError, match=r"set\.jsonl:2"):
            read_test_set(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_test_set(tmp_path / "none.jsonl")
