"""RAGTruth's development part: answers of six models, cut into sentences, with the words that no source carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bench.data import SHARED, rows
from byline.answer.given import evidence_of
from byline.ingest.text.sentences import sentence_spans
from byline.protocols import Embedder, Evidence
from byline.types import Span

TASKS = ("qa", "summary")
FILES = {task: SHARED / "ragtruth" / f"{task}_dev.jsonl" for task in TASKS}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One answer: its sentences, and which of them have labelled words in them. `source` groups answers."""

    id: str
    task: str
    source: str
    text: str
    sentences: tuple[Span, ...]
    invented: tuple[bool, ...]
    context: str

    @property
    def hallucinated(self) -> bool:
        return any(self.invented)


def labelled(task: str) -> list[Labelled]:
    return [_labelled(row, task) for row in rows(FILES[task])]


def _labelled(row: Mapping[str, object], task: str) -> Labelled:
    text, context = str(row["output"]), str(row["context"])
    spans = tuple(sentence_spans(text))
    marked = [(int(one["start"]), int(one["end"])) for one in row["labels"]]  # type: ignore[attr-defined]
    invented = tuple(any(start < span.end and span.start < end for start, end in marked) for span in spans)
    source = sha256(context.encode()).hexdigest()[:12]
    return Labelled(str(row["id"]), task, source, text, spans, invented, context)


def given(answers: Sequence[Labelled], embedder: Embedder) -> Iterator[tuple[Labelled, list[Evidence]]]:
    """Each answer with the passages of its source, embedded once for all answers from it."""
    kept: dict[str, list[Evidence]] = {}
    for answer in answers:
        if answer.source not in kept:
            kept[answer.source] = evidence_of([answer.context], embedder)
        yield answer, kept[answer.source]
