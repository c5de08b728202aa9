"""CANARD: are turns that lean on the conversation made standalone, and the others left alone."""

from __future__ import annotations

import bench.followups as followups
from bench.digests import digest_of
from bench.summary import PRODUCT, Measured, figure

NAME = "CANARD"
SYSTEMS = {"byline": PRODUCT, "the bare question": "bare question", "topic prepended": "topic prepended"}
PARTS = (("rewritten", "content-word F1, turns that need rewriting", 0.82), ("alone", "standalone left alone", 0.97))


def measure() -> Measured:
    found = {shown: followups.scores(followups.SYSTEMS[name]) for name, shown in SYSTEMS.items()}
    figures = []
    for part, name, goal in PARTS:
        values = {shown: [next(iter(each.values())) for _, each in of[part]] for shown, of in found.items()}
        groups = [group for group, _ in found[PRODUCT][part]]
        figures.append(figure(f"{NAME}: {name}", values, groups, goal=goal))
    return Measured(NAME, digest_of(followups.DATA), tuple(figures))
