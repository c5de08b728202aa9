"""Fits the rule of support on RAGTruth's development part and writes `src/byline/answer/support.json` with its card.

Every figure is of sources that neither weights nor threshold were fitted on: folds are of whole sources, and one source
has up to six answers. A sentence counts as invented when labelled words lie in it, an answer when one of its sentences
does. Plain word overlap, in the same run: the share of a sentence's terms that the source has, and how many it lacks.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from bench.data import ROOT
from bench.figures import area_interval, mean_interval
from bench.ragtruth import FILES, TASKS, given, labelled
from byline.answer.calibration import written
from byline.answer.check import SupportChecker
from byline.answer.logistic import Array, Logistic, Sample, fit, folds
from byline.answer.support import SupportRule
from byline.answer.support_signals import SIGNALS
from byline.models.embed import load_embedder

CARD = ROOT / "src" / "byline" / "answer" / "support.json"
FOLDS, RIDGE = 10, 3.0
NO_RULE = SupportRule(Logistic(0.0, {}), 0.0, "")
PLAIN, LACKED = "share of words in the source", "words not in the source"


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence of an answer, with all that the rule may know of it."""

    task: str
    answer: str
    source: str
    signals: Mapping[str, float]
    faulty: bool
    carried: float
    """1 unless it has labelled words."""


def read() -> tuple[list[Read], float]:
    """All sentences, and the CPU-ms that one of them took, its embedding included and that of the sources not."""
    embedder = load_embedder()
    checker = SupportChecker(embedder, NO_RULE)
    found, spent = [], 0.0
    for task in TASKS:
        for answer, evidence in given(labelled(task), embedder):
            for span, invented in zip(answer.sentences, answer.invented, strict=True):
                began = time.process_time()
                one = checker.examine(span.within(answer.text), evidence)
                spent += time.process_time() - began
                name = f"{task}:{answer.id}"
                found.append(Read(task, name, answer.source, one.signals, bool(one.faults), 1.0 - invented))
    return found, 1000 * spent / len(found)


def fitted(sentences: Sequence[Read]) -> SupportRule:
    weights = fit(SIGNALS, _sample(sentences), ridge=RIDGE)
    return SupportRule(weights, _threshold(sentences, weights.chances([one.signals for one in sentences])), "")


def _sample(sentences: Sequence[Read]) -> Sample:
    carried = np.array([one.carried for one in sentences])
    return Sample([one.signals for one in sentences], carried, np.ones(len(carried)), [one.source for one in sentences])


def _threshold(sentences: Sequence[Read], chances: Array) -> float:
    """The one with the best F1 of finding answers that have something invented, the mean of both tasks."""
    tried = np.quantile(chances, np.linspace(0.01, 0.6, 119))
    whole = {task: _whole(sentences, chances, task) for task in TASKS}
    parts = list(whole.values())
    return float(max(tried, key=lambda at: sum(_f1((low < at) | faulty, wrong) for low, wrong, faulty, _ in parts)))


Whole = tuple[Array, Array, npt.NDArray[np.bool_], list[str]]


def _whole(sentences: Sequence[Read], chances: Array, task: str) -> Whole:
    """Of every answer: the chance of its weakest sentence, whether anything is invented, any fault, its source."""
    scores: dict[str, list[float]] = {}
    wrong: dict[str, bool] = {}
    faulty: dict[str, bool] = {}
    sources: dict[str, str] = {}
    for one, chance in zip(sentences, chances, strict=True):
        if one.task == task:
            scores.setdefault(one.answer, []).append(float(chance))
            wrong[one.answer] = wrong.get(one.answer, False) or not one.carried
            faulty[one.answer] = faulty.get(one.answer, False) or one.faulty
            sources[one.answer] = one.source
    lowest = np.array([min(own) for own in scores.values()])
    return lowest, np.array([float(x) for x in wrong.values()]), np.array(list(faulty.values())), list(sources.values())


