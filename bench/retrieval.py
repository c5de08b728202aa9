"""What each part of retrieval adds: BM25, dense, fused, and the product's hits, over the same passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.data import Case, multihop, multihop_index, squad, squad_index
from bench.figures import Scores, evidence_scores, paragraph_scores, table
from byline.build import Desk, open_desk
from byline.models.terms import query_terms
from byline.retrieve.fuse import fuse
from byline.retrieve.understand import understand
from byline.types import Passage

DEPTH = 50
Ranking = Callable[[str], Sequence[Passage]]
Score = Callable[[Case, Sequence[Passage]], Scores]


def rankings(desk: Desk) -> dict[str, Ranking]:
    """The systems: question → its ten best passages."""
    with desk.searcher.lease() as searcher:
        indexes = searcher.opened

    def cut(scores: dict[str, float]) -> list[Passage]:
        best = sorted(scores, key=lambda key: (-scores[key], key))[:10]
        found = desk.library.live_passages(best)
        return [found[key] for key in best if key in found]

    def lexical(question: str) -> dict[str, float]:
        return dict(indexes.lexical.search(query_terms(question), DEPTH))

    def dense(question: str) -> dict[str, float]:
        return dict(indexes.vectors.search(desk.embedder.embed_query(question), DEPTH))

    def product(question: str) -> list[Passage]:
        return [hit.passage for hit in desk.searcher.search(understand(question), 10)]

    return {
        "BM25": lambda question: cut(lexical(question)),
        "dense": lambda question: cut(dense(question)),
        "BM25 + dense, fused": lambda question: cut(fuse(dense(question), lexical(question), weight=0.5, depth=DEPTH)),
        "Byline (BM25 + best late sentence)": product,
    }


def measure(desk: Desk, cases: Sequence[Case], score: Score) -> dict[str, list[Scores]]:
    return {name: [score(case, ranking(case.question)) for case in cases] for name, ranking in rankings(desk).items()}


def paragraph(case: Case, passages: Sequence[Passage]) -> Scores:
    return paragraph_scores(case.gold[0], list(dict.fromkeys(passage.article.id for passage in passages)))


def evidence(case: Case, passages: Sequence[Passage]) -> Scores:
    return evidence_scores(case.facts, case.gold, [(passage.article.id, passage.text) for passage in passages])


def report() -> str:
    parts = []
    with open_desk(multihop_index()) as desk:
        cases = multihop()
        found = measure(desk, cases, evidence)
        parts += [f"### MultiHop-RAG news, {len(cases)} questions", table(found, [case.group for case in cases])]
    with open_desk(squad_index()) as desk:
        cases = squad()
        found = measure(desk, cases, paragraph)
        parts += [f"### SQuAD paragraphs, {len(cases)} questions", table(found, [case.group for case in cases])]
    return "\n\n".join(parts)
