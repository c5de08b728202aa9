"""Fits the rule that chooses sentences and writes `src/byline/answer/sentences.json` with its card.

Questions with a known answer are asked of an index of their passages, made and searched by the product itself; of the
sentences that are read, those that hold the answer in its own passage answer. Nothing is learned from a sentence of
another passage that holds the same words, nor from SQuAD's development half or MultiHop-RAG, on which it is measured.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.data import ROOT, SHARED, WORK, Case, indexed, multihop_index, rows, squad, squad_index
from bench.figures import contains
from byline.answer.learn import Array, Asked, calibration, order_weights
from byline.answer.reading import AskedFor, Read, read
from byline.answer.signals import SIGNALS, WHY, signals
from byline.answer.weigh import inverse_frequencies
from byline.build import open_desk
from byline.models.terms import query_terms
from byline.retrieve.select import within_budget
from byline.retrieve.understand import understand
from byline.settings import Settings
from byline.types import Hit, Span

TRAIN = SHARED.parent / "train"
CARD = ROOT / "src" / "byline" / "answer" / "sentences.json"
READ_TOKENS = 1_000
"""As the answerer reads."""


@dataclass(frozen=True, slots=True)
class Source:
    """`passages` that are indexed, and `questions` that are asked of them, at most two of a passage."""

    file: str
    passages: int
    questions: int


SOURCES = (
    Source("squad_part.jsonl", 1_500, 2_000),
    Source("new_wiki.jsonl", 900, 1_200),
    Source("natural_questions.jsonl", 500, 500),
    Source("selqa_sentences.jsonl", 300, 400),
    Source("quoref_contrast.jsonl", 100, 200),
)
LONGEST, FOLDS, SEED, PER_PASSAGE = 3_500, 5, 13, 2

_NAMES = re.compile(r"(?<![.!?]\s)(?<=\s)[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")


@dataclass(frozen=True, slots=True)
class Known:
    """A question with its answers and where they begin in the passage whose article is `gold`."""

    source: str
    question: str
    answers: tuple[str, ...]
    starts: tuple[int, ...]
    gold: str


def _title(passage: str) -> str:
    """The passages have none: the name that each has most, as a headline would."""
    named = Counter(_NAMES.findall(passage)).most_common(1)
    return named[0][0] if named else " ".join(passage.split()[:4])


def training() -> tuple[Settings, list[Known]]:
    """An index of the passages, and the questions asked of it."""
    articles: dict[str, str] = {}
    asked: list[Known] = []
    for source in SOURCES:
        taken: dict[str, str] = {}
        found: list[Known] = []
        name = source.file.removesuffix(".jsonl")
        for row in rows(TRAIN / source.file):
            text = row["passage"]
            if not row["answerable"] or len(text) > LONGEST:
                continue
            if text not in articles and len(taken) < source.passages:
                articles[text] = taken[text] = f"{name}-{len(taken)}"
            if text in taken and len(query_terms(row["question"])) > 1:
                starts = tuple(row["answer_starts"])
                found.append(Known(name, row["question"], tuple(row["answers"]), starts, taken[text]))
        asked += _some(found, source.questions)
    path = WORK / "train.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as lines:
        for text, key in articles.items():
            lines.write(json.dumps({"id": key, "title": _title(text), "text": text}) + "\n")
    return indexed("train", path), asked


def _some(found: list[Known], limit: int) -> list[Known]:
    random.Random(SEED).shuffle(found)
    taken: Counter[str] = Counter()
    kept: list[Known] = []
    for known in found:
        if len(kept) < limit and taken[known.gold] < PER_PASSAGE:
            taken[known.gold] += 1
            kept.append(known)
    return kept


Found = tuple[list[Hit], dict[str, float]]
"""The hits that are read for a question, and the idf of its terms."""


def found(settings: Settings, questions: Sequence[str]) -> Iterator[Found]:
    with open_desk(settings) as desk, desk.searcher.lease() as searcher:
        lexical = searcher.opened.lexical
        for text in questions:
            question = understand(text)
            hits = within_budget(searcher.search(question, 10), max_tokens=READ_TOKENS)
            frequencies = lexical.document_frequencies(query_terms(question.standalone))
            yield hits, inverse_frequencies(frequencies, lexical.count())


def values(question: str, evidence: Found) -> tuple[list[Read], Array]:
    """The sentences read, and their signals (sentences, signals)."""
    hits, idf = evidence
    sentences = read(hits)
    measured = signals(AskedFor(question, idf), sentences)
    return sentences, np.array([[row[name] for name in SIGNALS] for row in measured]).reshape(-1, len(SIGNALS))


def labels(known: Known, sentences: Sequence[Read]) -> Array:
    """1 where the answer stands; -1 where its words stand elsewhere: they may answer by chance, or not."""
    spans = [Span(start, start + len(text)) for start, text in zip(known.starts, known.answers, strict=False)]
    said = [contains(sentence.text, known.answers) for sentence in sentences]
    mine = [sentence.hit.passage.article.id == known.gold for sentence in sentences]
    there = [
        own and any(sentence.span.start <= span.start and span.end <= sentence.span.end for span in spans)
        for own, sentence in zip(mine, sentences, strict=True)
    ]
    exact = any(there)
    right = [at or (own and has and not exact) for at, own, has in zip(there, mine, said, strict=True)]
    return np.array([1.0 if yes else -1.0 if has else 0.0 for yes, has in zip(right, said, strict=True)])


def first_right(
    question_values: Sequence[Array], right: Sequence[npt.NDArray[np.bool_]], weights: Array
) -> list[float]:
    """Share of the questions whose answer stands in the first one, two, three sentences in the order of the weights."""
    orders = [np.argsort(-(rows @ weights), kind="stable") for rows in question_values]
    return [
        round(float(np.mean([right[i][order[:count]].any() for i, order in enumerate(orders)])), 4)
        for count in (1, 2, 3)
    ]


def held_out(asked: Sequence[Asked], groups: Sequence[str]) -> list[float]:
    """`first_right` of every question by weights fitted without the questions on its passage and its neighbours."""
    names = {group: place * FOLDS // len(set(groups)) for place, group in enumerate(dict.fromkeys(groups))}
    fold = np.array([names[group] for group in groups])
    totals = np.zeros(3)
    for number in range(FOLDS):
        weights = order_weights([question for question, its in zip(asked, fold, strict=True) if its != number])
        mine = [question for question, its in zip(asked, fold, strict=True) if its == number]
        totals += len(mine) * np.array(first_right([v for v, _ in mine], [right == 1 for _, right in mine], weights))
    return [round(float(total), 4) for total in totals / len(asked)]


def measured(settings: Settings, cases: Sequence[Case], rule: tuple[Array, float]) -> dict[str, object]:
    """On questions that nothing was learned from: answer strings, and how far the chances are from what is."""
    weights, intercept = rule
    read_values, right = [], []
    for case, evidence in zip(cases, found(settings, [case.question for case in cases]), strict=True):
        sentences, rows_ = values(case.question, evidence)
        read_values.append(rows_)
        right.append(np.array([contains(sentence.text, case.answers) for sentence in sentences], dtype=bool))
    chance = 1 / (1 + np.exp(-(np.concatenate(read_values) @ weights + intercept)))
    return {
        "questions": len(cases),
        "first_1_2_3": first_right(read_values, right, weights),
        "best_of_those_read": round(float(np.mean([answers.any() for answers in right])), 4),
        "said_and_found": _bins(chance, np.concatenate(right)),
    }


def _bins(chance: Array, right: npt.NDArray[np.bool_]) -> dict[str, list[float]]:
    """Chance by tenths of its range: [mean chance, share that did answer, sentences]."""
    bins = {}
    for low in (0.0, 0.05, 0.2, 0.4, 0.6, 0.8):
        high = {0.0: 0.05, 0.05: 0.2}.get(low, low + 0.2)
        mine = (chance >= low) & (chance < high)
        if mine.any():
            mean, share = float(chance[mine].mean()), float(right[mine].mean())
            bins[f"{low:.2f}-{high:.2f}"] = [round(mean, 3), round(share, 3), int(mine.sum())]
    return bins


def inference() -> list[Case]:
    """MultiHop-RAG's development questions that ask for a name."""
    path = SHARED / "multihop_rag" / "questions_dev.jsonl"
    return [
        Case(row["id"], row["question"], (), (), (row["answer"],))
        for row in rows(path)
        if row["question_type"] == "inference_query"
    ]


