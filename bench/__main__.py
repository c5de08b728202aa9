"""`python -m bench [quality|retrieval|answers|realtime|speed|scale|calibrate|sentences …]`; alone, to RESULTS.md."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module

from bench.data import ROOT, SHARED

RESULTS = ROOT / "bench" / "RESULTS.md"
HEAD = """# Results

Written by `make bench`: everything below was measured in one run, Byline beside its baselines over the same passages.
Means with 95 % intervals, bootstrapped over groups of questions (one answer on MultiHop-RAG, one title on SQuAD).
"""


def _section(name: str) -> str:
    module = import_module(f"bench.{name}")
    run: Callable[[], str] = getattr(
        module, {"calibrate": "calibrate", "sentences": "train", "support": "train"}.get(name, "report")
    )
    return run()


def main(names: list[str]) -> None:
    if not SHARED.is_dir():
        sys.exit(f"The benchmark data are not at {SHARED}; nothing was measured.")
    if names[:1] == ["quality"]:
        sys.exit(import_module("bench.quality").main(names[1:]))
    if names:
        for name in names:
            print(_section(name))
        return
    sections = [_section(name) for name in ("quality", "retrieval", "answers", "speed", "scale")]
    RESULTS.write_text("\n\n".join([HEAD, *sections]) + "\n")
    print(RESULTS.read_text())


if __name__ == "__main__":
    main(sys.argv[1:])
