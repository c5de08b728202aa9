"""What a reader must see after a sync was interrupted, and the tally of what was seen instead."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.crash import editions
from tests.crash.server import Ended

Passages = frozenset[tuple[int, int, int]]
NOTHING: Passages = frozenset()


@dataclass
class Tally:
    """Kills by kind, and what went wrong after them: all of it must stay empty."""

    kills: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    slowest_answer_s: float = 0.0

    def note(self, what: str, finding: str) -> None:
        self.wrong[what] += 1
        self.findings.append(f"{what}: {finding}")

    def __str__(self) -> str:
        kills = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kills.items()))
        names = ("lost", "half", "double", "repaired by hand", "not as fresh")
        wrong = ", ".join(f"{self.wrong[name]} {name}" for name in names)
        return (
            f"{self.kills.total()} kills ({kills}): {wrong}; "
            f"slowest first answer {self.slowest_answer_s:.2f} s after its process began"
        )


@dataclass(frozen=True)
class Step:
    """From one edition to the next; `before` None is a first sync. Which states of each article a reader may meet."""

    before: int | None
    after: int

    @property
    def numbers(self) -> list[int]:
        return sorted(self._old.keys() | self._new.keys())

    @property
    def _old(self) -> dict[int, int]:
        return {} if self.before is None else editions.editions(self.before)

    @property
    def _new(self) -> dict[int, int]:
        return editions.editions(self.after)

    def work(self) -> list[int]:
        """In the order in which a sync takes them: added, then changed."""
        old, new = self._old, self._new
        return [n for n in new if n not in old] + [n for n in new if n in old and old[n] != new[n]]

    def allowed(self, acknowledged: int) -> dict[int, set[Passages]]:
        old, new = self._old, self._new
        known = set(self.work()[:acknowledged])
        states: dict[int, set[Passages]] = {}
        for number in self.numbers:
            then, now = passages(number, old.get(number)), passages(number, new.get(number))
            settled = number in known or (acknowledged and number not in new)  # removals come before the first batch
            states[number] = {now} if settled else {then, now}
        return states


def passages(number: int, revision: int | None) -> Passages:
    return NOTHING if revision is None else frozenset((number, revision, part) for part in range(editions.SECTIONS))


def judge(tally: Tally, name: str, read: Ended, step: Step, acknowledged: int) -> None:
    """What a reader saw, against what it may see."""
    if read.code != 0:
        nothing_yet = step.before is None and not acknowledged and read.all("kind") == ["LibraryMissingError"]
        if not nothing_yet:
            tally.note("repaired by hand", f"{name}: reading: {read.why}")
        return
    tally.slowest_answer_s = max([tally.slowest_answer_s, *read.all("first_answer_s")])
    allowed = step.allowed(acknowledged)
    for line in read.said:
        if "asked" not in line:
            continue
        number = line["asked"]
        mine = [hit for hit in line["found"] if hit["article"] == editions.article_id(number)]
        seen = [tuple(stamp) for hit in mine for stamp in hit["stamps"]]
        at = f"{name}: article {number}: {sorted(seen)}"
        if len(seen) != len(set(seen)):
            tally.note("double", at)
        elif frozenset(seen) not in allowed[number]:
            tally.note("half" if seen else "lost", at)
        elif any("dense" not in hit["by"] or "lexical" not in hit["by"] for hit in mine):
            tally.note("half", f"{at} found by {[hit['by'] for hit in mine]} only")


def compare(tally: Tally, name: str, found: Ended, fresh: Ended) -> None:
    if found.code != 0:
        tally.note("repaired by hand", f"{name}: reading after the next sync: {found.why}")
        return
    mine, wanted = found.last("contents"), fresh.last("contents")
    for part, value in wanted.items():
        if mine[part] != value:
            tally.note("not as fresh", f"{name}: {part}: {_difference(mine[part], value)}")


def _difference(mine: object, wanted: object) -> str:
    if isinstance(mine, list) and isinstance(wanted, list):
        return f"{len(set(mine) - set(wanted))} too many, {len(set(wanted) - set(mine))} missing of {len(wanted)}"
    if isinstance(mine, dict) and isinstance(wanted, dict):
        return str({key: (mine.get(key), value) for key, value in wanted.items() if mine.get(key) != value})[:300]
    return f"{mine!r:.200} instead of {wanted!r:.200}"


def acknowledged_of(ended: Ended) -> int:
    """Articles whose batch was acknowledged before the process died."""
    return sum(ended.all("acknowledged"))
