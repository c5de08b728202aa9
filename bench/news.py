"""MultiHop-RAG: is the evidence found, all of it; is what no article answers refused; is the answer there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bench.asked import Asked, Ranked, ask
from bench.data import SHARED, Case, multihop, multihop_index, rows
from bench.digests import digest_of
from bench.figures import contains, evidence_scores
from bench.peer_retrieval import retrieved
from bench.retrieval import rankings
from bench.summary import PRODUCT, Figure, Measured, figure
from byline.build import open_desk

FOLDER = SHARED / "multihop_rag"
NAME = "MultiHop-RAG"
GOALS = {"all-evidence@10": 0.40, "Hits@10": 0.93, "article recall@10": 0.84, "MRR@10": None}


def measure() -> Measured:
    answerable, null = multihop(), multihop(answerable=False)
    with open_desk(multihop_index()) as desk:
        asked, silent = ask(desk, answerable), ask(desk, null)
        bm25 = rankings(desk)["BM25"]
        lexical: list[Ranked] = [tuple((p.article.id, p.text) for p in bm25(case.question)) for case in answerable]
    found, absent = retrieved("multihop", FOLDER / "articles.jsonl", [case.question for case in answerable])
    systems: dict[str, Sequence[Ranked]] = {PRODUCT: [one.found for one in asked], "BM25": lexical, **found}
    figures = (*_retrieval(answerable, systems), *_refusals(asked, silent), *_answers(asked))
    return Measured(NAME, digest_of(FOLDER), figures, absent)


def _retrieval(cases: Sequence[Case], systems: Mapping[str, Sequence[Ranked]]) -> list[Figure]:
    scores = {
        system: [evidence_scores(case.facts, case.gold, found) for case, found in zip(cases, ranked, strict=True)]
        for system, ranked in systems.items()
    }
    groups = [case.group for case in cases]
    return [
        figure(f"{NAME}: {name}", {s: [one[name] for one in scores[s]] for s in scores}, groups, goal=goal)
        for name, goal in GOALS.items()
    ]


def _refusals(asked: Sequence[Asked], silent: Sequence[Asked]) -> list[Figure]:
    """`null_query` ones share one answer, so each stands for itself."""
    null, inside = ([float(not one.answer.answered) for one in part] for part in (silent, asked))
    return [
        figure(f"{NAME}: `null_query` refused", {PRODUCT: null}, [one.case.id for one in silent], goal=0.90),
        figure(
            f"{NAME}: answerable refused", {PRODUCT: inside}, [one.case.group for one in asked], goal=0.05, at_most=True
        ),
    ]


def _answers(asked: Sequence[Asked]) -> list[Figure]:
    """Only of inference questions: the others ask for a yes or no, which no quoted sentence is. The baseline always
    gives the most frequent answer.
    """
    kinds = question_types()
    mine = [one for one in asked if kinds[one.case.id] == "inference_query"]
    most = Counter(one.case.group for one in mine).most_common(1)[0][0]
    values = {
        PRODUCT: [float(contains(one.said, one.case.answers)) for one in mine],
        "most frequent answer": [float(one.case.group == most) for one in mine],
    }
    groups = [one.case.group for one in mine]
    return [figure(f"{NAME}: gold in the answer, inference", values, groups, goal=0.50)]


def question_types() -> dict[str, str]:
    return {row["id"]: row["question_type"] for row in rows(FOLDER / "questions_dev.jsonl")}
