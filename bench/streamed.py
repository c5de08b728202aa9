"""Recorded answers of six models (RAGTruth, QA and news) through all that a written answer goes through, word by word.

Which of their sentences are kept and struck, beside what people labelled as invented. No model runs. What is struck for
having other words than the source is "Sure!" and "Here is a summary:" for the most part, which nobody labelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bench.ragtruth import TASKS, Labelled, given, labelled
from byline.answer.check import SupportChecker
from byline.answer.cleaned import cleaned
from byline.answer.cut import Cutter
from byline.answer.judge import ELSEWHERE, Judge
from byline.models.embed import load_embedder
from byline.types import Sentence

ANSWERS = 120
"""Of each task, evenly from its development part."""

_WORD = re.compile(r"\S+\s*|\s+")


def report() -> str:
    embedder = load_embedder()
    checker = SupportChecker(embedder)
    lines = ["## Recorded answers, streamed through cut, clean, judge", ""]
    lines += ["| answers | sentences | of the invented struck | of the others struck | of these for other words |"]
    lines += ["|---|---|---|---|---|"]
    for task in TASKS:
        rows = labelled(task)
        chosen = rows[:: max(1, len(rows) // ANSWERS)][:ANSWERS]
        found: list[tuple[bool, Sentence]] = []
        for answer, evidence in given(chosen, embedder):
            judge = Judge(checker, evidence, "nonce-of-nothing")
            for raw, invented in _sentences(answer):
                made = cleaned(raw)
                if any(map(str.isalnum, made.text)):
                    found.append((invented, judge.judge(raw, made)))
        bad = [sentence for invented, sentence in found if invented]
        good = [sentence for invented, sentence in found if not invented]
        other = sum(sentence.faults == (ELSEWHERE,) for sentence in good)
        lines.append(f"| {task}, {len(chosen)} | {len(found)} | {_share(bad)} | {_share(good)} | {other} |")
    return "\n".join(lines)


def _share(sentences: list[Sentence]) -> str:
    struck = sum(not sentence.supported for sentence in sentences)
    return f"{struck} of {len(sentences)} ({struck / max(1, len(sentences)):.0%})"


def _sentences(answer: Labelled) -> Iterator[tuple[str, bool]]:
    """As they are cut from the stream, and whether one of their words was labelled."""
    cutter, at = Cutter(), 0
    pieces = _WORD.findall(answer.text)
    for raw in (*(sentence for piece in pieces for sentence in cutter.feed(piece)), *cutter.finish()):
        start = answer.text.index(raw, at)
        at = start + len(raw)
        spans = zip(answer.sentences, answer.invented, strict=True)
        yield raw, any(invented for span, invented in spans if span.start < at and start < span.end)
