"""One figure of the product beside its baselines, and the one table of them all. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.figures import mean_interval

Interval = tuple[float, float, float]
"""Mean, and its 95 % interval."""

PRODUCT = "Byline"


@dataclass(frozen=True, slots=True)
class Figure:
    """`name` begins with that of its data, `MultiHop-RAG: Hits@10`. `cells`: the product and its baselines.

    `at_most`: less is better. `timed`: depends on the machine, so no floor is raised to it.
    """

    name: str
    cells: Mapping[str, Interval]
    count: int
    goal: float | None = None
    at_most: bool = False
    timed: bool = False

    @property
    def value(self) -> float:
        return self.cells[PRODUCT][0]

    @property
    def kept(self) -> bool | None:
        """Whether the goal is; None without one."""
        return None if self.goal is None else not worse(self.value, self.goal, at_most=self.at_most)


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one set of data; `data` is its digest, `absent` says which baselines could not be measured."""

    set: str
    data: str
    figures: tuple[Figure, ...]
    absent: Mapping[str, str] = field(default_factory=dict)


def worse(value: float, limit: float, *, at_most: bool) -> bool:
    return value > limit + 1e-9 if at_most else value < limit - 1e-9


def figure(
    name: str,
    values: Mapping[str, Sequence[float]],
    groups: Sequence[str],
    *,
    goal: float | None = None,
    at_most: bool = False,
) -> Figure:
    """From the score of every question, by system."""
    cells = {system: mean_interval(scores, groups) for system, scores in values.items()}
    return Figure(name, cells, len(groups), goal, at_most)


def table(measured: Sequence[Measured]) -> str:
    """Markdown: a row for each figure; a column for the product, its goal, and each baseline that any figure has."""
    figures = [figure for part in measured for figure in part.figures]
    others = list(dict.fromkeys(system for f in figures for system in f.cells if system != PRODUCT))
    lines = ["| | n | " + " | ".join([PRODUCT, "goal", *others]) + " |", "|---" * (len(others) + 4) + "|"]
    for f in figures:
        cells = [_cell(f.cells[PRODUCT]), _goal(f), *(_cell(f.cells[s]) if s in f.cells else "" for s in others)]
        lines.append(f"| {f.name} | {f.count} | {' | '.join(cells)} |")
    missing = {f"{system}: {why}" for part in measured for system, why in part.absent.items()}
    return "\n".join([*lines, "", *sorted(missing)]).rstrip()


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    return f"{'≤' if figure.at_most else '≥'} {figure.goal:g}: {'kept' if figure.kept else '**missed**'}"


def _cell(interval: Interval) -> str:
    mean, low, high = interval
    return f"{mean:.3f}" if low == mean == high else f"{mean:.3f} [{low:.3f}, {high:.3f}]"
