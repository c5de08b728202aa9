"""What a warm question costs on the 609 news articles, in a process of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from bench.data import ROOT, SHARED, multihop_index
from bench.digests import digest_of
from bench.processes import spent
from bench.summary import PRODUCT, Figure, Measured

NAME = "cost"


def measure() -> Measured:
    command: list[str | Path] = [sys.executable, "-m", "bench.questions", multihop_index().index]
    places = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    costs = np.array(json.loads(spent(command, places).output.splitlines()[-1])["whole question"])
    picks = np.random.default_rng(13).integers(0, len(costs), size=(2000, len(costs)))
    low, high = np.quantile(np.median(costs[picks], axis=1), [0.025, 0.975])
    middle = (float(np.median(costs)), float(low), float(high))
    figure = Figure(f"{NAME}: warm question, CPU-ms p50", {PRODUCT: middle}, len(costs), 25.0, at_most=True, timed=True)
    return Measured(NAME, digest_of(SHARED / "multihop_rag"), (figure,))
