"""Fits the refusal rule and writes `src/byline/answer/refusal.json` with its card: a few CPU-minutes, nothing kept.

Every answerable SQuAD development question is asked twice, with its article in the index and as if that had never been
read; the unanswerable ones are near misses, and so are those of a part of the training half. MultiHop-RAG gives
answerable questions over several articles of news, and `null_query` ones that no article answers. Error rates are those
on titles (SQuAD) and groups of questions (MultiHop-RAG) that nothing was fitted on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.answers import Found, answerable_and_near_misses, answerable_and_null, squad_three_ways
from bench.data import ROOT, SHARED
from bench.near_misses import NAME as NEAR_MISSES
from byline.answer.calibrate import Judged, fitted_thresholds, rates
from byline.answer.calibration import written
from byline.answer.logistic import Sample, fit, folds, joined
from byline.answer.refuse import ANSWERING, ON_SUBJECT, RefusalRule, Thresholds

DATA = (SHARED / "squad2/questions_dev.jsonl", SHARED / "multihop_rag/questions_dev.jsonl", SHARED.parent / NEAR_MISSES)
CARD = ROOT / "src" / "byline" / "answer" / "refusal.json"
FOLDS = 7

EACH = 1355.0
"""What a kind of questions weighs in all, however many there are, times its weight below."""

NEWS, NULL, TRAINING = 0.25, 1.0, 1.5
"""Weights: of answerable news questions in both rules, of `null_query`, and of the training half's near misses."""


@dataclass(frozen=True, slots=True)
class Asked:
    inside: Found
    removed: Found
    near: Found
    news: Found
    null: Found
    trained: Found
    missed: Found

    def without(self, fold: int) -> Asked:
        """Titles are dealt out together whatever is asked of them; the training half is never measured."""
        inside, removed, near = _kept((self.inside, self.removed, self.near), fold)
        news, null = _kept((self.news, self.null), fold)
        return Asked(inside, removed, near, news, null, self.trained, self.missed)


def ask() -> Asked:
    return Asked(*squad_three_ways(), *answerable_and_null(), *answerable_and_near_misses())


def _folds(sets: Sequence[Found]) -> list[npt.NDArray[np.int64]]:
    every = folds([group for found in sets for group, _ in found], FOLDS)
    return np.split(every, np.cumsum([len(found) for found in sets])[:-1])


def _kept(sets: Sequence[Found], fold: int) -> list[Found]:
    return [
        [one for one, its in zip(found, mine, strict=True) if its != fold]
        for found, mine in zip(sets, _folds(sets), strict=True)
    ]


def fitted(asked: Asked) -> RefusalRule:
    """Both rules, and thresholds that keep to what SQuAD's answerable questions may lose."""
    on_subject = fit(
        ON_SUBJECT,
        joined([
            _sample(asked.inside, 1), _sample(asked.removed, 0),
            _sample(asked.news, 1, NEWS), _sample(asked.null, 0, NULL),
        ]),
    )  # fmt: skip
    answering = fit(
        ANSWERING,
        joined([
            _sample(asked.inside, 1), _sample(asked.near, 0), _sample(asked.news, 1, NEWS),
            _sample(asked.trained, 1, TRAINING), _sample(asked.missed, 0, TRAINING),
        ]),
    )  # fmt: skip
    rule = RefusalRule(on_subject, answering, Thresholds(0.0, 0.0, 0.0))
    return rule.within(fitted_thresholds(rule, [signals for _, signals in asked.inside]))


def _sample(found: Found, wanted: int, weight: float = 1.0) -> Sample:
    return Sample(
        [signals for _, signals in found],
        np.full(len(found), float(wanted)),
        np.full(len(found), weight * EACH / max(1, len(found))),
        [group for group, _ in found],
    )


def held_out(asked: Asked) -> dict[str, object]:
    """Error rates on folds that neither weights nor thresholds were fitted on."""
    rules = [fitted(asked.without(fold)) for fold in range(FOLDS)]
    squad, news = _folds((asked.inside, asked.removed, asked.near)), _folds((asked.news, asked.null))
    shown = {
        "SQuAD, article removed": (asked.inside, squad[0], asked.removed, squad[1]),
        "SQuAD, near misses": (asked.inside, squad[0], asked.near, squad[2]),
        "MultiHop-RAG, null_query": (asked.news, news[0], asked.null, news[1]),
    }
    found: dict[str, object] = {}
    for name, (good, its, bad, others) in shown.items():
        judged = [Judged(s, kind, group) for kind, part in ((True, good), (False, bad)) for group, s in part]
        found[name] = asdict(rates([rules[fold] for fold in (*its, *others)], judged))
    return found


def card(asked: Asked) -> dict[str, object]:
    """The rule, and what is known of it."""
    rule = fitted(asked)
    return {
        "what": "on_subject: chance that the articles are about what is asked; answering: that the best sentence says "
        "it. Confidence is the smaller. Below thresholds.nothing there is nothing on this; below thresholds.on_subject "
        "or thresholds.answering only what is related",
        "thresholds": asdict(rule.thresholds),
        "on_subject": written(rule.on_subject),
        "answering": written(rule.answering),
        "card": {
            "date": datetime.now(UTC).date().isoformat(),
            "embedder": "all-MiniLM-L6-v2, int8 ONNX",
            "by": "python -m bench calibrate",
            "data": {
                "SQuAD 2.0, development half": f"{len(asked.inside)} answerable questions, each asked with its article "
                f"in the index and as if it had never been read; {len(asked.near)} near misses",
                "SQuAD 2.0, of the training half": f"{len(asked.trained)} answerable questions, {len(asked.missed)} "
                "near misses, for the weights alone",
                "MultiHop-RAG, development half": f"{len(asked.news)} answerable questions, {len(asked.null)} that no "
                "article answers",
            },
            "sha256": {f"{path.parent.name}/{path.name}": sha256(path.read_bytes()).hexdigest() for path in DATA},
            "on_questions_it_was_not_fitted_on": held_out(asked),
            "limits": "English; most near misses are not refused. Questions of more than 12 terms that no sentence "
            "covers are hardly ever refused as near misses: there is no data to learn that from",
        },
    }


def calibrate(path: Path = CARD) -> str:
    written = json.dumps(card(ask()), indent=2, ensure_ascii=False)
    path.write_text(written + "\n")
    return written
