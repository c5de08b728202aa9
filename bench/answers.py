"""Extractive answers on SQuAD: the gold string in the first sentences, and refusals when the article is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bench.data import Case, multihop, multihop_index, squad, squad_index
from bench.figures import contains, mean_interval
from bench.near_misses import near_miss_index, near_misses
from bench.removed import Holdings
from byline.answer.answerer import ExtractiveAnswerer
from byline.answer.extract import extract
from byline.answer.refuse import calibrated
from byline.build import Desk, open_desk
from byline.retrieve.search import Searches
from byline.retrieve.understand import understand
from byline.types import Question

Signals = dict[str, float]
Found = list[tuple[str, Signals]]
"""(group of the question, its refusal signals)"""


def signals(desk: Desk, case: Case) -> tuple[Signals, list[str]]:
    """The refusal signals, and the sentences that would be shown."""
    question = understand(case.question)
    hits = desk.searcher.search(question, 10)
    candidates, found = desk.extractive.evidence(question, hits)
    return found, [sentence.text for sentence in extract(candidates, question.standalone)]


def first_sentences(desk: Desk, cases: Sequence[Case]) -> str:
    """Gold string in the first one, two, three sentences: as shown, and as chosen when nothing were refused."""
    rule = calibrated()
    found = [signals(desk, case) for case in cases]
    chosen = [sentences for _, sentences in found]
    shown = [[] if rule.judge(evidence).reason else sentences for evidence, sentences in found]
    groups = [case.group for case in cases]
    lines = ["| gold string in | as shown | refusals aside |", "|---|---|---|"]
    for count in (1, 2, 3):
        cells = []
        for said in (shown, chosen):
            right = [float(contains(" \n ".join(s[:count]), c.answers)) for s, c in zip(said, cases, strict=True)]
            mean, low, high = mean_interval(right, groups)
            cells.append(f"{mean:.3f} [{low:.3f}, {high:.3f}]")
        lines.append(f"| the first {count} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def evidence(answerer: ExtractiveAnswerer, searcher: Searches, cases: Sequence[Case], limit: int = 10) -> Found:
    found = []
    for case in cases:
        question = understand(case.question)
        with searcher.lease() as leased:
            hits = leased.search(question, limit)
        found.append((case.group, answerer.evidence(question, hits)[1]))
    return found


def squad_three_ways() -> tuple[Found, Found, Found]:
    """Signals of every answerable question with its article and without, and of the near misses among the rest."""
    cases = squad()
    with open_desk(squad_index()) as desk:
        holdings = Holdings(desk)
        everything = holdings.searcher()
        with_all = ExtractiveAnswerer(desk.library, everything, calibrated())
        inside, near = (evidence(with_all, everything, asked) for asked in (cases, squad(answerable=False)))
        removed: Found = []
        for title in sorted({case.group for case in cases}):
            others = holdings.searcher(without=f"{title}#")
            without = ExtractiveAnswerer(desk.library, others, calibrated())
            removed += evidence(without, others, [case for case in cases if case.group == title])
    return inside, removed, near


def answerable_and_null() -> tuple[Found, Found]:
    """Signals of MultiHop-RAG's answerable questions, and of its `null_query` ones."""
    null = [replace(case, group=case.id) for case in multihop(answerable=False)]  # their answers are all the same
    with open_desk(multihop_index()) as desk:
        inside, outside = (evidence(desk.extractive, desk.searcher, cases) for cases in (multihop(), null))
    return inside, outside


def answerable_and_near_misses() -> tuple[Found, Found]:
    """Signals of training questions about an index of the few sentences that they were asked about."""
    answerable, missed = near_misses()
    with open_desk(near_miss_index()) as desk:
        inside, outside = (evidence(desk.extractive, desk.searcher, asked) for asked in (answerable, missed))
    return inside, outside


def refusals() -> str:
    """With the shipped rule: how many are refused of those that the articles answer, and of those they do not."""
    rule = calibrated()
    (inside, removed, near), (news, null) = squad_three_ways(), answerable_and_null()
    asked = {
        "SQuAD, answerable": inside,
        "SQuAD, article removed": removed,
        "SQuAD, near miss": near,
        "MultiHop-RAG, answerable": news,
        "MultiHop-RAG, `null_query`": null,
    }
    lines = ["| questions | refused | of them as related |", "|---|---|---|"]
    for name, found in asked.items():
        reasons = [rule.judge(s).reason for _, s in found]
        mean, low, high = mean_interval(
            [float(reason is not None) for reason in reasons], [group for group, _ in found]
        )
        related = reasons.count("related_only") / max(1, len(reasons) - reasons.count(None))
        lines.append(f"| {name} ({len(found)}) | {mean:.3f} [{low:.3f}, {high:.3f}] | {related:.2f} |")
    return "\n".join(lines)


def exact_slices(desk: Desk, questions: Sequence[str], count: int, seed: int = 13) -> tuple[int, int]:
    """(quotes that are exact slices of their article's text, quotes), over the answers to `count` of these."""
    exact = total = 0
    order = np.random.default_rng(seed).permutation(len(questions))[:count]
    for place in order:
        answer = desk.answerer.answer(Question(questions[place], questions[place]))
        quotes = [quote for sentence in answer.sentences for quote in sentence.quotes]
        texts = desk.library.article_texts([quote.passage.article.id for quote in quotes])
        total += len(quotes)
        exact += sum(texts[quote.passage.article.id][quote.start : quote.end] == quote.text for quote in quotes)
    return exact, total


def spans(count: int = 1000) -> str:
    """Over random MultiHop-RAG questions: how many quotes are exact slices of their article."""
    with open_desk(multihop_index()) as desk:
        questions = [case.question for case in (*multihop(), *multihop(answerable=False))]
        exact, total = exact_slices(desk, questions, count)
    return f"{exact} of {total} quotes over {count} random questions are exact slices of their article's text."


def report() -> str:
    with open_desk(squad_index()) as desk:
        sentences = first_sentences(desk, squad())
    return "\n\n".join(
        ["### Extractive answers, SQuAD", sentences, "### Refusals", refusals(), "### Spans, MultiHop-RAG", spans()]
    )
