"""R7: damage planted in the files of a cleanly closed generation is found before anything is served, kills nobody, and
is gone after the next sync.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.crash import editions
from tests.crash.server import Driver, Ended, Report, copy_of
from tests.crash.verdict import Step, Tally, compare, judge

DAMAGES = int(os.environ.get("CRASH_DAMAGES", "9"))  # one of each kind
SEED = int(os.environ.get("CRASH_SEED", "1"))
TERABYTE = 10**12
AS_IT_IS = Step(1, 1)

Plant = Callable[[Path, random.Random, Path], None]


@dataclass(frozen=True)
class Damage:
    kind: str
    file: str

    def plant(self, index: Path, older: Path, chance: random.Random) -> None:
        KINDS[self.kind](index / self.file, chance, older / self.file)


def _cut(share: float, less: int = 0) -> Plant:
    def cut(file: Path, _chance: random.Random, _older: Path) -> None:
        os.truncate(file, max(0, int(file.stat().st_size * share) - less))

    return cut


def _flip(file: Path, chance: random.Random, _older: Path) -> None:
    content = bytearray(file.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    file.write_bytes(content)


def _grow(file: Path, chance: random.Random, _older: Path) -> None:
    with file.open("ab") as end:
        end.write(chance.randbytes(chance.choice([1, 100, 10_000])))


def _grow_sparse(file: Path, _chance: random.Random, _older: Path) -> None:
    os.truncate(file, TERABYTE)


def _lose(file: Path, _chance: random.Random, _older: Path) -> None:
    file.unlink()


def _age(file: Path, _chance: random.Random, older: Path) -> None:
    shutil.copyfile(older, file)


def _swap(file: Path, chance: random.Random, _older: Path) -> None:
    contents = file.read_bytes()
    others = [path for path in sorted(file.parent.iterdir()) if path.is_file() and path.read_bytes() != contents]
    other = chance.choice(others)
    file.write_bytes(other.read_bytes())
    other.write_bytes(contents)


KINDS: dict[str, Plant] = {
    "emptied": _cut(0),
    "halved": _cut(0.5),
    "a byte short": _cut(1, 1),
    "a bit flipped": _flip,
    "grown": _grow,
    "grown to a terabyte": _grow_sparse,
    "missing": _lose,
    "old": _age,
    "swapped": _swap,
}


@pytest.fixture(scope="module")
def whole(crash_driver: Driver, base: Path, arena: Path) -> Path:
    """Edition 1, grown out of edition 0, cleanly closed."""
    index = arena / "whole"
    shutil.copytree(base, index)
    crash_driver.done("sync", index, given={"edition": 1})
    return index


def damages(whole: Path, older: Path) -> list[Damage]:
    """Every kind for every file it makes sense for."""
    found_files = sorted(whole.glob("gen-*/**/*"))
    files = [path.relative_to(whole) for path in found_files if path.is_file() and path.suffix != ".lock"]
    found = []
    for file in files:
        content = (whole / file).read_bytes()
        before = (older / file).read_bytes() if (older / file).is_file() else content
        for kind in KINDS:
            if (content or kind in ("grown", "grown to a terabyte", "missing")) and (
                kind != "old" or before != content
            ):
                found.append(Damage(kind, str(file)))
    return found


def test_planted_damage_is_found_before_serving(
    crash_driver: Driver,
    base: Path,
    whole: Path,
    arena: Path,
    fresh: Callable[[int], Ended],
    report: Report,
) -> None:
    chance = random.Random(SEED)
    possible = damages(whole, base)
    # each kind as often as any other, and within a kind any file
    by_kind = {kind: [one for one in possible if one.kind == kind] for kind in KINDS}
    chosen = [chance.choice(by_kind[list(KINDS)[n % len(KINDS)]]) for n in range(DAMAGES)]
    tally = Tally()
    planted: Counter[str] = Counter()
    for number, damage in enumerate(chosen):
        name = f"seed {SEED} case {number}: {damage.file} {damage.kind}"
        with copy_of(whole, arena / "damaged") as index:
            damage.plant(index, base, chance)
            read = crash_driver.run("read", index, given={"numbers": AS_IT_IS.numbers[::3]})
            planted[damage.kind] += 1
            if read.code < 0:
                tally.note("killed", f"{name}: signal {-read.code}")
            if not any(read.all("findings")):
                tally.note("not found", name)
            judge(tally, name, read, AS_IT_IS, 0)
            again = crash_driver.run("sync", index, given={"edition": 1})
            if again.code != 0:
                tally.note("repaired by hand", f"{name}: the next sync: {again.why}")
                continue
            numbers = sorted(editions.editions(1))
            compare(tally, name, crash_driver.run("contents", index, given={"numbers": numbers}), fresh(1))
    files = {damage.file for damage in possible}
    report(
        f"{len(chosen)} of {len(possible)} damages in {len(files)} files: {dict(planted)}; wrong: {dict(tally.wrong)}"
    )
    assert not tally.findings, "\n".join(tally.findings[:20])