def train(path: Path = CARD) -> str:
    settings, known = training()
    asked: list[Asked] = []
    for question, evidence in zip(known, found(settings, [each.question for each in known]), strict=True):
        sentences, rows_ = values(question.question, evidence)
        asked.append((rows_, labels(question, sentences)))
    order = order_weights(asked)
    intercept, scale = calibration(asked, order)
    weights = {name: round(float(weight), 3) for name, weight in zip(SIGNALS, order * scale, strict=True)}
    rule = np.array(list(weights.values())), round(intercept, 3)
    by_source = Counter(each.source for each in known)
    card = {
        "what": "chance that a sentence answers a question which the articles answer; the best are shown",
        "intercept": rule[1],
        "weights": weights,
        "why": WHY,
        "card": {
            "date": datetime.now(UTC).date().isoformat(),
            "embedder": "all-MiniLM-L6-v2, int8 ONNX",
            "by": "python -m bench sentences",
            "data": {
                source.file: f"{by_source[source.file.removesuffix('.jsonl')]} questions over at most "
                f"{source.passages} passages" for source in SOURCES
            },
            "sha256": {source.file: sha256((TRAIN / source.file).read_bytes()).hexdigest() for source in SOURCES},
            "answer_in_the_first_1_2_3_sentences": {
                "training questions, by a rule fitted without their passage": held_out(asked, [k.gold for k in known]),
            },
            "on_questions_that_no_weight_was_fitted_on": {
                "SQuAD 2.0, development half": measured(squad_index(), squad(), rule),
                "MultiHop-RAG, inference questions, development half": measured(multihop_index(), inference(), rule),
            },
            "limits": "English; encyclopaedia and search questions, little news; says which sentence, "
            "not whether the articles answer at all; signals were chosen with a look at the last two sets",
        },
    }  # fmt: skip
    written = json.dumps(card, indent=2, ensure_ascii=False)
    path.write_text(written + "\n")
    return written
