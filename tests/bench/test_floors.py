"""A figure below its floor is named, and no floor goes down unless that was asked for by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.floors import Floors, breaches, read, renewed, write
from bench.summary import PRODUCT, Figure, Measured

NOBODY: frozenset[str] = frozenset()


def found(right: float, refused: float, *, data: str = "d1") -> list[Measured]:
    figures = (
        Figure("set: right", {PRODUCT: (right, 0.0, 1.0)}, 10),
        Figure("set: refused", {PRODUCT: (refused, 0.0, 1.0)}, 10, at_most=True),
        Figure("set: CPU-ms", {PRODUCT: (19.0, 18.0, 20.0)}, 10, goal=25.0, at_most=True, timed=True),
    )
    return [Measured("set", data, figures)]


def pinned(right: float = 0.8, refused: float = 0.1) -> Floors:
    return renewed(found(right, refused), Floors(), up=True, lower=NOBODY, data=NOBODY)


def test_what_was_measured_holds_its_own_floors() -> None:
    assert pinned(0.80049, 0.10049).limits == {"set: right": 0.8, "set: refused": 0.101, "set: CPU-ms": 25.0}
    assert list(breaches(found(0.80049, 0.10049), pinned(0.80049, 0.10049))) == []


@pytest.mark.parametrize(
    ("right", "refused", "named"),
    [
        (0.79, 0.1, ["set: right"]),
        (0.8, 0.11, ["set: refused"]),
        (0.9, 0.0, []),
        (0.7, 0.2, ["set: right", "set: refused"]),
    ],
)
def test_a_figure_on_the_wrong_side_is_named(right: float, refused: float, named: list[str]) -> None:
    lines = list(breaches(found(right, refused), pinned()))
    assert [": ".join(line.split(": ")[:2]) for line in lines] == named


def test_raising_never_lowers() -> None:
    worse = renewed(found(0.7, 0.2), pinned(), up=True, lower=NOBODY, data=NOBODY)
    assert worse == pinned()
    better = renewed(found(0.9, 0.05), pinned(), up=True, lower=NOBODY, data=NOBODY)
    assert better.limits == {"set: right": 0.9, "set: refused": 0.05, "set: CPU-ms": 25.0}


def test_lowering_is_by_name() -> None:
    lowered = renewed(found(0.7, 0.2), pinned(), up=False, lower=["set: right"], data=NOBODY)
    assert lowered.limits == {**pinned().limits, "set: right": 0.7}
    with pytest.raises(KeyError):
        renewed(found(0.7, 0.2), pinned(), up=False, lower=["set: wrong"], data=NOBODY)


def test_floors_of_other_data_do_not_count() -> None:
    other = found(0.7, 0.2, data="d2")
    assert len(list(breaches(other, pinned()))) == 1
    taken = renewed(other, pinned(), up=False, lower=NOBODY, data=["set"])
    assert list(breaches(other, taken)) == []
    assert renewed(other, pinned(), up=True, lower=NOBODY, data=NOBODY).data == pinned().data


def test_a_set_without_floors_is_named() -> None:
    assert list(breaches(found(0.8, 0.1), Floors())) == ["set: has no floors; --raise sets them"]


def test_a_figure_without_a_floor_and_a_floor_without_a_figure_are_named() -> None:
    floors = Floors(pinned().data, {"set: right": 0.8, "set: CPU-ms": 25.0, "set: gone": 0.1, "other set: x": 0.2})
    assert list(breaches(found(0.8, 0.1), floors)) == [
        "set: refused: has no floor; --raise sets it",
        "set: gone: was not measured",
    ]


def test_floors_are_read_as_they_were_written(tmp_path: Path) -> None:
    write(pinned(), tmp_path / "floors.yaml")
    assert read(tmp_path / "floors.yaml") == pinned()
    assert read(tmp_path / "none.yaml") == Floors()
