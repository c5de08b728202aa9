"""The small part of the paragraphs that `make test` measures, on an index of its own: a few CPU-seconds."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

from bench.data import SHARED, WORK, indexed, rows, squad
from bench.digests import digest_of
from bench.paragraphs import figures, put
from bench.summary import Measured
from byline.build import open_desk

NAME = "sample of SQuAD"
TITLES = 2


def measure(folder: Path = WORK / "sample") -> Measured:
    """The paragraphs of the shortest titles, with every question of them that is in the development half."""
    cases, misses = squad(), squad(answerable=False)
    titles = {title for title, _ in Counter(case.group for case in cases).most_common()[-TITLES:]}
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "articles.jsonl"
    with source.open("w", encoding="utf-8") as lines:
        for row in rows(SHARED / "squad2" / "paragraphs.jsonl"):
            if row["id"].split("#")[0] in titles:
                lines.write(json.dumps({key: row[key] for key in ("id", "title", "text")}) + "\n")
    with open_desk(indexed("sample", source, folder)) as desk:
        mine, theirs = ([case for case in part if case.group in titles] for part in (cases, misses))
        asked, near, systems = put(desk, mine, theirs)
    found = (replace(figure, goal=None) for figure in figures(NAME, asked, near, systems))
    return Measured(NAME, digest_of(SHARED / "squad2"), tuple(f for f in found if "(card)" not in f.name))
