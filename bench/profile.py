"""Where the CPU time of a sync and of a warm question goes, by stage, as cProfile sees it.

cProfile makes Python calls dearer than what they call into: read the order of the shares, not the seconds (`speed` has
those). It watches the thread that asks only, so syncing runs on one.
"""

from __future__ import annotations

import cProfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from shutil import rmtree
from types import CodeType, FunctionType

from onnxruntime import InferenceSession

from bench.data import WORK
from bench.questions import WARM_UP, questions
from bench.speed import article_lines
from byline.answer.refuse import signals
from byline.answer.weigh import weigh
from byline.build import open_desk, open_synchronizer
from byline.ingest.formats.rows import article_from_row
from byline.ingest.source import sync_source
from byline.ingest.text.passages import split
from byline.library.database import Library
from byline.library.lexical import TantivyLexical
from byline.library.vectors import ChromaVectors
from byline.models.late import LateEmbedder
from byline.retrieve.fuse import fuse
from byline.retrieve.select import select
from byline.retrieve.understand import understand
from byline.settings import Settings
from byline.types import Question

FOLDER = WORK / "profile"

Calls = Sequence[Callable[..., object]]
# stage → what it calls; all that is called from there counts
SYNC: Mapping[str, Calls] = {
    "read articles": [article_from_row],
    "split into passages": [split],
    "embed": [LateEmbedder.embed_passages],
    "Chroma": [ChromaVectors.__init__, ChromaVectors.add, ChromaVectors.close],
    "tantivy and its terms": [TantivyLexical.add, TantivyLexical.close],
    "library.db": [
        Library.stage, Library.held_passages_of, Library.copy_vectors, Library.embedded, Library.store_vectors,
        Library.passage_vectors, Library.publish,
    ],
}  # fmt: skip
QUESTION: Mapping[str, Calls] = {
    "understand": [understand],
    "embed": [LateEmbedder.embed_query],
    "dense candidates": [ChromaVectors.search],
    "BM25 candidates": [TantivyLexical.search],
    "sentence vectors": [Library.live_sentence_vectors],
    "passages": [Library.live_passages],
    "edition": [Library.edition],
    "fuse": [fuse],
    "fold and cap": [select],
    "weigh sentences": [weigh],
    "signals for refusing": [signals],
}


def report() -> str:
    rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    source = FOLDER / "articles.jsonl"
    source.write_bytes(b"".join(article_lines(quick=True)))
    settings = Settings(index=FOLDER / "index", threads=1)
    with open_synchronizer(settings) as synchronizer:
        syncing = profiled(lambda: sync_source(synchronizer, source), SYNC)
    return "\n\n".join(
        ["### Profile, sync of 61 articles", syncing, "### Profile, 200 warm questions", _asking(settings.index)]
    )


def _asking(index: Path) -> str:
    asked = questions()
    with open_desk(Settings(index=index)) as desk:

        def ask(texts: Sequence[str]) -> None:
            for text in texts:
                desk.answerer.answer(Question(text, text))

        ask(asked[:WARM_UP])
        return profiled(lambda: ask(asked[WARM_UP:]), QUESTION)


def profiled(call: Callable[[], object], stages: Mapping[str, Calls]) -> str:
    watch = cProfile.Profile(time.process_time)
    watch.runcall(call)
    entries = watch.getstats()
    whole = sum(entry.inlinetime for entry in entries)
    took = {entry.code: entry.totaltime for entry in entries}
    spent = {stage: sum(took.get(_code(function), 0.0) for function in calls) for stage, calls in stages.items()}
    spent["everything else"] = whole - sum(spent.values())
    model = took.get(_code(InferenceSession.run), 0.0)
    lines = [f"| {stage} | {seconds:.2f} | {seconds / whole:.0%} |" for stage, seconds in spent.items()]
    lines += [f"| all | {whole:.2f} | |", f"| of it onnxruntime, in “embed” | {model:.2f} | {model / whole:.0%} |"]
    return "\n".join(["| stage | CPU-s | share |", "|---|---|---|", *lines])


def _code(function: Callable[..., object]) -> CodeType:
    assert isinstance(function, FunctionType)
    return function.__code__
