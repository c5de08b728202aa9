"""A sample of the planted defects; `BYLINE_DEFECTS=125` plants as many as the benchmark does."""

from __future__ import annotations

import os
from random import Random

import pytest
from bench.planted import DEFECTS, date_moved, negation_added, negation_removed, number_changed, quotation_altered

EACH = int(os.environ.get("BYLINE_DEFECTS", "12"))
SURE = ("number changed", "date moved", "quote altered", "name swapped for a foreign one")


@pytest.mark.usefixtures("shared")
def test_defects_are_found_and_right_sentences_are_not_struck() -> None:
    from bench.defects import MOVED, POINTED, RIGHT, measure

    found = {name: one["share"][0] for name, one in measure(EACH, ["demo corpus", "SQuAD"]).items()}
    assert found[RIGHT] <= 0.05
    assert found[POINTED] >= 0.95
    assert found[MOVED] >= 0.9
    for name in SURE:
        assert found.get(name, 1.0) >= 0.9, name


def test_a_planted_defect_changes_one_thing() -> None:
    chance = Random(1)
    text = "The port was closed in May 2019, 12 days late: “we did not expect it”, he said."
    assert len(str(number_changed(text, text, chance))) == len(text)
    assert date_moved(text, text, chance) not in (None, text)
    assert "was not closed" in str(negation_added(text, text, chance))
    assert negation_removed(text, text, chance) is None
    assert quotation_altered(text, text, chance) != text
    assert all(plant("Nothing to see here", "", chance) is None for plant in DEFECTS.values())
