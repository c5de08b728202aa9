"""The figures that may not fall: read from floors.yaml, held, and written again only when that is asked for by name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil, floor
from pathlib import Path

import yaml

from bench.summary import Figure, Measured, worse

PATH = Path(__file__).with_name("floors.yaml")
HEAD = """# What `python -m bench quality` may not fall below (above, for what is to be low), and the digest of the
# data that it was measured on. Raised by --raise, lowered only by --lower NAME, for other data only by --data SET.
"""


@dataclass(frozen=True, slots=True)
class Floors:
    """`data`: set → digest; `limits`: figure → floor, or ceiling."""

    data: dict[str, str] = field(default_factory=dict)
    limits: dict[str, float] = field(default_factory=dict)


def read(path: Path = PATH) -> Floors:
    if not path.exists():
        return Floors()
    found = yaml.safe_load(path.read_text())
    return Floors(found["data"], found["limits"])


def write(floors: Floors, path: Path = PATH) -> None:
    path.write_text(HEAD + yaml.safe_dump({"data": floors.data, "limits": floors.limits}, width=120, sort_keys=True))


def breaches(measured: Sequence[Measured], floors: Floors) -> Iterator[str]:
    """A line for each figure on the wrong side of its limit, without one, or with one that was set for other data."""
    for part in measured:
        if part.set not in floors.data:
            yield f"{part.set}: has no floors; --raise sets them"
            continue
        if floors.data[part.set] != part.data:
            yield f"{part.set}: the floors are of other data; take these over with --data {part.set!r}"
            continue
        for figure in part.figures:
            limit = floors.limits.get(figure.name)
            if limit is None:
                yield f"{figure.name}: has no floor; --raise sets it"
            elif worse(figure.value, limit, at_most=figure.at_most):
                side = "ceiling" if figure.at_most else "floor"
                yield f"{figure.name}: {figure.value:.4f}, the {side} is {limit:.4f}"
    known = {figure.name for part in measured for figure in part.figures}
    for name in floors.limits:
        if name not in known and name.split(": ")[0] in {part.set for part in measured}:
            yield f"{name}: was not measured"


def renewed(
    measured: Sequence[Measured], floors: Floors, *, up: bool, lower: Collection[str], data: Collection[str]
) -> Floors:
    """`up` never lowers a limit, and leaves what is timed alone once it has one. Raises KeyError for a name in `lower`
    or `data` that was not measured.
    """
    figures = {figure.name: figure for part in measured for figure in part.figures}
    digests, limits = dict(floors.data), dict(floors.limits)
    taken = {part.set: part for part in measured}
    for name in data:
        digests[name] = taken[name].data
        limits |= {figure.name: _limit(figure) for figure in taken[name].figures}
    for name in lower:
        limits[name] = _limit(figures[name])
    if up:
        for part in measured:
            digests.setdefault(part.set, part.data)
            limits |= {f.name: _limit(f) for f in part.figures if _better(f, limits.get(f.name))}
    return Floors(digests, limits)


def _better(figure: Figure, limit: float | None) -> bool:
    if limit is None:
        return True
    return not figure.timed and worse(limit, _limit(figure), at_most=figure.at_most)


def _limit(figure: Figure) -> float:
    """To three places, on the lenient side; of what is timed, the goal."""
    if figure.timed and figure.goal is not None:
        return figure.goal
    return (ceil(figure.value * 1000 - 1e-9) if figure.at_most else floor(figure.value * 1000 + 1e-9)) / 1000
