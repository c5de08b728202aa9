from __future__ import annotations

from byline.retrieve.select import select, within_budget
from byline.types import ArticleRef, Hit, Passage

WIRE = (
    "The two leaders met in New Delhi on Friday and set a target of one hundred billion dollars for 2030. They also "
    "agreed that more of the trade should be paid for in their own currencies, and asked their ministers to report "
    "on the shipping corridors before the next summit, which is to be held in Moscow in the following year."
)


def hit(passage_id: str, article: str, text: str, tokens: int = 10) -> Hit:
    return Hit(Passage(passage_id, ArticleRef(article, article), 0, len(text), text, tokens=tokens), 1.0)


def test_a_wire_copy_is_folded_into_the_better_hit() -> None:
    copy = WIRE.replace("Friday", "Thursday") + " With agency inputs."
    other = "Quite another passage about shipping corridors between Chennai and Vladivostok, with other words."
    kept = select([hit("a", "1", WIRE), hit("b", "2", copy), hit("c", "3", other)], limit=10, per_article=3)
    assert [h.passage.id for h in kept] == ["a", "c"]


def test_no_article_fills_the_hits() -> None:
    texts = [f"Passage number {n} speaks about subject {n} in its very own words {n}." for n in range(6)]
    hits = [hit(f"p{n}", "same" if n < 5 else "other", text) for n, text in enumerate(texts)]
    assert [h.passage.id for h in select(hits, limit=10, per_article=2)] == ["p0", "p1", "p5"]


def test_limit() -> None:
    hits = [hit(f"p{n}", str(n), f"word{n} " * 8) for n in range(9)]
    assert len(select(hits, limit=4, per_article=3)) == 4


def test_budget_is_a_prefix_and_never_empty() -> None:
    hits = [hit("a", "1", "x", 600), hit("b", "2", "y", 500), hit("c", "3", "z", 10)]
    assert [h.passage.id for h in within_budget(hits, max_tokens=1000)] == ["a"]
    assert [h.passage.id for h in within_budget(hits, max_tokens=100)] == ["a"]
    assert len(within_budget(hits, max_tokens=2000)) == 3
