"""A small part of the public sets, where they are present: the figures of answers do not fall unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import floors


@pytest.mark.usefixtures("shared")
def test_the_sample_keeps_its_floors(tmp_path: Path) -> None:
    from bench import sample

    assert list(floors.breaches([sample.measure(tmp_path)], floors.read())) == []
