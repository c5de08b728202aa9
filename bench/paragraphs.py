"""SQuAD 2.0 paragraphs: is the right one first, is the answer in the first sentences, is a near miss told apart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources

from bench.asked import Asked, Ranked, ask
from bench.data import SHARED, WORK, Case, squad, squad_articles, squad_index
from bench.digests import digest_of
from bench.figures import Scores, area_interval, contains, paragraph_scores
from bench.peer_retrieval import retrieved
from bench.retrieval import rankings
from bench.summary import PRODUCT, Figure, Measured, figure
from byline.build import Desk, open_desk

NAME = "SQuAD"
Systems = dict[str, Sequence[Ranked]]


def measure() -> Measured:
    cases, misses = squad(), squad(answerable=False)
    with open_desk(squad_index()) as desk:
        asked, near, systems = put(desk, cases, misses)
    found, absent = retrieved("squad", squad_articles(WORK / "squad.jsonl"), [case.question for case in cases])
    return Measured(NAME, digest_of(SHARED / "squad2"), tuple(figures(NAME, asked, near, systems | found)), absent)


def put(desk: Desk, cases: Sequence[Case], misses: Sequence[Case]) -> tuple[list[Asked], list[Asked], Systems]:
    """The answers to both halves, and what the product and BM25 find for the first."""
    asked, near = ask(desk, cases), ask(desk, misses)
    bm25 = rankings(desk)["BM25"]
    lexical = [tuple((p.article.id, p.text) for p in bm25(case.question)) for case in cases]
    return asked, near, {PRODUCT: [one.found for one in asked], "BM25": lexical}


def figures(name: str, asked: Sequence[Asked], near: Sequence[Asked], systems: Systems) -> list[Figure]:
    return [*_ranks(name, asked, systems), *_sentences(name, asked), *_near_misses(name, asked, near)]


def _ranks(name: str, asked: Sequence[Asked], systems: Systems) -> list[Figure]:
    groups = [one.case.group for one in asked]
    scores: dict[str, list[Scores]] = {}
    for system, ranked in systems.items():
        articles = [list(dict.fromkeys(article for article, _ in found)) for found in ranked]
        scores[system] = [paragraph_scores(o.case.gold[0], a) for o, a in zip(asked, articles, strict=True)]
    values = {metric: {s: [one[metric] for one in scores[s]] for s in scores} for metric in ("MRR@10", "R@1")}
    mine, theirs = values["MRR@10"][PRODUCT], values["MRR@10"]["BM25"]
    above = [one - other for one, other in zip(mine, theirs, strict=True)]
    return [
        figure(f"{name}: MRR@10", values["MRR@10"], groups),
        figure(f"{name}: MRR@10 above BM25's", {PRODUCT: above}, groups, goal=0.035),
        figure(f"{name}: R@1", values["R@1"], groups),
    ]


def _sentences(name: str, asked: Sequence[Asked]) -> list[Figure]:
    """As shown: what is refused shows nothing."""
    groups = [one.case.group for one in asked]
    return [
        figure(
            f"{name}: gold in the first {'sentence' if count == 1 else 'two'}",
            {PRODUCT: [float(contains(one.first(count), one.case.answers)) for one in asked]},
            groups,
            goal=goal,
        )
        for count, goal in ((1, 0.77), (2, 0.87))
    ]


def _near_misses(name: str, asked: Sequence[Asked], near: Sequence[Asked]) -> list[Figure]:
    """`confidence` through the product is of a rule that may have seen these questions; the rate by titles left out is
    what its card says.
    """
    both, labels = [*asked, *near], [1.0] * len(asked) + [0.0] * len(near)
    groups = [one.case.group for one in both]
    confidence = area_interval(labels, [one.answer.confidence for one in both], groups)
    similarity = area_interval(labels, [one.similarity for one in both], groups)
    found = [
        Figure(
            f"{name}: AUROC of confidence, unanswerable half",
            {PRODUCT: confidence, "similarity alone": similarity},
            len(both),
        )
    ]
    if (left_out := _left_out()) is not None:
        cells = {PRODUCT: (left_out,) * 3, "similarity alone": similarity}
        found.append(Figure(f"{name}: AUROC by titles left out (card)", cells, len(both), goal=0.72))
    refused = {part: [float(not one.answer.answered) for one in those] for part, those in (("a", asked), ("n", near))}
    inside, outside = ([one.case.group for one in part] for part in (asked, near))
    return [
        *found,
        figure(f"{name}: unanswerable refused", {PRODUCT: refused["n"]}, outside),
        figure(f"{name}: answerable refused", {PRODUCT: refused["a"]}, inside, goal=0.05, at_most=True),
    ]


def _left_out() -> float | None:
    """What the card of the refusal rule reports of near misses, on titles it was not fitted on; None without one."""
    card = json.loads(resources.files("byline.answer").joinpath("refusal.json").read_text())["card"]
    found = card["on_questions_it_was_not_fitted_on"]
    return next((float(rates["auroc"]) for name, rates in found.items() if "near" in name.lower()), None)
