"""R2: whichever write, fsync, rename, mkdir, truncation or creation of a sync fails, once or from then on, with ENOSPC
or EIO: the sync ends with a message, the old state goes on answering, and the next sync completes. Of one that only
adds to its indexes, and of one that finds them damaged and has to build them again first.
"""

from __future__ import annotations

import errno
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import skip_or_fail
from tests.crash import editions
from tests.crash.server import ROOT, Driver, Ended, Report, copy_of, driver
from tests.crash.verdict import Step, Tally, acknowledged_of, compare, judge

FAULTS = int(os.environ.get("CRASH_FAULTS", "7"))  # of each sync, once and lasting; 0 is every call with both errors
SEED = int(os.environ.get("CRASH_SEED", "1"))
TOGETHER = 2
UPDATE = Step(0, editions.SMALL)
TRACED = (
    "write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,ftruncate,truncate,fallocate,open,openat,openat2,creat,mkdir,"
    "mkdirat,rename,renameat,renameat2,link,linkat,symlinkat,sendfile,copy_file_range,splice,msync,execve,clone,clone3"
)
ERRORS = (errno.ENOSPC, errno.EIO)


@pytest.fixture(scope="module")
def library(arena: Path) -> str:
    """The shim, compiled."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        skip_or_fail("there is no C compiler: faults.c cannot be built")
        raise AssertionError
    made = arena / "faults.so"
    source = Path(__file__).with_name("faults.c")
    command = [compiler, "-Wall", "-Wextra", "-O2", "-shared", "-fPIC", "-o", str(made), str(source)]
    built = subprocess.run(command, capture_output=True, text=True)
    if built.returncode != 0:
        skip_or_fail(f"{source.name} does not compile here: {built.stderr[:500]}")
    return str(made)


def fault(library: str, at: int, error: int = 0, *, lasting: bool = False) -> dict[str, Any]:
    return {"library": library, "at": at, "errno": error, "lasting": int(lasting)}


def calls_of(driver: Driver, base: Path, arena: Path, library: str) -> list[str]:
    """What a sync calls, in order: the call and the file."""
    with copy_of(base, arena / "counted") as index:
        ended = driver.done("sync", index, fault=fault(library, 0), given={"edition": editions.SMALL})
    return list(ended.last("fault")["calls"])


@dataclass
class Run:
    """Cases of one driver, with their own tally."""

    driver: Driver
    base: Path
    place: Path
    library: str
    fresh: Callable[[int], Ended]
    calls: int
    tally: Tally = field(default_factory=Tally)
    ends: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)

    def case(self, at: int, error: int, *, lasting: bool) -> None:
        armed = fault(self.library, at, error, lasting=lasting)
        with copy_of(self.base, self.place) as index:
            ended = self.driver.run("sync", index, fault=armed, given={"edition": editions.SMALL})
            call = ended.last("fault")["failed"] if ended.all("fault") else "?"
            name = f"{errno.errorcode[error]} {'from' if lasting else 'at'} call {at} of {self.calls} ({call})"
            self.failed[_without_names(call)] += 1
            self.ends[_end(ended)] += 1
            if ended.code not in (0, 1):
                self.tally.note("broke", f"{name}: {ended.why}")
            self._examine(name, index, ended)

    def _examine(self, name: str, index: Path, ended: Ended) -> None:
        """Reads without the fault, syncs again, compares."""
        read = self.driver.run("read", index, given={"numbers": UPDATE.numbers[::6]})
        judge(self.tally, name, read, UPDATE, acknowledged_of(ended))
        again = self.driver.run("sync", index, given={"edition": editions.SMALL})
        if again.code != 0:
            self.tally.note("repaired by hand", f"{name}: the next sync: {again.why}")
            return
        numbers = sorted(editions.editions(editions.SMALL))
        found = self.driver.run("contents", index, given={"numbers": numbers})
        compare(self.tally, name, found, self.fresh(editions.SMALL))


@pytest.fixture
def worn(base: Path, arena: Path) -> Iterator[Path]:
    """Edition 0 with a damaged graph."""
    with copy_of(base, arena / "worn") as index:
        [graph] = index.glob("gen-*/chroma/*/data_level0.bin")
        os.truncate(graph, graph.stat().st_size // 2)
        yield index


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize("state", ["base", "worn"])
def test_every_call_of_a_sync_may_fail(
    state: str,
    lasting: bool,
    crash_driver: Driver,
    arena: Path,
    library: str,
    fresh: Callable[[int], Ended],
    report: Report,
    request: pytest.FixtureRequest,
) -> None:
    base: Path = request.getfixturevalue(state)
    calls = calls_of(crash_driver, base, arena, library)
    cases = chosen(calls, lasting)
    fresh(editions.SMALL)
    with ExitStack() as stack, ThreadPoolExecutor(TOGETHER) as pool:
        drivers = [stack.enter_context(driver(arena / f"faults-{n}")) for n in range(TOGETHER)]
        runs = [Run(one, base, arena / f"case-{n}", library, fresh, len(calls)) for n, one in enumerate(drivers)]
        for done in [pool.submit(_all, run, cases[n::TOGETHER]) for n, run in enumerate(runs)]:
            done.result()
    ends, failed, wrong = Counter[str](), Counter[str](), Counter[str]()
    for run in runs:
        ends, failed, wrong = ends + run.ends, failed + run.failed, wrong + run.tally.wrong
    how = f"{state}, {'lasting' if lasting else 'once'}"
    report(f"{len(cases)} faults in a sync of {len(calls)} calls, {how}: {dict(ends)}; wrong: {dict(wrong)}")
    report(f"by call: {dict(failed)}")
    findings = [finding for run in runs for finding in run.tally.findings]
    assert not findings, "\n".join(findings[:20])


def chosen(calls: list[str], lasting: bool) -> list[tuple[int, int, bool]]:
    """All, or a sample in which every kind of call on every kind of file has its turn."""
    by_kind: dict[str, list[int]] = {}
    for at, call in enumerate(calls, 1):
        by_kind.setdefault(_without_names(call), []).append(at)
    if not FAULTS:
        return [(at, error, lasting) for error in ERRORS for at in range(1, len(calls) + 1)]
    chance = random.Random(f"{SEED}-{lasting}")
    kinds = chance.sample(sorted(by_kind), len(by_kind))
    turns = [kinds[n % len(kinds)] for n in range(FAULTS)]
    return [(chance.choice(by_kind[kind]), chance.choice(ERRORS), lasting) for kind in turns]


def _all(run: Run, cases: list[tuple[int, int, bool]]) -> None:
    for at, error, lasting in cases:
        run.case(at, error, lasting=lasting)


def test_the_filter_sees_what_the_kernel_sees(crash_driver: Driver, base: Path, arena: Path, library: str) -> None:
    """Against strace, of the same sync: no call that writes under the index directory goes unseen."""
    if shutil.which("strace") is None:
        skip_or_fail("strace is absent")
    trace = arena / "trace"
    with copy_of(base, arena / "counted") as index:
        asked = {"do": "sync", "index": str(index), "said": str(arena / "said"), "given": {"edition": editions.SMALL}}
        command = ["strace", "-f", "-y", "-qq", "-e", f"trace={TRACED}", "-o", str(trace)]
        subprocess.run([*command, sys.executable, "-m", "tests.crash.driver", json.dumps(asked)], check=True, cwd=ROOT)
        own = _of_this_process(trace.read_text().splitlines())
        found = Counter(call for line in own if (call := _writing(line, str(index))))
    seen = len(calls_of(crash_driver, base, arena, library))
    assert found.total() > 200
    assert abs(found.total() - seen) <= 0.02 * seen, f"strace saw {dict(found)}, the filter {seen} calls"


def _of_this_process(lines: list[str]) -> Iterator[str]:
    """Without those of the programs that it started, which the filter leaves alone."""
    others: set[str] = set()
    for number, line in enumerate(lines):
        thread = line.split(" ", 1)[0]
        if number and " execve(" in line:
            others.add(thread)
        if thread not in others:
            yield line
        elif made := re.search(r"clone.*= (\d+)$", line):
            others.add(made[1])


def _writing(line: str, index: str) -> str | None:
    """The call, when it writes under `index`. A call that strace shows in two parts names its path in the first."""
    match = re.match(r"\d+ +(\w+)\((.*)", line)
    if match is None or index not in match[2]:
        return None
    call, given = match[1], match[2]
    if call in ("open", "openat"):
        return call if "O_CREAT" in given else None
    if call.startswith(("rename", "mkdir", "creat")):
        return call
    return call if re.match(rf"\d+<{re.escape(index)}[/>]", given) else None


def _end(ended: Ended) -> str:
    return {0: "completed all the same", 1: f"refused ({', '.join(ended.all('kind'))})"}.get(ended.code, "broke")


def _without_names(call: str) -> str:
    return re.sub(r"[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f-]{27}|/gen-\d+|\.tmp\w+", "…", call)
