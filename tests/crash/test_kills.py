"""R1: SIGKILL anywhere in a sync loses nothing, shows nothing by halves, and needs nobody's hand afterwards.

Killed at random moments, just after changes of index files, and at every step of the journal. Then, with no manual
step, a reader sees every acknowledged article, and the next sync ends with what a fresh index holds. `make crash` runs
all of it, `make test` a sample. A failure names the seed and number of its case.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.crash import editions, kills
from tests.crash.server import Driver, Ended, Kill, Report, copy_of
from tests.crash.verdict import Step, Tally, acknowledged_of, compare, judge

RANDOM_KILLS = int(os.environ.get("CRASH_RANDOM", "8"))
AIMED_KILLS = int(os.environ.get("CRASH_AIMED", "10"))
STEPS = int(os.environ.get("CRASH_STEPS", "12"))  # 0 is all of them
SEED = int(os.environ.get("CRASH_SEED", "1"))
KEEP = os.environ.get("CRASH_KEEP")  # a directory for copies of indexes as they were just after a kill

UPDATE = Step(0, 1)
FIRST_SYNC = Step(None, 0)


Aim = Callable[[Path], Kill]


class Bench:
    """Runs cases of one kind and keeps their tally."""

    def __init__(self, driver: Driver, base: Path, arena: Path, fresh: Callable[[int], Ended]) -> None:
        self.driver = driver
        self.base = base
        self.arena = arena
        self.fresh = fresh
        self.tally = Tally()

    def case(self, name: str, step: Step, aim: Aim | None = None, die_at: int | None = None) -> Ended:
        """One kill, one reading, one more sync. Half of the readings are of a copy: reading can repair, and a sync must
        go on without one."""
        index = self.arena / "case"
        if step.before is None:
            index.mkdir()
        else:
            shutil.copytree(self.base, index)
        try:
            kill = aim(index) if aim else None
            ended = self.driver.run("sync", index, kill=kill, die_at=die_at, given={"edition": step.after})
            if ended.code == -9:
                self._examine(name, index, step, acknowledged_of(ended))
            return ended
        finally:
            shutil.rmtree(index)

    def _examine(self, name: str, index: Path, step: Step, acknowledged: int) -> None:
        findings = len(self.tally.findings)
        with copy_of(index, self.arena / "seen") as seen:
            apart = random.Random(name).random() < 0.5
            read = self.driver.run("read", seen if apart else index, given={"numbers": step.numbers})
            judge(self.tally, name, read, step, acknowledged)
            again = self.driver.run("sync", index, given={"edition": step.after})
            if again.code != 0:
                self.tally.note("repaired by hand", f"{name}: the next sync: {again.why}")
            else:
                found = self.driver.run("contents", index, given={"numbers": sorted(editions.editions(step.after))})
                compare(self.tally, name, found, self.fresh(step.after))
            if KEEP and len(self.tally.findings) > findings:
                shutil.copytree(seen, Path(KEEP) / name.replace(" ", "-"), dirs_exist_ok=True)


@pytest.fixture
def bench(
    crash_driver: Driver,
    base: Path,
    arena: Path,
    fresh: Callable[[int], Ended],
    report: Report,
    request: pytest.FixtureRequest,
) -> Iterator[Bench]:
    made = Bench(crash_driver, base, arena, fresh)
    yield made
    report(f"{request.node.name}: {made.tally}")


def test_killed_at_random_moments(bench: Bench) -> None:
    usual_s = {step: _undisturbed(bench, step)[0] for step in (UPDATE, FIRST_SYNC)}
    moments = random.Random(SEED)
    while bench.tally.kills["random"] < RANDOM_KILLS:
        step = FIRST_SYNC if moments.random() < 0.2 else UPDATE
        after_s = moments.uniform(0, usual_s[step])
        name = f"seed {SEED} random {bench.tally.kills['random']} after {after_s:.4f} s"
        if bench.case(name, step, aim=partial(kills.RandomMoment, after_s)).code == -9:
            bench.tally.kills["random"] += 1
    assert not bench.tally.findings, "\n".join(bench.tally.findings[:20])


def test_killed_just_after_an_index_file_changed(bench: Bench) -> None:
    usual = _undisturbed(bench, UPDATE)[1]
    aims = random.Random(SEED)
    while bench.tally.kills.total() < AIMED_KILLS:
        made: list[kills.AfterChange] = []

        def aim(index: Path, made: list[kills.AfterChange] = made) -> kills.AfterChange:
            made.append(kills.aimed(aims, index, usual))
            return made[-1]

        if bench.case(f"seed {SEED} aimed {bench.tally.kills.total()}", UPDATE, aim=aim).code == -9:
            bench.tally.kills[f"aimed at {kills.kind_of(made[-1].last)}"] += 1
    assert not bench.tally.findings, "\n".join(bench.tally.findings[:20])


def test_killed_at_every_step_of_the_journal(bench: Bench) -> None:
    with copy_of(bench.base, bench.arena / "counted") as index:
        steps = bench.driver.done("sync", index, die_at="count", given={"edition": 1}).last("steps")
    assert sum("commit" in step for step in steps) > 20
    assert sum("Vectors" in step for step in steps) > 8
    chosen = range(len(steps))
    for number in chosen if not STEPS else sorted(random.Random(SEED).sample(chosen, STEPS)):
        ended = bench.case(f"step {number} {steps[number]}", UPDATE, die_at=number)
        assert ended.code == -9, f"step {number} was not reached"
        bench.tally.kills["journal step"] += 1
    assert not bench.tally.findings, "\n".join(bench.tally.findings[:20])


def _undisturbed(bench: Bench, step: Step) -> tuple[float, Counter[str]]:
    """Seconds, and changes of files by kind."""
    watch: list[kills.AfterChange] = []

    def aim(index: Path) -> kills.AfterChange:
        watch.append(kills.AfterChange(index, "none", None))
        return watch[-1]

    ended = bench.case("undisturbed", step, aim=aim)
    assert ended.code == 0, ended
    return ended.seconds, watch[-1].seen
