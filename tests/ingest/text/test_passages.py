from __future__ import annotations

import itertools
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.ingest.read import read_source
from byline.ingest.text.passages import RULES_VERSION, rules_fingerprint, split
from byline.models.tokens import count_tokens
from byline.types import Article, ArticleRef, Passage

HEADING = re.compile(r"#{1,6}[ \t]+\S")
WORDS = [
    "One two. ",
    "Sales rose by 5% in the U.S. ",
    "“He said no.” ",
    "\n\n",
    "\n",
    "\n# Head\n",
    "\n## Sub ",
    "x" * 90,
    "中文" * 30,
]
ARTICLES = st.one_of(
    st.text(alphabet=st.characters(codec=None)),
    st.lists(st.sampled_from([*WORDS, "a, b; c ", "😀" * 9, "=" * 300, "."]), max_size=40).map("".join),
)


def article(text: str, **fields: str) -> Article:
    return Article(ArticleRef("a", "Title", **fields), text)  # type: ignore[arg-type]


def cut(text: str, max_tokens: int = 50) -> list[Passage]:
    return split(article(text), max_tokens=max_tokens, count_tokens=count_tokens)


@settings(max_examples=300, deadline=None)
@given(ARTICLES, st.integers(16, 60))
def test_laws(text: str, max_tokens: int) -> None:
    passages = cut(text, max_tokens)
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert count_tokens(passage.text) <= max_tokens
        assert (passage.sentences[0].start, passage.sentences[-1].end) == (passage.start, passage.end)
        assert all(passage.slice(span) == span.within(text) for span in passage.sentences)
    spans = [span for passage in passages for span in passage.sentences]
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    prose = [line for line in text.split("\n") if not HEADING.match(line)]
    if "".join(prose).strip():
        assert "".join("".join(span.within(text).split()) for span in spans) == "".join("".join(prose).split())
    assert cut(text, max_tokens) == passages


def count_characters(text: str) -> int:
    return len(text)


@settings(max_examples=100, deadline=None)
@given(ARTICLES)
def test_any_counter_will_do(text: str) -> None:
    assert all(len(p.text) <= 20 for p in split(article(text), max_tokens=20, count_tokens=count_characters))


def test_passages_know_their_heading_and_never_cross_one() -> None:
    found = cut("Intro.\n\n# Main\n\nOne.\n\n## Sub\n\nTwo.\n\nThree.")
    assert [(p.heading, p.text) for p in found] == [(None, "Intro."), ("Main", "One."), ("Sub", "Two.\n\nThree.")]


def test_headings_alone_are_text() -> None:
    assert [(p.heading, p.text) for p in cut("# One\n\n## Two")] == [(None, "One\n\n## Two")]


def test_a_passage_that_is_nearly_full_ends_with_its_paragraph() -> None:
    first, second = "The talks went well. " * 8, "Sales rose a lot. " * 8
    found = cut(f"{first.strip()}\n\n{second.strip()}", max_tokens=60)
    assert [p.text for p in found] == [first.strip(), second.strip()]


def test_the_last_passage_is_not_a_scrap() -> None:
    found = cut(" ".join(f"Sentence number {n} is here." for n in range(15)), max_tokens=100)
    sizes = [count_tokens(p.text) for p in found]
    assert len(sizes) == 2
    assert min(sizes) > 0.5 * max(sizes)


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    clause = "the minister said that the talks had been long and had gone well; "
    found = cut((clause * 9).strip(), max_tokens=40)
    assert len(found) > 2
    assert all(p.text.endswith(";") for p in found)


def test_ids_depend_on_article_revision_rules_and_place() -> None:
    text = "One. Two."
    [base] = cut(text)
    assert re.fullmatch(r"[0-9a-f]{20}", base.id)
    assert [p.id for p in cut(text)] == [base.id]
    assert cut(text, 51)[0].id != base.id
    [revised] = split(article(text, section="news"), max_tokens=50, count_tokens=count_tokens)
    assert revised.id != base.id
    assert rules_fingerprint(200) == f"{RULES_VERSION}-200"


def test_a_bound_too_small_for_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16"):
        cut("x", 3)


@pytest.mark.parametrize(
    "text", ["“" * 100_000, "a" * 100_000, "中" * 50_000, "A. " * 30_000, "a, " * 30_000, "\u0301" * 50_000]
)
def test_hostile_text_stays_bounded(text: str) -> None:
    started = time.process_time()
    found = cut(text, 200)
    assert time.process_time() - started < 10
    assert sum(p.end - p.start for p in found) >= len(text.replace(" ", ""))


def test_news_at_scale(shared: Path) -> None:
    items = itertools.islice(read_source(shared / "bench/multihop_rag/articles.jsonl"), 60)
    articles = [item for item in items if isinstance(item, Article)]
    passages = [p for a in articles for p in split(a, max_tokens=200, count_tokens=count_tokens)]
    tokens = [count_tokens(p.text) for p in passages]
    assert max(tokens) <= 200
    assert sum(tokens) / len(tokens) > 150
    assert len({p.id for p in passages}) == len(passages)