def _f1(flagged: npt.NDArray[np.bool_], wrong: Array) -> float:
    both = float((flagged & (wrong == 1)).sum())
    return 2 * both / max(1.0, float(flagged.sum() + wrong.sum()))


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Of every sentence, by the rule that its source had no part in: its chance, and whether it is supported."""

    chances: Array
    passed: npt.NDArray[np.bool_]


def held_out(sentences: Sequence[Read]) -> HeldOut:
    fold = folds([one.source for one in sentences], FOLDS)
    chances, passed = np.zeros(len(sentences)), np.zeros(len(sentences), dtype=bool)
    for number in range(FOLDS):
        rule = fitted([one for one, its in zip(sentences, fold, strict=True) if its != number])
        for place in np.flatnonzero(fold == number):
            one = sentences[int(place)]
            chances[place] = rule.chance(one.signals)
            passed[place] = chances[place] >= rule.threshold and not one.faulty
    return HeldOut(chances, passed)


def figures(sentences: Sequence[Read], found: HeldOut, task: str) -> dict[str, object]:
    """Each `[value, low, high]`, 95 % by bootstrap over sources."""
    here = [place for place, one in enumerate(sentences) if one.task == task]
    mine = [sentences[place] for place in here]
    groups = [one.source for one in mine]
    carried, chances, passed = np.array([one.carried for one in mine]), found.chances[here], found.passed[here]
    lowest, wrong, _, sources = _whole(sentences, found.chances, task)
    flagged = _whole(sentences, np.where(found.passed, 1.0, 0.0), task)[0] < 1
    lacked = np.array([-one.signals["unmatched"] for one in mine])
    plain = np.array([one.signals["covered_plainly"] for one in mine])

    def answers(values: Array) -> Array:
        every = np.zeros(len(sentences))
        every[here] = values
        return _whole(sentences, every, task)[0]

    return {
        "sentences": len(mine),
        "invented_sentences": int((carried == 0).sum()),
        "answers": len(lowest),
        "hallucinated_answers": int(wrong.sum()),
        "auroc_sentence": _three(area_interval(carried.tolist(), chances.tolist(), groups)),
        "auroc_answer": _three(area_interval((1 - wrong).tolist(), lowest.tolist(), sources)),
        f"auroc_sentence, {PLAIN}": _three(area_interval(carried.tolist(), plain.tolist(), groups)),
        f"auroc_answer, {PLAIN}": _three(area_interval((1 - wrong).tolist(), answers(plain).tolist(), sources)),
        f"auroc_sentence, {LACKED}": _three(area_interval(carried.tolist(), lacked.tolist(), groups)),
        f"auroc_answer, {LACKED}": _three(area_interval((1 - wrong).tolist(), answers(lacked).tolist(), sources)),
        "f1_answer": f1_interval(flagged, wrong, sources),
        "false_accept_sentence": _three(_rate(passed[carried == 0], _of(groups, carried == 0))),
        "false_reject_sentence": _three(_rate(~passed[carried == 1], _of(groups, carried == 1))),
        "false_accept_answer": _three(_rate(~flagged[wrong == 1], _of(sources, wrong == 1))),
        "false_reject_answer": _three(_rate(flagged[wrong == 0], _of(sources, wrong == 0))),
    }


def f1_interval(flagged: npt.NDArray[np.bool_], wrong: Array, groups: Sequence[str], seed: int = 13) -> list[float]:
    names = sorted(set(groups))
    members = [np.flatnonzero(np.array(groups) == name) for name in names]
    picks = np.random.default_rng(seed).integers(0, len(members), size=(500, len(members)))
    chosen = [np.concatenate([members[group] for group in pick]) for pick in picks]
    low, high = np.quantile([_f1(flagged[places], wrong[places]) for places in chosen], [0.025, 0.975])
    return _three((_f1(flagged, wrong), float(low), float(high)))


def _rate(happened: npt.NDArray[np.bool_], groups: Sequence[str]) -> tuple[float, float, float]:
    return mean_interval([float(one) for one in happened], groups)


def _of(groups: Sequence[str], kept: npt.NDArray[np.bool_]) -> list[str]:
    return [group for group, keep in zip(groups, kept, strict=True) if keep]


def _three(found: Sequence[float]) -> list[float]:
    return [round(value, 4) for value in found]


def card(sentences: Sequence[Read], cpu_ms: float) -> dict[str, object]:
    rule, found = fitted(sentences), held_out(sentences)
    return {
        "what": "the chance that the quotes carry a written sentence; below the threshold it is struck, and with a "
        "fault whatever its chance. An answer is as good as its weakest sentence",
        "threshold": round(rule.threshold, 4),
        **written(rule.chances),
        "card": {
            "date": datetime.now(UTC).date().isoformat(),
            "embedder": "all-MiniLM-L6-v2, int8 ONNX",
            "by": "python -m bench support",
            "data": "RAGTruth, development part: answers to questions and summaries of news by six language models",
            "sha256": {f"ragtruth/{path.name}": sha256(path.read_bytes()).hexdigest() for path in FILES.values()},
            "on_sources_it_was_not_fitted_on": {task: figures(sentences, found, task) for task in TASKS},
            "cpu_ms_per_sentence": round(cpu_ms, 1),
            "limits": "English; what a free paraphrase turns round is mostly not seen, and what a model adds in words "
            "of the source is seen only by chance",
        },
    }


def train() -> str:
    text = json.dumps(card(*read()), indent=2, ensure_ascii=False)
    CARD.write_text(text + "\n")
    return text
