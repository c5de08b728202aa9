"""The figures of a reader on held-out rows and on what the product would have read, as one JSON value."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path

from byline.protocols import AnswerReader, ReaderWindow, Reading
from training.asked import AskedQuestion, read_asked
from training.measure import Read, exact_words, first_sentences, of_windows, refusing
from training.run import read_windows
from training.windows import Window


def held_out_figures(reader: AnswerReader, path: Path, sample: int) -> dict[str, float]:
    windows = read_windows(path)
    windows = [window for window in windows if window.kind in ("answer", "near")]
    windows = random.Random(1).sample(windows, min(sample, len(windows)))
    return of_windows(windows, read_each(reader, windows))


def read_each(reader: AnswerReader, windows: Sequence[Window]) -> list[Reading]:
    return [reader.read(w.question, [ReaderWindow(w.header, w.text)])[0] for w in windows]


def read_all(reader: AnswerReader, asked: Sequence[AskedQuestion], windows: int) -> list[Read]:
    """Questions for which the product has anything to read."""
    return [
        Read(one, tuple(reader.read(one.question, [ReaderWindow(w.header, w.text) for w in one.windows[:windows]])))
        for one in asked
        if one.windows
    ]


def asked_figures(reader: AnswerReader, path: Path, sample: int, windows: int) -> dict[str, object]:
    """`sample` questions of each kind; CPU-ms of reading one question, this process alone."""
    asked = read_asked(path)
    kinds = sorted({one.kind for one in asked})
    drawn: list[AskedQuestion] = []
    for kind in kinds:
        those = [one for one in asked if one.kind == kind]
        drawn += random.Random(2).sample(those, min(sample, len(those)))
    began = time.process_time()
    read = read_all(reader, drawn, windows)
    spent = 1000 * (time.process_time() - began) / len(read)
    found: dict[str, object] = {"questions": len(read), "windows": windows, "cpu_ms_a_question": round(spent, 1)}
    for count in range(1, windows + 1):
        found[f"{count} read"] = _figures(read, count)
    return found


def _figures(read: Sequence[Read], windows: int) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, features, reader in (("features", True, False), ("reader", False, True), ("both", True, True)):
        told = refusing(read, windows, features=features, reader=reader)
        found[f"auroc, {name}"] = rounded(told.auroc)
        found[f"refused at 5 %, {name}"] = round(told.refused, 3)
    names = ("gold in the first sentence, without", "with", "difference")
    found |= {name: rounded(i) for name, i in zip(names, first_sentences(read, windows), strict=True)}
    found["F1 of the words"] = rounded(exact_words(read, windows))
    return found


def rounded(interval: Sequence[float]) -> list[float]:
    return [round(value, 3) for value in interval]
