"""Five hundred right sentences with one defect each: how many of every kind are found, and how many right ones struck.

The right ones are sentences of the demo corpus, of MultiHop-RAG's news and of SQuAD's paragraphs, verbatim or lightly
compressed, and answers of RAGTruth with nothing labelled in them. Each is checked against its own passage, with two
others of the same set beside it; for "citation moved" against those two others alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench.data import ROOT, SHARED, rows
from bench.figures import mean_interval
from bench.planted import DEFECTS, compressed, sentences_of
from bench.ragtruth import labelled
from byline.answer.check import SupportChecker
from byline.answer.given import evidence_of
from byline.ingest.text.sentences import sentence_spans
from byline.models.embed import load_embedder
from byline.protocols import Checker, Embedder, Evidence
from byline.types import Sentence

SEED, EACH = 20261122, 125
MOVED, POINTED = "citation moved to another passage", "quotes come from the right passage"
RIGHT = "right sentences struck"


@dataclass(frozen=True, slots=True)
class Right:
    """A right sentence, its own passage first in `evidence`; `kind` says where it comes from."""

    text: str
    kind: str
    source: str
    evidence: list[Evidence]

    @property
    def passage(self) -> str:
        return " ".join(one.passage.text for one in self.own)

    @property
    def own(self) -> list[Evidence]:
        return [one for one in self.evidence if one.passage.article.id == "0"]

    @property
    def others(self) -> list[Evidence]:
        return [one for one in self.evidence if one.passage.article.id != "0"]


@dataclass
class Tally:
    """1 for each that was as it should be."""

    found: dict[str, list[float]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, happened: bool, group: str) -> None:
        self.found.setdefault(name, []).append(float(happened))
        self.groups.setdefault(name, []).append(group)

    def shown(self) -> dict[str, Any]:
        return {name: {"n": len(of), "share": _three(of, self.groups[name])} for name, of in self.found.items()}


def report(each: int = EACH) -> str:
    """JSON: of every kind of defect how many sentences had it planted, and the share found, with 95 % intervals."""
    return json.dumps(measure(each), indent=2, ensure_ascii=False)


def measure(each: int = EACH, kinds: Sequence[str] | None = None) -> dict[str, Any]:
    embedder = load_embedder()
    checker = SupportChecker(embedder)
    tally = Tally()
    for right in rights(each, embedder, kinds):
        judge(checker, right, tally, Random(f"{SEED} {right.text}"))
    return tally.shown()


def judge(checker: Checker, right: Right, tally: Tally, chance: Random) -> None:
    sound = checker.check(right.text, right.evidence)
    tally.add(RIGHT, not sound.supported, right.source)
    tally.add(f"{RIGHT}: {right.kind}", not sound.supported, right.source)
    for name, plant in DEFECTS.items():
        wrong = plant(right.text, right.passage, chance)
        if wrong is not None:
            tally.add(name, not checker.check(wrong, right.evidence).supported, right.source)
    if right.others:
        tally.add(MOVED, not checker.check(right.text, right.others).supported, right.source)
        pointed = checker.check(right.text, right.evidence, hints=[len(right.evidence) - 1])
        tally.add(POINTED, _from_own(pointed), right.source)


def _from_own(sentence: Sentence) -> bool:
    return bool(sentence.quotes) and sentence.quotes[0].passage.article.id == "0"


def rights(each: int, embedder: Embedder, kinds: Sequence[str] | None = None) -> Iterator[Right]:
    """`each` of every kind, chosen by a fixed seed; one sentence of a text, so that texts are groups."""
    for kind, texts in _texts().items():
        if kinds and kind not in kinds:
            continue
        chance = Random(f"{SEED} {kind}")
        order = list(texts)
        chance.shuffle(order)
        for number in range(each):
            text = order[number % len(order)]
            others = [order[(number + shift) % len(order)] for shift in (1, 2)]
            made = _right(kind, text, others, embedder, chance)
            if made:
                yield made


def _right(
    kind: str, text: tuple[str, str], others: list[tuple[str, str]], embedder: Embedder, chance: Random
) -> Right | None:
    passage, written = text
    sources = [passage] if kind == "RAGTruth" else [passage, *(other[0] for other in others)]
    evidence = evidence_of(sources, embedder)
    own = [one.passage for one in evidence if one.passage.article.id == "0"]
    if written:
        choice = sentences_of(written, [(s.start, s.end) for s in sentence_spans(written)])
    else:
        choice = [
            s for p in own for s in sentences_of(p.text, [(x.start - p.start, x.end - p.start) for x in p.sentences])
        ]
    if not choice:
        return None
    sentence = chance.choice(choice)
    return Right(
        compressed(sentence) if chance.random() < 0.5 and not written else sentence, kind, passage[:40], evidence
    )


def _texts() -> dict[str, list[tuple[str, str]]]:
    """(passage, the text that a sentence is taken of, or "" for the passage itself)."""
    corpus = [path.read_text("utf-8").split("---", 2)[-1] for path in sorted((ROOT / "corpus").glob("*-*.md"))]
    paragraphs = [part for text in corpus for part in _parts(text)]
    news = [part for row in rows(SHARED / "multihop_rag" / "articles.jsonl") for part in _parts(row["text"])[:2]]
    squad = [row["text"] for row in rows(SHARED / "squad2" / "paragraphs.jsonl")]
    clean = [
        (answer.context, answer.text) for task in ("summary",) for answer in labelled(task) if not answer.hallucinated
    ]
    plain = {"demo corpus": paragraphs, "MultiHop-RAG": news, "SQuAD": squad}
    return {kind: [(text, "") for text in dict.fromkeys(texts)] for kind, texts in plain.items()} | {"RAGTruth": clean}


def _parts(text: str, size: int = 900) -> list[str]:
    """Paragraphs in a row, as long as a passage."""
    parts, part = [], ""
    for paragraph in text.split("\n"):
        if len(part) + len(paragraph) > size and part:
            parts.append(part)
            part = ""
        if not paragraph.startswith("#"):
            part = f"{part}\n{paragraph}".strip()
    return [one for one in [*parts, part] if len(one) > 200]


def _three(values: Sequence[float], groups: Sequence[str]) -> list[float]:
    return [round(value, 4) for value in mean_interval(values, groups)]
