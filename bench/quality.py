"""Quality on every set at once, beside BM25 over the same passages and the peers: `python -m bench quality`.

Prints one table, keeps that of all sets in RESULTS.md, and fails (exit code 1) when a figure falls below its floor in
floors.yaml. `--raise` raises the floors to what was measured, `--lower NAME` lowers one, `--data SET` takes over the
floors of a set whose data changed; `--only SET` measures some sets alone.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from importlib import import_module

from bench import floors
from bench.data import ROOT
from bench.summary import Measured, table

SETS = {
    "MultiHop-RAG": "news",
    "SQuAD": "paragraphs",
    "RealTimeQA": "dated",
    "CANARD": "conversations",
    "demo articles": "demo",
    "cost": "cost",
    "sample of SQuAD": "sample",
}
"""Set → the module that measures it."""

TITLE = "### Quality, everything in one run"
RESULTS = ROOT / "bench" / "RESULTS.md"


def measured(names: Sequence[str] = tuple(SETS)) -> list[Measured]:
    found = []
    for name in names:
        measure: Callable[[], Measured] = import_module(f"bench.{SETS[name]}").measure
        found.append(measure())
    return found


def report() -> str:
    """The table, for RESULTS.md."""
    return _section(measured())


def _section(found: Sequence[Measured]) -> str:
    return f"{TITLE}\n\n{table(found)}"


def with_section(results: str, section: str) -> str:
    """The results with this section in the place of the one before, or ahead of all others."""
    marks = [place.start() for place in re.finditer(r"^### ", results, flags=re.MULTILINE)] + [len(results)]
    begin = next((place for place in marks if results.startswith(TITLE, place)), marks[0])
    end = marks[marks.index(begin) + 1] if results.startswith(TITLE, begin) else begin
    return f"{results[:begin]}{section}\n\n{results[end:]}".rstrip() + "\n"


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    found = measured(options.only or tuple(SETS))
    print(_section(found))
    if not options.only:
        RESULTS.write_text(with_section(RESULTS.read_text(), _section(found)))
    pinned = floors.read()
    if options.up or options.lower or options.data:
        pinned = floors.renewed(found, pinned, up=options.up, lower=options.lower, data=options.data)
        floors.write(pinned)
    broken = list(floors.breaches(found, pinned))
    print("\n".join(["", *broken]))
    return 1 if broken else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench quality", description=__doc__)
    parser.add_argument("--only", action="append", default=[], choices=list(SETS))
    parser.add_argument("--raise", dest="up", action="store_true")
    parser.add_argument("--lower", action="append", default=[], metavar="NAME")
    parser.add_argument("--data", action="append", default=[], choices=list(SETS))
    return parser.parse_args(arguments)
