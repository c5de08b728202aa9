"""Extractive answers on SQuAD: the gold string in the first sentences, and refusals when the article is not there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.data import WORK, Case, indexed, multihop, multihop_index, squad, squad_articles, squad_index
from bench.figures import contains, mean_interval
from byline.answer.extract import extract
from byline.answer.refuse import calibrated
from byline.build import Desk, open_desk
from byline.retrieve.understand import understand
from byline.types import Question

Signals = dict[str, float]
Found = list[tuple[str, Signals]]
"""(group of the question, its refusal signals)"""


def signals(desk: Desk, case: Case) -> tuple[Signals, list[str]]:
    """The refusal signals, and the sentences that would be shown."""
    question = understand(case.question)
    hits = desk.searcher.search(question, 10)
    candidates, found = desk.answerer.evidence(question, hits)
    return found, [sentence.text for sentence in extract(candidates, question.standalone)]


def first_sentences(desk: Desk, cases: Sequence[Case]) -> str:
    """Gold string in the first one, two, three sentences: as shown, and as chosen when nothing were refused."""
    rule = calibrated()
    found = [signals(desk, case) for case in cases]
    chosen = [sentences for _, sentences in found]
    shown = [[] if rule.refuses(evidence) else sentences for evidence, sentences in found]
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


def answerable_and_removed() -> tuple[Found, Found]:
    """Signals of every answerable question, with its article in the index and, after a real sync, without it."""
    cases = squad()
    with open_desk(squad_index()) as desk:
        inside = [(case.group, signals(desk, case)[0]) for case in cases]
    outside = []
    for title in sorted({case.group for case in cases}):
        settings = indexed("squad-removed", squad_articles(WORK / "removed.jsonl", without=title))
        with open_desk(settings) as desk:
            mine = [case for case in cases if case.group == title]
            held = desk.library.article_texts([case.gold[0] for case in mine])
            if held:
                raise AssertionError(f"{title} should be gone, {len(held)} of its paragraphs are live")
            outside += [(title, signals(desk, case)[0]) for case in mine]
    return inside, outside


def answerable_and_null() -> tuple[Found, Found]:
    """Signals of MultiHop-RAG's answerable questions, and of its `null_query` ones."""
    with open_desk(multihop_index()) as desk:
        inside = [(case.group, signals(desk, case)[0]) for case in multihop()]
        outside = [(case.id, signals(desk, case)[0]) for case in multihop(answerable=False)]
    return inside, outside


def refusals() -> str:
    """With the shipped rule: how many are refused of those that the articles answer, and of those they do not."""
    rule = calibrated()
    removed, null = answerable_and_removed(), answerable_and_null()
    asked = {
        "SQuAD, answerable": removed[0],
        "SQuAD, article removed": removed[1],
        "MultiHop-RAG, answerable": null[0],
        "MultiHop-RAG, `null_query`": null[1],
    }
    lines = ["| questions | refused |", "|---|---|"]
    for name, found in asked.items():
        mean, low, high = mean_interval([float(rule.refuses(s)) for _, s in found], [group for group, _ in found])
        lines.append(f"| {name} ({len(found)}) | {mean:.3f} [{low:.3f}, {high:.3f}] |")
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
