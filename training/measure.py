"""What a reader is worth: alone, and beside what the product knows without it, on titles it was not fitted on. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from bench.figures import area_interval, contains, mean_interval, normalised

from byline.answer.logistic import Sample, auroc, fit, folds
from byline.answer.refuse import ANSWERING
from byline.protocols import Reading
from training.asked import AskedQuestion
from training.windows import Window

FOLDS = 7
REFUSED = 0.05
"""Share of the answerable that may be refused where near misses are counted."""

WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
"""Tried for a reader's margin beside the log odds of a sentence."""

Interval = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Read:
    """A question with what the reader found in each of its windows."""

    asked: AskedQuestion
    readings: tuple[Reading, ...]

    def best(self, windows: int) -> tuple[int, Reading]:
        """The window, of the first so many, that most likely answers."""
        return max(enumerate(self.readings[:windows]), key=lambda pair: pair[1].margin)


def word_f1(said: str, answers: Sequence[str]) -> float:
    """SQuAD's: words shared with the nearest of the accepted answers."""
    found = Counter(normalised(said).split())
    return max((_f1(found, Counter(normalised(answer).split())) for answer in answers), default=0.0)


def _f1(found: Counter[str], wanted: Counter[str]) -> float:
    shared = (found & wanted).total()
    return 2 * shared / (found.total() + wanted.total()) if shared else 0.0


def of_windows(windows: Sequence[Window], readings: Sequence[Reading]) -> dict[str, float]:
    """On held-out rows: AUROC answerable or not by margin, F1 of the words, and near misses refused at 5 %."""
    wanted = np.array([float(bool(window.answers)) for window in windows])
    margins = np.array([reading.margin for reading in readings])
    f1 = [
        word_f1(reading.answer.within(window.text), [answer.within(window.text) for answer in window.answers])
        for window, reading in zip(windows, readings, strict=True)
        if window.answers and window.kind == "answer"
    ]
    return {
        "windows": len(windows),
        "auroc": round(auroc(wanted, margins), 4),
        "f1": round(float(np.mean(f1)), 4),
        "refused_at_5": round(refused_at(margins[wanted == 1], margins[wanted == 0]), 4),
    }


def refused_at(answerable: np.ndarray, others: np.ndarray) -> float:
    return float((others < np.quantile(answerable, REFUSED)).mean())


@dataclass(frozen=True, slots=True)
class Refusing:
    """AUROC with its interval by titles, and the near misses refused at `REFUSED` of the answerable."""

    auroc: Interval
    refused: float


def refusing(read: Sequence[Read], windows: int, *, features: bool, reader: bool) -> Refusing:
    """By title cross-validation: the features of the refusal rule, the reader's margins, or both."""
    names = (*(ANSWERING if features else ()), *(("reader_best", "reader_first") if reader else ()))
    signals = [
        one.asked.signals | {"reader_best": one.best(windows)[1].margin / 5, "reader_first": one.readings[0].margin / 5}
        for one in read
    ]
    wanted = np.array([float(one.asked.kind == "answerable") for one in read])
    groups = [one.asked.group for one in read]
    fold = folds(groups, FOLDS)
    chance = np.zeros(len(read))
    for number in range(FOLDS):
        inside, outside = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        sample = Sample(
            [signals[at] for at in inside], wanted[inside], np.ones(len(inside)), [groups[at] for at in inside]
        )
        chance[outside] = fit(names, sample).chances([signals[at] for at in outside])
    return Refusing(
        area_interval(list(wanted), list(chance), groups), refused_at(chance[wanted == 1], chance[wanted == 0])
    )


def first_sentences(read: Sequence[Read], windows: int) -> tuple[Interval, Interval, Interval]:
    """Gold in the first sentence: as ordered without the reader, with it, and the difference. The margin's weight is
    chosen on the other half of the titles."""
    read = _said(read)
    groups = [one.asked.group for one in read]
    half = folds(groups, 2)
    right = {weight: np.array([_first_right(one, windows, weight) for one in read]) for weight in WEIGHTS}
    chosen = [max(WEIGHTS, key=lambda weight: float(right[weight][half != part].mean())) for part in (0, 1)]
    with_reader = np.where(half == 0, right[chosen[0]], right[chosen[1]])
    without = right[0.0]
    return (
        mean_interval(list(without), groups),
        mean_interval(list(with_reader), groups),
        mean_interval(list(with_reader - without), groups),
    )


def _said(read: Sequence[Read]) -> list[Read]:
    """Whose answer is words that a sentence could have."""
    return [one for one in read if one.asked.kind == "answerable" and one.asked.answers and one.asked.ranked]


def _first_right(one: Read, windows: int, weight: float) -> float:
    return float(contains(chosen(one, windows, weight)[0], one.asked.answers))


def chosen(one: Read, windows: int, weight: float) -> tuple[str, str]:
    """The sentence that would come first, and the words of it that would be marked.

    Each ranked sentence has its log odds; the one in which a window's answer begins has the margin as well.
    """
    found = {(s.passage, s.span.start): (_log_odds(s.score), s.text, "") for s in one.asked.ranked}
    for window, reading in zip(one.asked.windows[:windows], one.readings, strict=False):
        for span in window.sentences:
            key = (window.passage, window.start + span.start)
            if span.start <= reading.answer.start < span.end and key in found:
                odds, text, _ = found[key]
                found[key] = (odds + weight * reading.margin, text, reading.answer.within(window.text))
    _, text, words = max(found.values(), key=lambda each: each[0])
    return text, words


def exact_words(read: Sequence[Read], windows: int) -> Interval:
    """F1 of the words that would be marked, over the answerable; none are in a sentence that nothing was found in. The
    margin's weight is that of the other half of the titles."""
    read = _said(read)
    groups = [one.asked.group for one in read]
    half = folds(groups, 2)
    f1 = {
        weight: np.array([word_f1(chosen(one, windows, weight)[1], one.asked.answers) for one in read])
        for weight in WEIGHTS
    }
    best = [max(WEIGHTS, key=lambda weight: float(f1[weight][half != part].mean())) for part in (0, 1)]
    return mean_interval(list(np.where(half == 0, f1[best[0]], f1[best[1]])), groups)


def _log_odds(chance: float) -> float:
    chance = min(max(chance, 1e-9), 1 - 1e-9)
    return math.log(chance / (1 - chance))
