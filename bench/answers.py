"""Extractive answers on SQuAD: the gold string in the first sentences, and refusals when the article is not there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.data import WORK, Case, indexed, squad, squad_articles, squad_index
from bench.figures import contains, mean_interval
from byline.answer.extract import extract
from byline.build import Desk, open_desk
from byline.retrieve.understand import understand
from byline.types import Question

Signals = dict[str, float]


def signals(desk: Desk, case: Case) -> tuple[Signals, list[str]]:
    """The refusal signals, and the sentences that would be shown."""
    question = understand(case.question)
    hits = desk.searcher.search(question, 10)
    candidates, found = desk.answerer.evidence(question, hits)
    return found, [sentence.text for sentence in extract(candidates)]


def first_sentences(desk: Desk, cases: Sequence[Case]) -> str:
    """Gold string in the first one, two, three sentences, refusals not counted as refusals."""
    lines = ["| gold string in | share |", "|---|---|"]
    said = [signals(desk, case)[1] for case in cases]
    groups = [case.group for case in cases]
    for count in (1, 2, 3):
        right = [float(contains(" \n ".join(s[:count]), c.answers)) for s, c in zip(said, cases, strict=True)]
        mean, low, high = mean_interval(right, groups)
        lines.append(f"| the first {count} | {mean:.3f} [{low:.3f}, {high:.3f}] |")
    return "\n".join(lines)


def answerable_and_removed() -> tuple[list[tuple[str, Signals]], list[tuple[str, Signals]]]:
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


def refusals() -> str:
    """With the shipped rule: answerable questions refused, and questions whose article was removed refused."""
    from byline.answer.refuse import calibrated

    rule = calibrated()
    inside, outside = answerable_and_removed()
    lines = ["| questions | refused |", "|---|---|"]
    for name, found in {"answerable": inside, "article removed": outside}.items():
        mean, low, high = mean_interval([float(rule.refuses(s)) for _, s in found], [title for title, _ in found])
        lines.append(f"| {name} ({len(found)}) | {mean:.3f} [{low:.3f}, {high:.3f}] |")
    return "\n".join(lines)


def exact_slices(desk: Desk, questions: Sequence[str], seed: int = 13) -> tuple[int, int]:
    """(quotes that are exact slices of their article's text, quotes), over the answers to these questions."""
    exact = total = 0
    order = np.random.default_rng(seed).permutation(len(questions))
    for place in order:
        answer = desk.answerer.answer(Question(questions[place], questions[place]))
        quotes = [quote for sentence in answer.sentences for quote in sentence.quotes]
        texts = desk.library.article_texts([quote.passage.article.id for quote in quotes])
        total += len(quotes)
        exact += sum(texts[quote.passage.article.id][quote.start : quote.end] == quote.text for quote in quotes)
    return exact, total


def report() -> str:
    with open_desk(squad_index()) as desk:
        sentences = first_sentences(desk, squad())
    return f"### Extractive answers, SQuAD\n\n{sentences}\n\n### Refusals, SQuAD\n\n{refusals()}"
