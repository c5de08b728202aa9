"""Where the CPU time of a sync and of a warm question goes, by stage, as cProfile sees it.

cProfile makes Python calls dearer than what they call into: read the shares, not the seconds. Only the thread that asks
is watched, so syncing runs on one.
"""

from __future__ import annotations

import cProfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import rmtree
from types import CodeType

from bench.data import WORK
from bench.questions import WARM_UP, questions
from bench.speed import article_lines
from byline.build import open_desk, open_synchronizer
from byline.ingest.source import sync_source
from byline.settings import Settings
from byline.types import Question

FOLDER = WORK / "profile"

# stage → functions, as (file, name); what is listed is counted with all that it calls
SYNC = {
    "read articles": [("ingest/rows.py", "_read_line")],
    "split into passages": [("ingest/passages.py", "split")],
    "word pieces": [("models/late.py", "_read")],
    "onnxruntime": [("models/onnx_runtime.py", "forward")],
    "Chroma": [("library/vectors.py", "__init__"), ("library/vectors.py", "add"), ("library/vectors.py", "close")],
    "tantivy and its terms": [("library/lexical.py", "add"), ("library/lexical.py", "close")],
    "library.db": [
        ("library/database.py", name)
        for name in ("stage", "passages_of", "copy_vectors", "embedded", "store_vectors", "passage_vectors", "publish")
    ],
}
QUESTION = {
    "understand": [("retrieve/understand.py", "understand")],
    "word pieces": [("models/late.py", "_read")],
    "onnxruntime": [("models/onnx_runtime.py", "forward")],
    "dense candidates": [("library/vectors.py", "search")],
    "BM25 candidates": [("library/lexical.py", "search")],
    "sentence vectors": [("library/database.py", "live_sentence_vectors")],
    "passages": [("library/database.py", "live_passages")],
    "edition": [("library/database.py", "edition")],
    "fuse": [("retrieve/fuse.py", "fuse")],
    "fold and cap": [("retrieve/select.py", "select")],
    "weigh sentences": [("answer/weigh.py", "weigh")],
    "signals for refusing": [("answer/refuse.py", "features")],
}
Stages = Mapping[str, list[tuple[str, str]]]


def report() -> str:
    rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    source = FOLDER / "articles.jsonl"
    source.write_bytes(b"".join(article_lines(quick=True)))
    settings = Settings(index=FOLDER / "index", threads=1)
    with open_synchronizer(settings) as synchronizer:
        syncing = profiled(lambda: sync_source(synchronizer, source), SYNC)
    with open_desk(settings) as desk:

        def ask(texts: list[str]) -> None:
            for text in texts:
                desk.answerer.answer(Question(text, text))

        ask(questions()[:WARM_UP])
        asked = questions()[WARM_UP:]
        asking = profiled(lambda: ask(asked), QUESTION)
    count = len(source.read_bytes().splitlines())
    return f"### Profile, sync of {count} articles\n\n{syncing}\n\n### Profile, {len(asked)} warm questions\n\n{asking}"


def profiled(call: Callable[[], object], stages: Stages) -> str:
    watch = cProfile.Profile(time.process_time)
    watch.runcall(call)
    found = watch.getstats()
    whole = sum(entry.inlinetime for entry in found)
    with_calls = {place: entry.totaltime for entry in found if (place := _place(entry.code))}
    spent = {stage: sum(with_calls.get(place, 0.0) for place in places) for stage, places in stages.items()}
    spent["everything else"] = whole - sum(spent.values())
    lines = [f"| {stage} | {seconds:.2f} | {seconds / whole:.0%} |" for stage, seconds in spent.items()]
    return "\n".join(["| stage | CPU-s | share |", "|---|---|---|", *lines, f"| all | {whole:.2f} | |"])


def _place(code: CodeType | str) -> tuple[str, str] | None:
    """(folder/file, function); None for what is written in C."""
    return None if isinstance(code, str) else ("/".join(Path(code.co_filename).parts[-2:]), code.co_name)
